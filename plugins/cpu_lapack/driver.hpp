// What the op classes share. An op class is a template over T with
//     Op(const sdk::Call &, Workspace &)   narrows dimensions, takes scratch; may decline; touches no operand
//     data bool refuses(lai_result &) const     optional: bad data found before anything is written void
//     run(lai_result &)               computes; every answer of LAPACK, INFO included, is a success Work
//     work() const                    for the price
#pragma once

#include <algorithm>
#include <string>

#include "lapack.hpp"
#include "lapack_ai/sdk/plugin.hpp"
#include "work.hpp"
#include "workspace.hpp"
#include "xerbla.hpp"

namespace lapack_ai::cpu {

// INFO as LAPACK gave it. INFO < 0 would mean that this plugin passed a wrong argument: LAPACK checks them
// before it writes anything, so that is a clean fault, with xerbla's words.
inline Int checked(Int info) {
    if (info < 0) throw sdk::Failure(LAI_FAULT_CLEAN, "LAPACK objects: " + take_xerbla_report());
    return info;
}

// The length of a work array: `wished`, or if that is beyond 32 bits what fits, or a decline when not even
// `least` does.
inline Int work_length(std::int64_t least, std::int64_t wished) {
    if (least > int_max) throw sdk::Declined(LAI_REASON_SHAPE, "LAPACK's workspace length overflows 32 bits");
    return static_cast<Int>(std::clamp<std::int64_t>(std::max(least, wished), 1, int_max));
}

// Says that the argument at `position` of LAPACK's list is at fault. Always true.
inline bool refuse_argument(lai_result &result, std::int64_t position, const char *why) {
    result.info = -position;
    result.argument = static_cast<std::uint32_t>(position);
    result.detail = why;
    return true;
}

inline constexpr const char *nonfinite = "holds Inf or NaN, on which the algorithm may not end";

}  // namespace lapack_ai::cpu
