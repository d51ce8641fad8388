// Reduction to bidiagonal form on the device (kernels/svd/svd_reduction.cl).
#pragma once

#include <cstdint>

#include "lapack_ai/opencl_runtime/operation.hpp"

namespace lapack_ai::opencl_svd {

// Columns of reflector arrays are allocated to a multiple of this and zero beyond what is used, so that the
// back-transformation works in equal blocks.
constexpr std::int64_t reflector_block = 256;

// A = Q B P^T with Q = H_0 H_1 ..., P = G_0 G_1 ...; all on the device, queued and not yet waited for.
template <typename T>
struct Bidiagonal {
    std::int64_t m, n;
    T *d, *e;  // n and n - 1
    T *left;   // m x n: column i is the vector of H_i, with its unit element; null unless wanted
    T *right;  // n x n: the vector of G_i, whose unit element stands in row i + 1
    T *tau_left, *tau_right;  // n each
    std::int64_t ld_left, ld_right;
};

struct ScaledMatrix {
    bool finite;
    int exponent;  // 2^exponent was taken out
};
// Waits for the largest element of the m x n matrix `from`, then queues a copy scaled to a largest element in
// [1, 2), transposed where `turned` (the copy is n x m then). `to` may be null: only the judgement.
template <typename T>
ScaledMatrix load_scaled(opencl::Operation &op, std::int64_t m, std::int64_t n, const void *from,
                         std::int64_t from_ld, bool turned, T *to, std::int64_t to_ld);

// Destroys a (m x n, m >= n > 0, largest element near 1).
template <typename T>
Bidiagonal<T> reduce_to_bidiagonal(opencl::Operation &op, std::int64_t m, std::int64_t n, T *a,
                                   std::int64_t lda, bool vectors);

// Device bytes that reduce_to_bidiagonal takes besides a.
std::uint64_t reduction_workspace(std::int64_t m, std::int64_t n, bool vectors, std::uint32_t element);

}  // namespace lapack_ai::opencl_svd
