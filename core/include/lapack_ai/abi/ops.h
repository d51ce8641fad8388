/* Where the arguments of the built-in ops stand in a lai_call: indices into dims, flags, scalars and
 * operands.
 *
 * Matrices are column-major. T is the call's dtype, R the real type of the same precision. All shapes are
 * rows x cols; `ipiv` is int64, 1-based as in LAPACK. "inout" operands are overwritten as the LAPACK routine
 * of that name does. Each comment gives: dims; flags; scalars; operands. */
#ifndef LAPACK_AI_ABI_OPS_H
#define LAPACK_AI_ABI_OPS_H

/* gemm, gemm_batch: C := alpha op(A) op(B) + beta C. m, n, k; trans_a, trans_b in N T C; alpha, beta;
 * A (trans_a == N ? m x k : k x m), B (trans_b == N ? k x n : n x k), C m x n (read only if beta != 0). */
#define LAI_GEMM_M 0
#define LAI_GEMM_N 1
#define LAI_GEMM_K 2
#define LAI_GEMM_TRANS_A 0
#define LAI_GEMM_TRANS_B 1
#define LAI_GEMM_ALPHA 0
#define LAI_GEMM_BETA 1
#define LAI_GEMM_A 0
#define LAI_GEMM_B 1
#define LAI_GEMM_C 2

/* gesvd: A = U S VT. m, n; jobu, jobvt in A S O N (not both O); A inout m x n (destroyed, or the vectors for
 * O), S R min(m,n), U m x (jobu == A ? m : min(m,n)), VT (jobvt == A ? n : min(m,n)) x n; U, VT absent for O
 * and N. */
#define LAI_GESVD_M 0
#define LAI_GESVD_N 1
#define LAI_GESVD_JOBU 0
#define LAI_GESVD_JOBVT 1
#define LAI_GESVD_A 0
#define LAI_GESVD_S 1
#define LAI_GESVD_U 2
#define LAI_GESVD_VT 3

/* gesv: solves op(A) X = B by LU with partial pivoting. n, nrhs; trans in N T C; A inout n x n (LU of A
 * itself), ipiv out n, B inout n x nrhs. */
#define LAI_GESV_N 0
#define LAI_GESV_NRHS 1
#define LAI_GESV_TRANS 0
#define LAI_GESV_A 0
#define LAI_GESV_IPIV 1
#define LAI_GESV_B 2

/* posv: solves A X = B, A symmetric or Hermitian positive definite. n, nrhs; uplo in U L; A inout, B inout.
 */
#define LAI_POSV_N 0
#define LAI_POSV_NRHS 1
#define LAI_POSV_UPLO 0
#define LAI_POSV_A 0
#define LAI_POSV_B 1

/* gels: least squares or minimum norm, full rank. m, n, nrhs; trans in N T C (T for s and d, C for c and z);
 * A inout m x n, B inout max(m,n) x nrhs. */
#define LAI_GELS_M 0
#define LAI_GELS_N 1
#define LAI_GELS_NRHS 2
#define LAI_GELS_TRANS 0
#define LAI_GELS_A 0
#define LAI_GELS_B 1

/* gelsd: minimum-norm least squares by SVD. m, n, nrhs; rcond; A inout (destroyed), B inout max(m,n) x nrhs,
 * S out R min(m,n). The rank comes in lai_result.rank. */
#define LAI_GELSD_M 0
#define LAI_GELSD_N 1
#define LAI_GELSD_NRHS 2
#define LAI_GELSD_RCOND 0
#define LAI_GELSD_A 0
#define LAI_GELSD_B 1
#define LAI_GELSD_S 2

/* syev: eigenvalues and vectors of a symmetric or Hermitian matrix. n; jobz in N V, uplo in U L; A inout
 * (vectors for V, else destroyed), W out R n, ascending. */
#define LAI_SYEV_N 0
#define LAI_SYEV_JOBZ 0
#define LAI_SYEV_UPLO 1
#define LAI_SYEV_A 0
#define LAI_SYEV_W 1

/* geev: eigenvalues and vectors of a general matrix. n; jobvl, jobvr in N V; A inout (destroyed), W out
 * complex n, VL, VR out T n x n, in LAPACK's packing: for real T a complex pair stands as columns j (real
 * part) and j+1 (imaginary part of the first of the pair). */
#define LAI_GEEV_N 0
#define LAI_GEEV_JOBVL 0
#define LAI_GEEV_JOBVR 1
#define LAI_GEEV_A 0
#define LAI_GEEV_W 1
#define LAI_GEEV_VL 2
#define LAI_GEEV_VR 3

/* getrf: P L U = A. m, n; A inout m x n, ipiv out min(m,n). */
#define LAI_GETRF_M 0
#define LAI_GETRF_N 1
#define LAI_GETRF_A 0
#define LAI_GETRF_IPIV 1

/* getrs: solves op(A) X = B from getrf's factors. n, nrhs; trans in N T C; A in, ipiv in, B inout. */
#define LAI_GETRS_N 0
#define LAI_GETRS_NRHS 1
#define LAI_GETRS_TRANS 0
#define LAI_GETRS_A 0
#define LAI_GETRS_IPIV 1
#define LAI_GETRS_B 2

/* getri: inverse from getrf's factors. n; A inout, ipiv in. */
#define LAI_GETRI_N 0
#define LAI_GETRI_A 0
#define LAI_GETRI_IPIV 1

/* potrf: Cholesky factor. n; uplo in U L; A inout (that triangle only). */
#define LAI_POTRF_N 0
#define LAI_POTRF_UPLO 0
#define LAI_POTRF_A 0

/* potrs: solves from potrf's factor. n, nrhs; uplo; A in, B inout. */
#define LAI_POTRS_N 0
#define LAI_POTRS_NRHS 1
#define LAI_POTRS_UPLO 0
#define LAI_POTRS_A 0
#define LAI_POTRS_B 1

/* geqrf: A = Q R. m, n; A inout m x n, tau out T min(m,n). */
#define LAI_GEQRF_M 0
#define LAI_GEQRF_N 1
#define LAI_GEQRF_A 0
#define LAI_GEQRF_TAU 1

/* orgqr (ungqr): the first n columns of Q. m, n, k, with m >= n >= k; A inout m x n, tau in T k. */
#define LAI_ORGQR_M 0
#define LAI_ORGQR_N 1
#define LAI_ORGQR_K 2
#define LAI_ORGQR_A 0
#define LAI_ORGQR_TAU 1

/* gecon: reciprocal condition from getrf's factors. n; norm in 1 O I; anorm; A in, rcond out R 1. */
#define LAI_GECON_N 0
#define LAI_GECON_NORM 0
#define LAI_GECON_ANORM 0
#define LAI_GECON_A 0
#define LAI_GECON_RCOND 1

/* pocon: the same from potrf's factor. n; uplo; anorm; A in, rcond out R 1. */
#define LAI_POCON_N 0
#define LAI_POCON_UPLO 0
#define LAI_POCON_ANORM 0
#define LAI_POCON_A 0
#define LAI_POCON_RCOND 1

/* trcon: the same of a triangular matrix. n; norm, uplo, diag in N U; A in, rcond out R 1. */
#define LAI_TRCON_N 0
#define LAI_TRCON_NORM 0
#define LAI_TRCON_UPLO 1
#define LAI_TRCON_DIAG 2
#define LAI_TRCON_A 0
#define LAI_TRCON_RCOND 1

#endif
