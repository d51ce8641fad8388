// Condition numbers from the factors a solve left behind, in O(n^2).
#pragma once

#include <vector>

#include "numerics/factored.hpp"

namespace lapack_ai::diagnostics {

// 1 / (norm1 * ||inv(A)||_1), the estimate that xGECON returns; 0 when A is singular or the inverse
// overflows. norm1 is the 1-norm of A before it was factored.
template <class Factors>
double reciprocal_condition(const Factors &F, double norm1);

// Scalings that make rows and columns of A comparable, and what the condition becomes under them. row_max[i]
// is the largest entry of row i of A before it was factored (numbers, not powers of two: nothing is scaled
// with them).
struct Equilibrated {
    double rcond = 0;
    double row_ratio = 1;     // smallest / largest row maximum (xGEEQU's ROWCND)
    double column_ratio = 1;  // the same of the columns after row scaling
};
template <class T>
Equilibrated equilibrated_condition(const LuFactors<T> &F, const Real<T> *row_max);

// How much scaling can raise a reciprocal condition number at most, from the sizes of rows and columns alone:
// the product of the condition numbers of the two diagonal scalings. 1 when all are of one size; infinite
// with a zero line.
template <class T>
double most_equilibration_gains(index_t n, const Real<T> *row_max, const Real<T> *column_sum);

// Condition after symmetric scaling by the diagonal (xPOEQU); diagonal[i] is that of A before.
template <class T>
double equilibrated_condition(const CholeskyFactor<T> &F, const Real<T> *diagonal);

// Largest entry of U over the largest of A: what elimination let grow.
template <class T>
double pivot_growth(const MatrixView<T> &LU, double largest_entry);

// Smallest over largest |diagonal| entry: zero exactly when a pivot is; a cheap first sign, never a verdict.
template <class T>
double pivot_ratio(const MatrixView<T> &F);

}  // namespace lapack_ai::diagnostics
