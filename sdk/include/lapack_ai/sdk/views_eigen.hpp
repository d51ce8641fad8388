// Views of the spectral ops: gesvd, syev (heev), geev.
#pragma once

#include "lapack_ai/abi/ops.h"
#include "lapack_ai/sdk/call.hpp"

namespace lapack_ai::sdk {

// A = U S VT.
template <typename T>
struct GesvdView {
    explicit GesvdView(const Call &call) noexcept
        : m(call.dim(LAI_GESVD_M)),
          n(call.dim(LAI_GESVD_N)),
          jobu(call.flag(LAI_GESVD_JOBU)),
          jobvt(call.flag(LAI_GESVD_JOBVT)),
          A(call.matrix<T>(LAI_GESVD_A)),
          S(call.matrix<RealOf<T>>(LAI_GESVD_S).data),
          U(call.matrix<T>(LAI_GESVD_U)),
          VT(call.matrix<T>(LAI_GESVD_VT)) {}

    std::int64_t m, n;
    char jobu, jobvt;
    MatrixView<T> A;  // inout: destroyed, or the vectors for 'O'
    RealOf<T> *S;     // out: min(m, n), descending
    MatrixView<T> U;  // out for 'A' and 'S'
    MatrixView<T> VT;
};

// Eigenvalues and, for jobz 'V', vectors of a symmetric or Hermitian matrix.
template <typename T>
struct SyevView {
    explicit SyevView(const Call &call) noexcept
        : n(call.dim(LAI_SYEV_N)),
          jobz(call.flag(LAI_SYEV_JOBZ)),
          uplo(call.flag(LAI_SYEV_UPLO)),
          A(call.matrix<T>(LAI_SYEV_A)),
          W(call.matrix<RealOf<T>>(LAI_SYEV_W).data) {}

    std::int64_t n;
    char jobz, uplo;
    MatrixView<T> A;  // inout: vectors for 'V', else destroyed
    RealOf<T> *W;     // out: n, ascending
};

// Eigenvalues and vectors of a general matrix; real T packs complex pairs as LAPACK does.
template <typename T>
struct GeevView {
    explicit GeevView(const Call &call) noexcept
        : n(call.dim(LAI_GEEV_N)),
          jobvl(call.flag(LAI_GEEV_JOBVL)),
          jobvr(call.flag(LAI_GEEV_JOBVR)),
          A(call.matrix<T>(LAI_GEEV_A)),
          W(call.matrix<ComplexOf<T>>(LAI_GEEV_W).data),
          VL(call.matrix<T>(LAI_GEEV_VL)),
          VR(call.matrix<T>(LAI_GEEV_VR)) {}

    std::int64_t n;
    char jobvl, jobvr;
    MatrixView<T> A;  // inout: destroyed
    ComplexOf<T> *W;  // out: n
    MatrixView<T> VL, VR;
};

}  // namespace lapack_ai::sdk
