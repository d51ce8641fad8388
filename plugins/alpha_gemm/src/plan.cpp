// Sizes of blocks, buffers and workspace. Leading dimensions and strides are an odd number of cache lines, so
// that the columns and the buffers that a sweep touches together do not meet in the same cache sets.

#include "plan.hpp"

#include <algorithm>

namespace lapack_ai::alpha_gemm {
namespace {

std::int64_t round_up(std::int64_t x, std::int64_t to) {
    return (x + to - 1) / to * to;
}

/// `count` real elements rounded up to an odd number of cache lines.
std::int64_t odd_lines(std::int64_t count, std::int64_t line_elements) {
    const std::int64_t lines = (count + line_elements - 1) / line_elements;
    return (lines | 1) * line_elements;
}

}  // namespace

std::int64_t block_size(std::int64_t dim, int grid) {
    const std::int64_t block = (dim + grid - 1) / grid;
    const std::int64_t rounded = round_up(block, 4);
    return static_cast<double>(rounded * grid) <= 1.01 * static_cast<double>(dim) ? rounded : block;
}

Plan make_plan(const CompiledScheme &compiled, const Shape &shape, Order order, int panels, int threads,
               bool scaled) {
    const Scheme &scheme = compiled.scheme;
    Plan plan;
    plan.compiled = &compiled;
    plan.shape = shape;
    plan.order = order;
    plan.threads = threads;
    plan.scaled = scaled;
    plan.block_m = block_size(shape.m, scheme.m);
    plan.block_n = block_size(shape.n, scheme.n);
    plan.block_k = block_size(shape.k, scheme.k);
    const std::int64_t wanted = (plan.block_n + panels - 1) / panels;
    plan.panel_n = order == Order::depth_first ? plan.block_n : std::min(plan.block_n, round_up(wanted, 8));

    const std::int64_t line_elements = line_bytes / shape.real_bytes;
    const std::int64_t a_rows = (shape.transposed_a ? plan.block_k : plan.block_m) * shape.parts;
    const std::int64_t a_cols = shape.transposed_a ? plan.block_m : plan.block_k;
    const std::int64_t b_rows = (shape.transposed_b ? plan.panel_n : plan.block_k) * shape.parts;
    const std::int64_t b_cols = shape.transposed_b ? plan.block_k : plan.panel_n;
    plan.ld_a = odd_lines(a_rows, line_elements);
    plan.ld_b = odd_lines(b_rows, line_elements);
    plan.ld_c = odd_lines(plan.block_m * shape.parts, line_elements);
    plan.stride_a = odd_lines(plan.ld_a * a_cols, line_elements);
    plan.stride_b = odd_lines(plan.ld_b * b_cols, line_elements);
    plan.stride_c = odd_lines(plan.ld_c * plan.panel_n, line_elements);

    const std::int64_t buffers = order == Order::depth_first ? 1 : scheme.rank;
    const std::int64_t scales = scaled ? round_up((shape.m + shape.k) * shape.parts, line_elements) +
                                             round_up((shape.k + shape.n) * shape.parts, line_elements) +
                                             round_up(shape.m * shape.parts, line_elements) +
                                             round_up(shape.n, line_elements)
                                       : 0;
    const auto scratch = [&](const LinearProgram &program) {
        return shape.real_bytes == 8 ? pass_scratch<double>(program) : pass_scratch<float>(program);
    };
    std::int64_t largest = 0;
    if (order == Order::breadth_first) {
        largest =
            std::max({scratch(compiled.expand_a), scratch(compiled.expand_b), scratch(compiled.contract_c)});
    } else {
        for (const SingleProduct &single : compiled.singles) {
            largest = std::max(
                {largest, scratch(single.expand_a), scratch(single.expand_b), scratch(single.contract_c)});
        }
    }
    plan.a_at = 0;
    plan.b_at = plan.a_at + buffers * plan.stride_a;
    plan.c_at = plan.b_at + buffers * plan.stride_b;
    plan.scales_at = plan.c_at + buffers * plan.stride_c;
    plan.scratch_at = plan.scales_at + scales;
    plan.scratch_stride = largest + line_elements;  // one line more for the task's largest magnitude
    plan.workspace_bytes = (plan.scratch_at + plan.scratch_stride * threads) * shape.real_bytes;
    return plan;
}

}  // namespace lapack_ai::alpha_gemm
