// Fortran-style names: a routine of LAPACK or BLAS with the backend in its name. Same arguments as dgesvd and
// dgemm (32-bit integers, no hidden lengths read), default context. The named backend is preferred; when it
// may not or cannot run the call, the ranking decides, and lai_last_report() tells which one ran.
#include <algorithm>
#include <cstdint>
#include <limits>

#include "api/call.hpp"

namespace {

using namespace lapack_ai::core;

// Runs `call(options)` on one backend and, when that is not to be had, on any.
template <typename Call>
std::int64_t prefer(const char *backend, Call call) {
    lai_call_options options{};
    options.size = sizeof options;
    options.backend = backend;
    options.fallback = LAI_FALLBACK_AUTO;
    const std::int64_t info = call(&options);
    return info <= LAI_ERROR_INTERNAL ? call(nullptr) : info;
}

std::int32_t narrow(std::int64_t info) {
    return static_cast<std::int32_t>(std::clamp<std::int64_t>(info, std::numeric_limits<std::int32_t>::min(),
                                                              std::numeric_limits<std::int32_t>::max()));
}

}  // namespace

extern "C" {

// DGESVDOCL: dgesvd on the OpenCL device. Workspace comes from the library: lwork = -1 answers 1 in work[0].
// INFO as dgesvd's; <= -1000 an LAI_ERROR_*.
LAI_API void dgesvdocl_(const char *jobu, const char *jobvt, const std::int32_t *m, const std::int32_t *n,
                        double *a, const std::int32_t *lda, double *s, double *u, const std::int32_t *ldu,
                        double *vt, const std::int32_t *ldvt, double *work, const std::int32_t *lwork,
                        std::int32_t *info) {
    if (*lwork == -1) {
        if (work != nullptr) *work = 1;
        *info = 0;
        return;
    }
    *info = narrow(prefer("opencl_svd", [&](const lai_call_options *options) {
        return lai_gesvd(nullptr, options, LAI_LAYOUT_COL, LAI_DTYPE_F64, *jobu, *jobvt, *m, *n, a, *lda, s,
                         u, *ldu, vt, *ldvt);
    }));
}

// DGEMM_ALPHA: dgemm by fast matrix multiplication. dgemm has no INFO: a wrong argument leaves C as it was,
// and lai_last_error() names it.
LAI_API void dgemm_alpha_(const char *trans_a, const char *trans_b, const std::int32_t *m,
                          const std::int32_t *n, const std::int32_t *k, const double *alpha, const double *a,
                          const std::int32_t *lda, const double *b, const std::int32_t *ldb,
                          const double *beta, double *c, const std::int32_t *ldc) {
    prefer("alpha_gemm", [&](const lai_call_options *options) {
        return lai_gemm(nullptr, options, LAI_LAYOUT_COL, LAI_DTYPE_F64, *trans_a, *trans_b, *m, *n, *k,
                        {*alpha, 0}, a, *lda, b, *ldb, {*beta, 0}, c, *ldc);
    });
}

}  // extern "C"
