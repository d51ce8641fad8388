// What a fast multiplication will do, decided before anything is allocated: block sizes, order of the
// products, and the exact workspace. Pure functions of the shape.

#pragma once

#include <cstdint>

#include "compiled_scheme.hpp"

namespace lapack_ai::alpha_gemm {

/// C = alpha op(A) op(B) + beta C as the engine sees it. `parts` is 2 for complex elements, 1 for real ones.
struct Shape {
    std::int64_t m, n, k;
    bool transposed_a, transposed_b;  ///< conjugated or not
    int parts;
    int real_bytes;  ///< 4 or 8
};

/// breadth_first: all combinations of A stand in memory at once, those of B and the products one panel of
/// columns at a time; products run side by side, one thread each. depth_first: one product at a time, on all
/// threads.
enum class Order { breadth_first, depth_first };

struct Plan {
    const CompiledScheme *compiled = nullptr;
    Shape shape{};
    Order order = Order::breadth_first;
    int threads = 1;
    std::int64_t block_m = 0, block_n = 0, block_k = 0;
    std::int64_t panel_n = 0;  ///< columns of each block of C done at once
    bool side_by_side =
        true;  ///< breadth-first products run one per thread, not one after the other on all threads
    bool scaled = false;  ///< diagonal scaling vectors are kept

    // Offsets in the workspace, in real elements.
    std::int64_t ld_a = 0, ld_b = 0, ld_c = 0;  ///< in real elements
    std::int64_t stride_a = 0, stride_b = 0, stride_c = 0;
    std::int64_t a_at = 0, b_at = 0, c_at = 0, scales_at = 0, scratch_at = 0, scratch_stride = 0;
    std::int64_t workspace_bytes = 0;

    std::int64_t panels() const { return (block_n + panel_n - 1) / panel_n; }
    /// Whether C is written after the last product, when nothing can fail any more.
    bool writes_once() const { return order == Order::breadth_first && panels() == 1; }
};

/// Block sizes alone: ceil(dim / grid), rounded up to the register block of common kernels where that is
/// cheap.
std::int64_t block_size(std::int64_t dim, int grid);

/// `panels`: into how many column panels a breadth-first run is cut (1: none). Threads >= 1.
Plan make_plan(const CompiledScheme &compiled, const Shape &shape, Order order, int panels, int threads,
               bool scaled);

}  // namespace lapack_ai::alpha_gemm
