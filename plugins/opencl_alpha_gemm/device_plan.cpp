#include "device_plan.hpp"

namespace lapack_ai::opencl_alpha_gemm {
namespace {

/// Even, which the fastest kernels of the runtime's gemm want.
std::int64_t even(std::int64_t x) {
    return x + x % 2;
}

}  // namespace

DevicePlan make_device_plan(const alpha_gemm::CompiledScheme &compiled, const alpha_gemm::Shape &shape) {
    const alpha_gemm::Scheme &scheme = compiled.scheme;
    DevicePlan plan;
    plan.compiled = &compiled;
    plan.shape = shape;
    plan.block_m = alpha_gemm::block_size(shape.m, scheme.m);
    plan.block_n = alpha_gemm::block_size(shape.n, scheme.n);
    plan.block_k = alpha_gemm::block_size(shape.k, scheme.k);
    plan.a_rows = shape.transposed_a ? plan.block_k : plan.block_m;
    plan.a_cols = shape.transposed_a ? plan.block_m : plan.block_k;
    plan.b_rows = shape.transposed_b ? plan.block_n : plan.block_k;
    plan.b_cols = shape.transposed_b ? plan.block_k : plan.block_n;
    plan.ld_a = even(plan.a_rows);
    plan.ld_b = even(plan.b_rows);
    plan.ld_c = even(plan.block_m);
    plan.stride_a = plan.ld_a * plan.a_cols;
    plan.stride_b = plan.ld_b * plan.b_cols;
    plan.stride_c = plan.ld_c * plan.block_n;
    return plan;
}

double DevicePlan::sweep_bytes(bool reads_c) const {
    const alpha_gemm::Scheme &s = compiled->scheme;
    const double element = static_cast<double>(element_bytes());
    const auto area = [&](std::int64_t rows, std::int64_t cols) {
        return element * static_cast<double>(rows) * static_cast<double>(cols);
    };
    return area(block_m, block_k) * (s.m * s.k + s.rank) + area(block_k, block_n) * (s.k * s.n + s.rank) +
           area(block_m, block_n) * (s.m * s.n * (reads_c ? 2 : 1) + s.rank);
}

}  // namespace lapack_ai::opencl_alpha_gemm
