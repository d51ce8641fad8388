/* The bridges, made four times from bridges.inc: from LAPACK's and CBLAS's argument lists to liblapack_ai and
 * back. */
#include <complex.h>
#include <ctype.h>
#include <stdlib.h>

#include "dropin.h"

/* CBLAS callers pass C ints; a BLAS of 64-bit integers is passed on unread. */
typedef int32_t CBLAS_INT;
enum { CBLAS_ROW = 101, CBLAS_COL = 102 };

static char cblas_letter(int trans) {
    return trans >= 111 && trans <= 113 ? "NTC"[trans - 111] : '\0';
}
static char upper(char letter) {
    return (char)toupper((unsigned char)letter);
}
static int64_t max(int64_t a, int64_t b) {
    return a > b ? a : b;
}
static int64_t min(int64_t a, int64_t b) {
    return a < b ? a : b;
}

/* Room for LAPACK AI's int64 pivots; null when memory is out or n is no length. */
static int64_t *pivot_buffer(int64_t n) {
    return n >= 0 ? malloc((size_t)max(1, n) * sizeof(int64_t)) : NULL;
}

static int64_t least_svd_workspace(int64_t m, int64_t n, int is_complex) {
    const int64_t s = min(m, n), l = max(m, n);
    return is_complex ? 2 * s + l : max(3 * s + l, 5 * s);
}

/* LAPACK 3.11's MINWRK of gesdd, over all its paths rounded up: less is the next definition's to judge. */
static int64_t least_gesdd_workspace(char jobz, int64_t m, int64_t n, int is_complex) {
    const int64_t s = min(m, n), l = max(m, n);
    if (is_complex) return jobz == 'N' ? 2 * s + l : s * s + 2 * s + l;
    if (jobz == 'N') return 3 * s + max(l, 7 * s);
    return 3 * s + max(l, 5 * s * s + 4 * s);
}

static int least_syevd_workspace(char jobz, int64_t n, int64_t lwork, int64_t liwork, int is_complex) {
    if (n <= 1) return lwork >= 1 && liwork >= 1;
    if (jobz != 'V') return lwork >= (is_complex ? n + 1 : 2 * n + 1) && liwork >= 1;
    return lwork >= (is_complex ? 2 * n + n * n : 1 + 6 * n + 2 * n * n) && liwork >= 3 + 5 * n;
}

static int least_syevd_rwork(char jobz, int64_t n, int64_t lrwork) {
    return lrwork >= (n <= 1 ? 1 : jobz == 'V' ? 1 + 5 * n + 2 * n * n : n);
}

#define JOIN(a, b, c) a##b##c
#define NAME2(a, b, c) JOIN(a, b, c)

/* Real types. */
#define COMPLEX 0
#define SYEV syev
#define SYEVD syevd
#define SCALAR(pointer) ((lai_scalar){(double)*(pointer), 0.0})
#define CBLAS_SCALAR ELEMENT
#define CBLAS_POINTER(value) (&(value))
#define TAKES_RWORK
#define TYPE_RWORK
#define PASS_RWORK
#define TAKES_RWORK_SIZED
#define TYPE_RWORK_SIZED
#define PASS_RWORK_SIZED
#define RWORK_ENOUGH

#define NAME(stem) JOIN(s, stem, )
#define TYPE TYPE_S
#define DTYPE LAI_DTYPE_F32
#define ELEMENT float
#define REAL float
#include "bridges.inc"
#undef NAME
#undef TYPE
#undef DTYPE
#undef ELEMENT
#undef REAL

#define NAME(stem) JOIN(d, stem, )
#define TYPE TYPE_D
#define DTYPE LAI_DTYPE_F64
#define ELEMENT double
#define REAL double
#include "bridges.inc"
#undef NAME
#undef TYPE
#undef DTYPE
#undef ELEMENT
#undef REAL

/* Complex types. */
#undef COMPLEX
#undef SYEV
#undef SYEVD
#undef SCALAR
#undef CBLAS_SCALAR
#undef CBLAS_POINTER
#undef TAKES_RWORK
#undef TYPE_RWORK
#undef PASS_RWORK
#undef TAKES_RWORK_SIZED
#undef TYPE_RWORK_SIZED
#undef PASS_RWORK_SIZED
#undef RWORK_ENOUGH
#define COMPLEX 1
#define SYEV heev
#define SYEVD heevd
#define SCALAR(pointer) ((lai_scalar){(double)creal(*(pointer)), (double)cimag(*(pointer))})
#define CBLAS_SCALAR const void *
#define CBLAS_POINTER(value) ((const ELEMENT *)(value))
#define TAKES_RWORK , void *rwork
#define TYPE_RWORK , void *
#define PASS_RWORK , rwork
#define TAKES_RWORK_SIZED , REAL *rwork, const void *lrwork
#define TYPE_RWORK_SIZED , REAL *, const void *
#define PASS_RWORK_SIZED , rwork, lrwork
#define RWORK_ENOUGH &&least_syevd_rwork(upper(*jobz), dims[0], lai_dropin_integer(lrwork))

#define NAME(stem) JOIN(c, stem, )
#define TYPE TYPE_C
#define DTYPE LAI_DTYPE_C32
#define ELEMENT float _Complex
#define REAL float
#include "bridges.inc"
#undef NAME
#undef TYPE
#undef DTYPE
#undef ELEMENT
#undef REAL

#define NAME(stem) JOIN(z, stem, )
#define TYPE TYPE_Z
#define DTYPE LAI_DTYPE_C64
#define ELEMENT double _Complex
#define REAL double
#include "bridges.inc"
