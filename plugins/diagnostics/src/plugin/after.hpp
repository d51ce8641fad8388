// The look after a call.
#pragma once

#include <optional>

#include "plugin/kept.hpp"
#include "plugin/options.hpp"
#include "report/finding.hpp"

namespace lapack_ai::diagnostics {

// What there is to say about a finished call; nothing when all is well. `kept` may be null (nothing was
// looked at before). estimate: O(n^2) may be spent on a condition estimate although nothing is suspicious.
std::optional<Finding> look_after(const Options &options, const KnownOp &op, const lai_call &call,
                                  const lai_result &result, const Kept *kept, bool estimate);

}  // namespace lapack_ai::diagnostics
