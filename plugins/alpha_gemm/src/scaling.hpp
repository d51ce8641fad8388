// Diagonal scaling by powers of two, which is exact: with D diagonal, C = D_r^-1 ((D_r A D_i) (D_i^-1 B D_c))
// D_c^-1. It restores the accuracy of fast schemes on matrices whose rows or columns differ much in size
// (Ballard, Benson, Druinsky, Lipshitz, Schwartz 2016, section 6).

#pragma once

#include <cstdint>

namespace lapack_ai::alpha_gemm {

/// outside scales rows of A and columns of B to about 1; inside balances column p of A against row p of B;
/// both does inside first, then outside.
enum class Scaling { none, outside, inside, both };

/// Largest |x| in rows [row_begin, row_end) of a column-major matrix of real elements, each column j weighted
/// by col_scale[j] unless that is null; maxima[i] belongs to row i.
template <typename T>
void row_maxima(const T *x, std::int64_t ld, std::int64_t cols, const T *col_scale, std::int64_t row_begin,
                std::int64_t row_end, T *maxima);

/// Largest |x| of each column in [col_begin, col_end), row i weighted by row_scale[i] unless that is null.
template <typename T>
void column_maxima(const T *x, std::int64_t ld, std::int64_t rows, const T *row_scale, std::int64_t col_begin,
                   std::int64_t col_end, T *maxima);

/// The power of two that brings `magnitude` into [1, 2): 1 for zero and for what is not finite; clamped so
/// that two such factors and a product of order one cannot overflow or lose bits.
template <typename T>
T power_of_two_inverse(T magnitude);

/// The power of two d near sqrt(b / a), so that a d and b / d are of one size; 1 when either is zero or not
/// finite.
template <typename T>
T balancing_power(T a, T b);

}  // namespace lapack_ai::alpha_gemm
