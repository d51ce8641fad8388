// LAPACK and BLAS with C++ signatures, one template for s, d, c and z: arguments by value, INFO returned, and
// real and complex work arrays side by side (the one that T does not need is ignored). No workspace queries:
// they come back through T, which is inexact for large sizes, and overflow inside (dgesdd's from n = 26754
// on); callers size by the documented formulas.
#pragma once

#include "fortran.hpp"
#include "lapack_ai/sdk/dtype.hpp"

namespace lapack_ai::cpu {

template <typename T>
struct Lapack {
    using F = Fortran<T>;
    using R = sdk::RealOf<T>;
    static constexpr bool complex = sdk::is_complex<T>;

    static void gemm(char trans_a, char trans_b, Int m, Int n, Int k, T alpha, const T *A, Int lda,
                     const T *B, Int ldb, T beta, T *C, Int ldc) {
        F::gemm(&trans_a, &trans_b, &m, &n, &k, &alpha, A, &lda, B, &ldb, &beta, C, &ldc, 1, 1);
    }
    static Int getrf(Int m, Int n, T *A, Int lda, Int *ipiv) {
        Int info = 0;
        F::getrf(&m, &n, A, &lda, ipiv, &info);
        return info;
    }
    static Int getrs(char trans, Int n, Int nrhs, const T *A, Int lda, const Int *ipiv, T *B, Int ldb) {
        Int info = 0;
        F::getrs(&trans, &n, &nrhs, A, &lda, ipiv, B, &ldb, &info, 1);
        return info;
    }
    static Int getri(Int n, T *A, Int lda, const Int *ipiv, T *work, Int lwork) {
        Int info = 0;
        F::getri(&n, A, &lda, ipiv, work, &lwork, &info);
        return info;
    }
    static Int potrf(char uplo, Int n, T *A, Int lda) {
        Int info = 0;
        F::potrf(&uplo, &n, A, &lda, &info, 1);
        return info;
    }
    static Int potrs(char uplo, Int n, Int nrhs, const T *A, Int lda, T *B, Int ldb) {
        Int info = 0;
        F::potrs(&uplo, &n, &nrhs, A, &lda, B, &ldb, &info, 1);
        return info;
    }
    static Int geqrf(Int m, Int n, T *A, Int lda, T *tau, T *work, Int lwork) {
        Int info = 0;
        F::geqrf(&m, &n, A, &lda, tau, work, &lwork, &info);
        return info;
    }
    static Int gelqf(Int m, Int n, T *A, Int lda, T *tau, T *work, Int lwork) {
        Int info = 0;
        F::gelqf(&m, &n, A, &lda, tau, work, &lwork, &info);
        return info;
    }
    static Int orgqr(Int m, Int n, Int k, T *A, Int lda, const T *tau, T *work, Int lwork) {
        Int info = 0;
        F::orgqr(&m, &n, &k, A, &lda, tau, work, &lwork, &info);
        return info;
    }
    static Int gels(char trans, Int m, Int n, Int nrhs, T *A, Int lda, T *B, Int ldb, T *work, Int lwork) {
        Int info = 0;
        F::gels(&trans, &m, &n, &nrhs, A, &lda, B, &ldb, work, &lwork, &info, 1);
        return info;
    }
    static Int gelsd(Int m, Int n, Int nrhs, T *A, Int lda, T *B, Int ldb, R *S, R rcond, Int &rank, T *work,
                     Int lwork, R *rwork, Int *iwork) {
        Int info = 0;
        if constexpr (complex)
            F::gelsd(&m, &n, &nrhs, A, &lda, B, &ldb, S, &rcond, &rank, work, &lwork, rwork, iwork, &info);
        else
            F::gelsd(&m, &n, &nrhs, A, &lda, B, &ldb, S, &rcond, &rank, work, &lwork, iwork, &info);
        return info;
    }
    static Int gesdd(char jobz, Int m, Int n, T *A, Int lda, R *S, T *U, Int ldu, T *VT, Int ldvt, T *work,
                     Int lwork, R *rwork, Int *iwork) {
        Int info = 0;
        if constexpr (complex)
            F::gesdd(&jobz, &m, &n, A, &lda, S, U, &ldu, VT, &ldvt, work, &lwork, rwork, iwork, &info, 1);
        else
            F::gesdd(&jobz, &m, &n, A, &lda, S, U, &ldu, VT, &ldvt, work, &lwork, iwork, &info, 1);
        return info;
    }
    static Int gesvd(char jobu, char jobvt, Int m, Int n, T *A, Int lda, R *S, T *U, Int ldu, T *VT, Int ldvt,
                     T *work, Int lwork, R *rwork) {
        Int info = 0;
        if constexpr (complex)
            F::gesvd(&jobu, &jobvt, &m, &n, A, &lda, S, U, &ldu, VT, &ldvt, work, &lwork, rwork, &info, 1, 1);
        else
            F::gesvd(&jobu, &jobvt, &m, &n, A, &lda, S, U, &ldu, VT, &ldvt, work, &lwork, &info, 1, 1);
        return info;
    }
    static Int syevd(char jobz, char uplo, Int n, T *A, Int lda, R *W, T *work, Int lwork, R *rwork,
                     Int lrwork, Int *iwork, Int liwork) {
        Int info = 0;
        if constexpr (complex)
            F::syevd(&jobz, &uplo, &n, A, &lda, W, work, &lwork, rwork, &lrwork, iwork, &liwork, &info, 1, 1);
        else
            F::syevd(&jobz, &uplo, &n, A, &lda, W, work, &lwork, iwork, &liwork, &info, 1, 1);
        return info;
    }
    static Int syev(char jobz, char uplo, Int n, T *A, Int lda, R *W, T *work, Int lwork, R *rwork) {
        Int info = 0;
        if constexpr (complex)
            F::syev(&jobz, &uplo, &n, A, &lda, W, work, &lwork, rwork, &info, 1, 1);
        else
            F::syev(&jobz, &uplo, &n, A, &lda, W, work, &lwork, &info, 1, 1);
        return info;
    }
    // Real T: eigenvalues in wr, wi. Complex T: in W.
    static Int geev(char jobvl, char jobvr, Int n, T *A, Int lda, T *W, R *wr, R *wi, T *VL, Int ldvl, T *VR,
                    Int ldvr, T *work, Int lwork, R *rwork) {
        Int info = 0;
        if constexpr (complex)
            F::geev(&jobvl, &jobvr, &n, A, &lda, W, VL, &ldvl, VR, &ldvr, work, &lwork, rwork, &info, 1, 1);
        else
            F::geev(&jobvl, &jobvr, &n, A, &lda, wr, wi, VL, &ldvl, VR, &ldvr, work, &lwork, &info, 1, 1);
        return info;
    }
    // The estimators: `rwork` for complex T, `iwork` for real T.
    static Int gecon(char norm, Int n, const T *A, Int lda, R anorm, R &rcond, T *work, R *rwork,
                     Int *iwork) {
        Int info = 0;
        F::gecon(&norm, &n, A, &lda, &anorm, &rcond, work, either(rwork, iwork), &info, 1);
        return info;
    }
    static Int pocon(char uplo, Int n, const T *A, Int lda, R anorm, R &rcond, T *work, R *rwork,
                     Int *iwork) {
        Int info = 0;
        F::pocon(&uplo, &n, A, &lda, &anorm, &rcond, work, either(rwork, iwork), &info, 1);
        return info;
    }
    static Int trcon(char norm, char uplo, char diag, Int n, const T *A, Int lda, R &rcond, T *work, R *rwork,
                     Int *iwork) {
        Int info = 0;
        F::trcon(&norm, &uplo, &diag, &n, A, &lda, &rcond, work, either(rwork, iwork), &info, 1, 1, 1);
        return info;
    }

  private:
    static auto either(R *rwork, Int *iwork) {
        if constexpr (complex)
            return rwork;
        else
            return iwork;
    }
};

}  // namespace lapack_ai::cpu
