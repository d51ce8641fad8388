// What the functions that own their results return. `info` is what the C function returned; the functions
// that throw return only with info == 0.
#pragma once

#include <cstdint>
#include <vector>

#include "lapack_ai/cxx/matrix.hpp"

namespace lapack_ai {

// Which backend ran, why, how long: lai_report. Its texts live as long as the process.
using report = lai_report;

struct result_base {
    std::int64_t info = 0;
    lapack_ai::report report{};
    bool ok() const noexcept { return info == 0; }
};

// A = U diag(S) VT, S descending.
template <Element T>
struct svd_result : result_base {
    Matrix<T> U;                // m x min(m,n), or m x m; empty when only values were asked for
    std::vector<real_of<T>> S;  // min(m,n)
    Matrix<T> VT;               // min(m,n) x n, or n x n
};

template <Element T>
struct solve_result : result_base {
    Matrix<T> X;  // n x nrhs
};

template <Element T>
struct lstsq_result : result_base {
    Matrix<T> X;                // n x nrhs
    std::int64_t rank = 0;      // by rcond
    std::vector<real_of<T>> S;  // singular values of A
};

// A V = V diag(W), W ascending, V orthonormal.
template <Element T>
struct eigh_result : result_base {
    std::vector<real_of<T>> W;
    Matrix<T> V;  // empty when only values were asked for
};

// A VR = VR diag(W); complex also for a real A.
template <Element T>
struct eig_result : result_base {
    std::vector<complex_of<T>> W;
    Matrix<complex_of<T>> VR;  // empty when only values were asked for
};

// A = Q R.
template <Element T>
struct qr_result : result_base {
    Matrix<T> Q;  // m x min(m,n), orthonormal columns
    Matrix<T> R;  // min(m,n) x n, upper trapezoidal
};

// P A = L U, L and U in one matrix, row i exchanged with row ipiv[i] - 1 (1-based, as in LAPACK).
template <Element T>
struct lu_result : result_base {
    Matrix<T> LU;
    std::vector<std::int64_t> ipiv;
};

template <Element T>
struct matrix_result : result_base {
    Matrix<T> value;
};

}  // namespace lapack_ai
