/* A preload library that computes wrongly: dgemm_ adds one to the first element of C. The test of
 * lapack_tests.py. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>

typedef void (*gemm)(const char *, const char *, const int *, const int *, const int *, const double *,
                     const double *, const int *, const double *, const int *, const double *, double *,
                     const int *);

__attribute__((visibility("default"))) void dgemm_(const char *ta, const char *tb, const int *m, const int *n,
                                                   const int *k, const double *alpha, const double *a,
                                                   const int *lda, const double *b, const int *ldb,
                                                   const double *beta, double *c, const int *ldc) {
    gemm next;
    *(void **)&next = dlsym(RTLD_NEXT, "dgemm_");
    next(ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
    if (*m > 0 && *n > 0) c[0] += 1;
}

__attribute__((destructor)) static void summary(void) {
    fprintf(stderr, "dispatched=1\n");
}
