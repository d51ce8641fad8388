// Looks for the first Inf or NaN in what a call reads: iterative algorithms may never return on one.
#pragma once

#include <cstdint>
#include <optional>

#include "dispatch/op_table.hpp"

namespace lapack_ai::core {

struct NonFinite {
    std::uint32_t operand = 0;                // index into the schema's operands
    std::int64_t item = 0, row = 0, col = 0;  // 0-based
    double value = 0;                         // the offending part
};

// Searches the referenced part of every host operand that is read, column by column; at most one pass over
// the data. Operands in other memory spaces are left to their backends.
std::optional<NonFinite> find_nonfinite(const Op &op, const lai_call &call) noexcept;

}  // namespace lapack_ai::core
