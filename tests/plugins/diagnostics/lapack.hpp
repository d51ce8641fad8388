// The reference LAPACK that these tests factor with, and the matrices of the acceptance cases. Column-major
// vectors.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "numerics/scan.hpp"

extern "C" {
void dgetrf_(const int *m, const int *n, double *a, const int *lda, int *ipiv, int *info);
void dgetrs_(const char *trans, const int *n, const int *nrhs, const double *a, const int *lda,
             const int *ipiv, double *b, const int *ldb, int *info, std::size_t);
void dpotrf_(const char *uplo, const int *n, double *a, const int *lda, int *info, std::size_t);
void dgeqrf_(const int *m, const int *n, double *a, const int *lda, double *tau, double *work,
             const int *lwork, int *info);
void dgesvd_(const char *jobu, const char *jobvt, const int *m, const int *n, double *a, const int *lda,
             double *s, double *u, const int *ldu, double *vt, const int *ldvt, double *work,
             const int *lwork, int *info, std::size_t, std::size_t);
void zgetrf_(const int *m, const int *n, std::complex<double> *a, const int *lda, int *ipiv, int *info);
void zpotrf_(const char *uplo, const int *n, std::complex<double> *a, const int *lda, int *info, std::size_t);
}

namespace lapack_ai::diagnostics::test {

using Matrix = std::vector<double>;  // n x n unless said otherwise

struct Lu {
    Matrix factors;
    std::vector<index_t> ipiv;
    std::vector<int> ipiv32;
    int info = 0;
};

inline Lu lu(Matrix A, int n) {
    Lu result{std::move(A), std::vector<index_t>(n), std::vector<int>(n), 0};
    dgetrf_(&n, &n, result.factors.data(), &n, result.ipiv32.data(), &result.info);
    std::copy(result.ipiv32.begin(), result.ipiv32.end(), result.ipiv.begin());
    return result;
}

inline std::vector<double> lu_solve(const Lu &F, std::vector<double> b, char trans = 'N') {
    const int n = static_cast<int>(F.ipiv.size()), one = 1;
    int info = 0;
    dgetrs_(&trans, &n, &one, F.factors.data(), &n, F.ipiv32.data(), b.data(), &n, &info, 1);
    return b;
}

inline std::vector<double> singular_values(Matrix A, int m, int n) {
    std::vector<double> s(std::min(m, n)), work(10 * (m + n));
    const int one = 1, lwork = static_cast<int>(work.size());
    int info = 0;
    dgesvd_("N", "N", &m, &n, A.data(), &m, s.data(), nullptr, &one, nullptr, &one, work.data(), &lwork,
            &info, 1, 1);
    return s;
}

inline Matrix random_matrix(int m, int n, std::mt19937_64 &random) {
    std::uniform_real_distribution<double> uniform(-1, 1);
    Matrix A(static_cast<std::size_t>(m) * n);
    for (double &a : A) a = uniform(random);
    return A;
}

inline Matrix hilbert(int n) {
    Matrix A(static_cast<std::size_t>(n) * n);
    for (int j = 0; j < n; ++j)
        for (int i = 0; i < n; ++i) A[j * n + i] = 1.0 / (i + j + 1);
    return A;
}

inline Matrix kahan(int n, double theta) {
    Matrix A(static_cast<std::size_t>(n) * n);
    for (int j = 0; j < n; ++j)
        for (int i = 0; i <= j; ++i)
            A[j * n + i] = std::pow(std::sin(theta), i) * (i == j ? 1 : -std::cos(theta));
    return A;
}

// Elimination doubles the last column at every step.
inline Matrix wilkinson_growth(int n) {
    Matrix A(static_cast<std::size_t>(n) * n);
    for (int j = 0; j < n; ++j)
        for (int i = 0; i < n; ++i) A[j * n + i] = i == j || j == n - 1 ? 1 : i > j ? -1 : 0;
    return A;
}

inline std::vector<double> product(const Matrix &A, const std::vector<double> &x, bool transposed = false) {
    const int n = static_cast<int>(x.size());
    std::vector<double> y(n);
    for (int j = 0; j < n; ++j)
        for (int i = 0; i < n; ++i) (transposed ? y[j] : y[i]) += A[j * n + i] * (transposed ? x[i] : x[j]);
    return y;
}

template <class T>
MatrixView<T> view(const std::vector<T> &A, int m, int n) {
    return {A.data(), m, n, m};
}

// What the pass before a call keeps.
struct Scanned {
    std::vector<double> column_sum, row_max, sketch, mirror;
    double norm1 = 0;
};
inline Scanned scanned(const Matrix &A, int n) {
    Scanned s;
    s.column_sum.resize(n);
    s.row_max.resize(n);
    s.sketch.resize(static_cast<std::size_t>(n) * sketch_width<double>);
    s.mirror.resize(static_cast<std::size_t>(n) * sketch_width<double>);
    s.norm1 = scan<double>(view(A, n, n), Part::all,
                           {s.column_sum.data(), s.row_max.data(), s.sketch.data(), nullptr});
    scan<double>(view(A, n, n), Part::all, {s.column_sum.data(), nullptr, nullptr, s.mirror.data()});
    return s;
}

}  // namespace lapack_ai::diagnostics::test
