// Proof that a matrix is not positive definite, from what a failed Cholesky factorization left: a vector x
// with x^H A x < 0, in O(k^2) for a failure at order k.
#pragma once

#include <vector>

#include "numerics/factored.hpp"

namespace lapack_ai::diagnostics {

template <class T>
struct Certificate {
    bool indefinite = false;      // x^H A x < 0 beyond rounding; false: semidefinite to working precision
    double form = 0;              // x^H A x, the left reduced pivot
    double eigenvalue_bound = 0;  // the smallest eigenvalue is <= this (form / x^H x)
    std::vector<T> x;             // order entries; zero beyond
};

// F is A after potrf returned INFO = order; norm is the 1-norm of A before. diagonal: A's own, before.
template <class T>
Certificate<T> negative_direction(const MatrixView<T> &F, Part part, index_t order, double norm,
                                  const Real<T> *diagonal);

}  // namespace lapack_ai::diagnostics
