/* Solves a 2 x 2 system through the C API and says which backend did it. */
#include <inttypes.h>
#include <stdio.h>

#include "lapack_ai/lapack_ai.h"

int main(void) {
    double a[4] = {2, 1, 1, 3}; /* column-major */
    double b[2] = {3, 5};
    int64_t pivots[2];

    int64_t info = lai_gesv(NULL, NULL, LAI_LAYOUT_COL, LAI_DTYPE_F64, 'N', 2, 1, a, 2, pivots, b, 2);
    if (info < 0) {
        fprintf(stderr, "%s\n", lai_last_error());
        return 1;
    }
    if (info > 0) {
        char text[2000];
        const lai_diagnosis *diagnosis = lai_last_diagnostic();
        if (diagnosis != NULL && lai_format_diagnosis(diagnosis, LAI_FORMAT_TEXT, text, sizeof text) > 0)
            fputs(text, stderr);
        return 1;
    }
    printf("x = %.15g, %.15g\n", b[0], b[1]);
    printf("%s ran it (%s), %u fallbacks\n", lai_last_report()->backend, lai_last_report()->strategy,
           lai_last_report()->fallbacks);
    return 0;
}
