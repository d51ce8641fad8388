// Whether op(A) X = B really holds, from the sketches that were taken before A and B were overwritten. The
// sketch of the residual has a few independent random sums; its length over the weights' root mean square
// estimates ||r||_2.
#pragma once

#include "numerics/scan.hpp"

namespace lapack_ai::diagnostics {

struct ResidualInput {
    char trans;  // N, T or C
    index_t n, nrhs;
    double norm1;  // of A: within sqrt(n) of ||A||_2
};

// Backward error ||b - op(A) x||_2 / (||A|| ||x||_2 + ||b||_2), the largest over the right-hand sides,
// estimated. sketch: S A (trans N, from ScanOutput::sketch) or S A^T (T, C; mirror_sketch). b_sketch:
// sketch_width reals per right-hand side in the same order (sketch_right_sides), b_norm their 2-norms.
// Infinite when X holds Inf or NaN; NaN when the sketch itself overflowed.
template <class T>
double sketched_backward_error(const ResidualInput &input, const Real<T> *sketch, const Real<T> *b_sketch,
                               const Real<T> *b_norm, const T *X, index_t ldx);

// The sketch of B that goes with `trans`, and the 2-norms of its columns.
template <class T>
void sketch_right_sides(char trans, const MatrixView<T> &B, Real<T> *b_sketch, Real<T> *b_norm);

// Backward errors above it cannot come from a stable solve.
template <class T>
constexpr double backward_error_limit() {
    return sizeof(Real<T>) == 8 ? 1e-11 : 2e-4;
}

}  // namespace lapack_ai::diagnostics
