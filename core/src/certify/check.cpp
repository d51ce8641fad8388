#include "certify/check.hpp"

#include <algorithm>
#include <cmath>

namespace lapack_ai::core::certify {

namespace {

bool is_double(lai_dtype dtype) noexcept {
    return dtype == LAI_DTYPE_F64 || dtype == LAI_DTYPE_C64;
}

}  // namespace

CheckFunction check_of(const Op &op) noexcept {
    switch (static_cast<BuiltinOp>(op.number)) {
        case BuiltinOp::gemm:
        case BuiltinOp::gemm_batch:
            return check_gemm;
        case BuiltinOp::gesv:
        case BuiltinOp::posv:
            return check_solve;
        case BuiltinOp::gesvd:
            return check_svd;
        case BuiltinOp::syev:
            return check_eigen;
        default:
            return nullptr;
    }
}

Check check_call(const Evidence &evidence) {
    const CheckFunction check = check_of(evidence.op);
    Check all;
    for (std::int64_t item = 0; item < evidence.call.batch; ++item) {
        Evidence one = evidence;
        one.seed = evidence.seed + static_cast<std::uint64_t>(item);
        const Check c = check(one, item);
        all.estimate = std::max(all.estimate, c.estimate);
        all.excess = std::max(all.excess, c.excess);
        all.factor = std::max(all.factor, c.factor);
        all.miss_probability += c.miss_probability;
        all.partial |= c.partial;
        all.probes = std::max(all.probes, c.probes);
        all.measured = c.measured;
        if (c.trouble != nullptr) all.trouble = c.trouble;
    }
    all.miss_probability = std::min(all.miss_probability, 1.0);
    if (evidence.call.batch == 0) all.measured = "nothing: the batch is empty";
    return all;
}

double unit_roundoff(lai_dtype dtype) noexcept {
    return is_double(dtype) ? 0x1p-53 : 0x1p-24;
}

int least_exponent(lai_dtype dtype) noexcept {
    return is_double(dtype) ? -1022 : -126;
}

int largest_exponent(lai_dtype dtype) noexcept {
    return is_double(dtype) ? 1024 : 128;
}

double stated_coefficient(const Statement &statement, double size, lai_dtype dtype) noexcept {
    if (statement.kind != LAI_ERROR_UNKNOWN && statement.coefficient > 0) return statement.coefficient;
    switch (statement.accuracy) {
        case LAI_ACCURACY_MIXED:  // products in the next lower precision, half for single
            return (is_double(dtype) ? 0x1p30 : 0x1p14) * (size + 8);
        case LAI_ACCURACY_NORMWISE:  // a few levels of Strassen's recursion
            return 100 * (size + 8) * (size + 8);
        default:
            return 4 * (size + 8);
    }
}

Sampling sampling(Effort effort) noexcept {
    const std::int64_t blocks = effort == Effort::quick ? 1 : 4;
    const double factor = effort == Effort::quick ? 32 : 3;
    const double c = 1 / factor;
    const double one = c * std::exp((1 - c * c) / 2);
    return {blocks, factor, std::pow(one, static_cast<double>(blocks * width))};
}

}  // namespace lapack_ai::core::certify
