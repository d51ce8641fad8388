// Views of the solvers: gesv, posv, gels, gelsd, getrs, potrs.
#pragma once

#include "lapack_ai/abi/ops.h"
#include "lapack_ai/sdk/call.hpp"

namespace lapack_ai::sdk {

// op(A) X = B by LU with partial pivoting.
template <typename T>
struct GesvView {
    explicit GesvView(const Call &call) noexcept
        : n(call.dim(LAI_GESV_N)),
          nrhs(call.dim(LAI_GESV_NRHS)),
          trans(call.flag(LAI_GESV_TRANS)),
          A(call.matrix<T>(LAI_GESV_A)),
          ipiv(call.matrix<std::int64_t>(LAI_GESV_IPIV).data),
          B(call.matrix<T>(LAI_GESV_B)) {}

    std::int64_t n, nrhs;
    char trans;
    MatrixView<T> A;     // inout: L and U
    std::int64_t *ipiv;  // out: n, 1-based
    MatrixView<T> B;     // inout: X
};

// A X = B, A symmetric or Hermitian positive definite.
template <typename T>
struct PosvView {
    explicit PosvView(const Call &call) noexcept
        : n(call.dim(LAI_POSV_N)),
          nrhs(call.dim(LAI_POSV_NRHS)),
          uplo(call.flag(LAI_POSV_UPLO)),
          A(call.matrix<T>(LAI_POSV_A)),
          B(call.matrix<T>(LAI_POSV_B)) {}

    std::int64_t n, nrhs;
    char uplo;
    MatrixView<T> A;  // inout: the factor, in that triangle
    MatrixView<T> B;  // inout: X
};

// Least squares or minimum norm, full rank.
template <typename T>
struct GelsView {
    explicit GelsView(const Call &call) noexcept
        : m(call.dim(LAI_GELS_M)),
          n(call.dim(LAI_GELS_N)),
          nrhs(call.dim(LAI_GELS_NRHS)),
          trans(call.flag(LAI_GELS_TRANS)),
          A(call.matrix<T>(LAI_GELS_A)),
          B(call.matrix<T>(LAI_GELS_B)) {}

    std::int64_t m, n, nrhs;
    char trans;
    MatrixView<T> A;  // inout: QR or LQ
    MatrixView<T> B;  // inout: max(m, n) x nrhs
};

// Minimum-norm least squares by SVD; the rank goes to lai_result.rank.
template <typename T>
struct GelsdView {
    explicit GelsdView(const Call &call) noexcept
        : m(call.dim(LAI_GELSD_M)),
          n(call.dim(LAI_GELSD_N)),
          nrhs(call.dim(LAI_GELSD_NRHS)),
          rcond(call.scalar<RealOf<T>>(LAI_GELSD_RCOND)),
          A(call.matrix<T>(LAI_GELSD_A)),
          B(call.matrix<T>(LAI_GELSD_B)),
          S(call.matrix<RealOf<T>>(LAI_GELSD_S).data) {}

    std::int64_t m, n, nrhs;
    RealOf<T> rcond;
    MatrixView<T> A;  // inout: destroyed
    MatrixView<T> B;  // inout: max(m, n) x nrhs
    RealOf<T> *S;     // out: min(m, n)
};

// op(A) X = B from getrf's factors.
template <typename T>
struct GetrsView {
    explicit GetrsView(const Call &call) noexcept
        : n(call.dim(LAI_GETRS_N)),
          nrhs(call.dim(LAI_GETRS_NRHS)),
          trans(call.flag(LAI_GETRS_TRANS)),
          A(call.matrix<const T>(LAI_GETRS_A)),
          ipiv(call.matrix<const std::int64_t>(LAI_GETRS_IPIV).data),
          B(call.matrix<T>(LAI_GETRS_B)) {}

    std::int64_t n, nrhs;
    char trans;
    MatrixView<const T> A;
    const std::int64_t *ipiv;
    MatrixView<T> B;  // inout: X
};

// A X = B from potrf's factor.
template <typename T>
struct PotrsView {
    explicit PotrsView(const Call &call) noexcept
        : n(call.dim(LAI_POTRS_N)),
          nrhs(call.dim(LAI_POTRS_NRHS)),
          uplo(call.flag(LAI_POTRS_UPLO)),
          A(call.matrix<const T>(LAI_POTRS_A)),
          B(call.matrix<T>(LAI_POTRS_B)) {}

    std::int64_t n, nrhs;
    char uplo;
    MatrixView<const T> A;
    MatrixView<T> B;  // inout: X
};

}  // namespace lapack_ai::sdk
