// A finding as the contract's struct, its strings in memory that outlives the call's frame.
#pragma once

#include <functional>

#include "lapack_ai/abi/enhancer.h"
#include "report/finding.hpp"

namespace lapack_ai::diagnostics {

// Copies bytes into memory the host keeps; null when there is none.
using Keep = std::function<const char *(const std::string &)>;

// Fills out (its size is the caller's and is respected).
void deliver(const Finding &finding, std::uint64_t repeats, double cost_seconds, const Keep &keep,
             lai_diagnosis &out);

}  // namespace lapack_ai::diagnostics
