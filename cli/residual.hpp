// How good a result is, measured by plain loops of our own that share nothing with any backend.
//
// A residual R is applied to a panel X instead of being formed: to the identity when it has few columns,
// which gives its norm exactly, else to 16 vectors of random signs, for which E |R X|_F^2 = 16 |R|_F^2. That
// costs O(n^2) where the operation costs O(n^3). Everything is accumulated in double precision. Residuals are
// scaled: 1 means the unit roundoff of the element type times the size, and anything below some tens is as
// good as it gets.
#pragma once

#include <complex>
#include <cstdint>
#include <string>
#include <vector>

#include "io/matrix.hpp"
#include "lapack_ai/lapack_ai.h"

namespace lapack_ai::cli {

// One measured number.
struct Residual {
    std::string what;  // "|A - U S VT| / (eps max(m,n) |A|)"
    std::string key;   // "reconstruction", for JSON
    double value = 0;  // scaled
};

// A = U S VT; U and VT as returned (their first min(m, n) columns and rows are used). Also orthogonality of
// both.
std::vector<Residual> svd_residuals(const Matrix &A, const Matrix &U, const Matrix &S, const Matrix &VT);

// op(A) X = B.
std::vector<Residual> solve_residuals(const Matrix &A, char trans, const Matrix &X, const Matrix &B);

// Least squares: A**H (B - A X) = 0; X is the first cols(A) rows.
std::vector<Residual> least_squares_residuals(const Matrix &A, const Matrix &X, const Matrix &B);

// A V = V diag(w); w real or complex. `orthonormal` adds the orthogonality of V.
std::vector<Residual> eigen_residuals(const Matrix &A, const Matrix &V, const Matrix &w, bool orthonormal);

// C = alpha op(A) op(B) + beta C0; C0 may be empty when beta is 0.
std::vector<Residual> gemm_residuals(const Matrix &A, char trans_a, const Matrix &B, char trans_b,
                                     lai_scalar alpha, lai_scalar beta, const Matrix &C0, const Matrix &C);

// A = product of factors, each as it stands: P L U, L L**H, Q R.
std::vector<Residual> product_residuals(const std::string &name, const Matrix &A,
                                        const std::vector<const Matrix *> &factors);

// Q**H Q = I, for the columns of Q.
Residual orthogonality(const std::string &name, const Matrix &Q);

// Frobenius norm without overflow.
double frobenius(const Matrix &A);

// A equals its conjugate transpose, exactly.
bool is_hermitian(const Matrix &A);

// Every element is finite.
bool is_finite(const Matrix &A);

}  // namespace lapack_ai::cli
