/* Seconds of one dgesvd with U and VT, and the largest |A - U S VT| in units of eps n |A|: dgesvd_program
 * 2000. */
#define _POSIX_C_SOURCE 199309L
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void dgesvd_(const char *, const char *, const int *, const int *, double *, const int *, double *, double *,
             const int *, double *, const int *, double *, const int *, int *);
void dgemm_(const char *, const char *, const int *, const int *, const int *, const double *, const double *,
            const int *, const double *, const int *, const double *, double *, const int *);

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

int main(int argc, char **argv) {
    const int n = argc > 1 ? atoi(argv[1]) : 2000;
    const size_t elements = (size_t)n * (size_t)n;
    double *a = malloc(elements * sizeof *a), *kept = malloc(elements * sizeof *a),
           *u = malloc(elements * sizeof *a), *vt = malloc(elements * sizeof *a),
           *s = malloc((size_t)n * sizeof *s);
    if (n < 1 || !a || !kept || !u || !vt || !s) return 2;
    srand(1);
    for (size_t i = 0; i < elements; ++i) a[i] = (double)rand() / RAND_MAX - 0.5;
    memcpy(kept, a, elements * sizeof *a);
    double query;
    int lwork = -1, info;
    dgesvd_("A", "A", &n, &n, a, &n, s, u, &n, vt, &n, &query, &lwork, &info);
    lwork = (int)query;
    double *work = malloc((size_t)lwork * sizeof *work);
    if (!work) return 2;
    const double start = now();
    dgesvd_("A", "A", &n, &n, a, &n, s, u, &n, vt, &n, work, &lwork, &info);
    const double seconds = now() - start;
    for (int j = 0; j < n; ++j)
        for (int i = 0; i < n; ++i) u[i + (size_t)j * (size_t)n] *= s[j];
    const double one = 1, minus = -1;
    dgemm_("N", "N", &n, &n, &n, &one, u, &n, vt, &n, &minus, kept, &n);
    double largest = 0;
    for (size_t i = 0; i < elements; ++i) largest = fmax(largest, fabs(kept[i]));
    printf("%.6f %.3f %d\n", seconds, largest / (DBL_EPSILON * n * s[0]), info);
    return info != 0;
}
