/* The library from C: LAPACK's arguments without work arrays; who did it is in the report. */
#include <lapack_ai/lapack_ai.h>
#include <stdio.h>

int main(void) {
    double a[4] = {1, 3, 2, 4}, b[2] = {3, 7}; /* column-major */
    int64_t ipiv[2];
    const int64_t info = lai_gesv(NULL, NULL, LAI_LAYOUT_COL, LAI_DTYPE_F64, 'N', 2, 1, a, 2, ipiv, b, 2);
    if (info != 0) {
        fprintf(stderr, "info = %lld: %s\n", (long long)info, lai_last_error());
        return 1;
    }
    printf("x = %g, %g, solved by %s\n", b[0], b[1], lai_last_report()->backend);
    return 0;
}
