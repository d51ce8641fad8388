// Views of the factorizations and condition estimates: getrf, getri, potrf, geqrf, orgqr, gecon, pocon,
// trcon.
#pragma once

#include "lapack_ai/abi/ops.h"
#include "lapack_ai/sdk/call.hpp"

namespace lapack_ai::sdk {

// P L U = A.
template <typename T>
struct GetrfView {
    explicit GetrfView(const Call &call) noexcept
        : m(call.dim(LAI_GETRF_M)),
          n(call.dim(LAI_GETRF_N)),
          A(call.matrix<T>(LAI_GETRF_A)),
          ipiv(call.matrix<std::int64_t>(LAI_GETRF_IPIV).data) {}

    std::int64_t m, n;
    MatrixView<T> A;     // inout: L and U
    std::int64_t *ipiv;  // out: min(m, n), 1-based
};

// Inverse from getrf's factors.
template <typename T>
struct GetriView {
    explicit GetriView(const Call &call) noexcept
        : n(call.dim(LAI_GETRI_N)),
          A(call.matrix<T>(LAI_GETRI_A)),
          ipiv(call.matrix<const std::int64_t>(LAI_GETRI_IPIV).data) {}

    std::int64_t n;
    MatrixView<T> A;  // inout: the inverse
    const std::int64_t *ipiv;
};

// Cholesky factor, in the triangle that uplo names.
template <typename T>
struct PotrfView {
    explicit PotrfView(const Call &call) noexcept
        : n(call.dim(LAI_POTRF_N)), uplo(call.flag(LAI_POTRF_UPLO)), A(call.matrix<T>(LAI_POTRF_A)) {}

    std::int64_t n;
    char uplo;
    MatrixView<T> A;  // inout
};

// A = Q R, Q as Householder vectors.
template <typename T>
struct GeqrfView {
    explicit GeqrfView(const Call &call) noexcept
        : m(call.dim(LAI_GEQRF_M)),
          n(call.dim(LAI_GEQRF_N)),
          A(call.matrix<T>(LAI_GEQRF_A)),
          tau(call.matrix<T>(LAI_GEQRF_TAU).data) {}

    std::int64_t m, n;
    MatrixView<T> A;  // inout: R and the vectors
    T *tau;           // out: min(m, n)
};

// The first n columns of Q from k Householder vectors.
template <typename T>
struct OrgqrView {
    explicit OrgqrView(const Call &call) noexcept
        : m(call.dim(LAI_ORGQR_M)),
          n(call.dim(LAI_ORGQR_N)),
          k(call.dim(LAI_ORGQR_K)),
          A(call.matrix<T>(LAI_ORGQR_A)),
          tau(call.matrix<const T>(LAI_ORGQR_TAU).data) {}

    std::int64_t m, n, k;
    MatrixView<T> A;  // inout: Q
    const T *tau;     // k
};

// Reciprocal condition number from getrf's factors.
template <typename T>
struct GeconView {
    explicit GeconView(const Call &call) noexcept
        : n(call.dim(LAI_GECON_N)),
          norm(call.flag(LAI_GECON_NORM)),
          anorm(call.scalar<RealOf<T>>(LAI_GECON_ANORM)),
          A(call.matrix<const T>(LAI_GECON_A)),
          rcond(call.matrix<RealOf<T>>(LAI_GECON_RCOND).data) {}

    std::int64_t n;
    char norm;
    RealOf<T> anorm;
    MatrixView<const T> A;
    RealOf<T> *rcond;  // out: 1
};

// Reciprocal condition number from potrf's factor.
template <typename T>
struct PoconView {
    explicit PoconView(const Call &call) noexcept
        : n(call.dim(LAI_POCON_N)),
          uplo(call.flag(LAI_POCON_UPLO)),
          anorm(call.scalar<RealOf<T>>(LAI_POCON_ANORM)),
          A(call.matrix<const T>(LAI_POCON_A)),
          rcond(call.matrix<RealOf<T>>(LAI_POCON_RCOND).data) {}

    std::int64_t n;
    char uplo;
    RealOf<T> anorm;
    MatrixView<const T> A;
    RealOf<T> *rcond;  // out: 1
};

// Reciprocal condition number of a triangular matrix.
template <typename T>
struct TrconView {
    explicit TrconView(const Call &call) noexcept
        : n(call.dim(LAI_TRCON_N)),
          norm(call.flag(LAI_TRCON_NORM)),
          uplo(call.flag(LAI_TRCON_UPLO)),
          diag(call.flag(LAI_TRCON_DIAG)),
          A(call.matrix<const T>(LAI_TRCON_A)),
          rcond(call.matrix<RealOf<T>>(LAI_TRCON_RCOND).data) {}

    std::int64_t n;
    char norm, uplo, diag;
    MatrixView<const T> A;
    RealOf<T> *rcond;  // out: 1
};

}  // namespace lapack_ai::sdk
