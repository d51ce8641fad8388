// The loops over matrices, compiled once for every x86-64 and once for AVX2 with FMA.
#pragma once

#include <complex>
#include <cstdint>

#include "certify/block.hpp"

namespace lapack_ai::core::certify {

// max |x_i|, the sum of (x_i / divisor)^2, and whether all are finite.
struct Sums {
    double largest = 0, squares = 0;
    bool finite = true;
};

// One element type's loops. Blocks are given by their first row.
struct Kernels {
    // Y += A X
    void (*multiply)(const void *a, std::int64_t rows, std::int64_t cols, std::int64_t ld, const double *x,
                     double *y);
    // Y += A**T X, or A**H X
    void (*multiply_transposed)(const void *a, std::int64_t rows, std::int64_t cols, std::int64_t ld,
                                bool conjugate, const double *x, double *y);
    // Y += A X, A symmetric (real) or Hermitian (complex) of order n, one triangle stored
    void (*multiply_hermitian)(const void *a, std::int64_t n, std::int64_t ld, bool upper, const double *x,
                               double *y);
    // Over `count` numbers (complex ones count once), each multiplied by `factor` and then by `factor2`.
    Sums (*sums)(const void *x, std::int64_t count, double factor, double factor2);
};

const Kernels &kernels_f32() noexcept;
const Kernels &kernels_f64() noexcept;
const Kernels &kernels_c32() noexcept;
const Kernels &kernels_c64() noexcept;

namespace detail {
// In the order f32, f64, c32, c64.
const Kernels *plain_kernels() noexcept;
const Kernels *avx2_kernels() noexcept;  // null where the compiler has no such target
}  // namespace detail

}  // namespace lapack_ai::core::certify
