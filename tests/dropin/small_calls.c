/* Calls dgemm_ or dtrsm_ at n = 2 as often as is said: small_calls dgemm 1000. For counting instructions. */
#include <stdlib.h>
#include <string.h>

void dgemm_(const char *, const char *, const int *, const int *, const int *, const double *, const double *,
            const int *, const double *, const int *, const double *, double *, const int *);
void dtrsm_(const char *, const char *, const char *, const char *, const int *, const int *, const double *,
            const double *, const int *, double *, const int *);

int main(int argc, char **argv) {
    const int n = 2, count = argc > 2 ? atoi(argv[2]) : 1;
    const double one = 1, zero = 0, a[4] = {2, 0, 1, 2};
    double b[4] = {1, 2, 3, 4}, c[4];
    const int products = argc > 1 && strcmp(argv[1], "dgemm") == 0;
    for (int i = 0; i < count; ++i) {
        if (products)
            dgemm_("N", "N", &n, &n, &n, &one, a, &n, b, &n, &zero, c, &n);
        else
            dtrsm_("L", "U", "N", "N", &n, &n, &one, a, &n, b, &n);
    }
    return 0;
}
