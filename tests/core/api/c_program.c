/* The C API from plain C11, as a user would write it. Called by c_api_test.cpp. */
#include <math.h>

#include "lapack_ai/lapack_ai.h"

/* Returns 0 when all went well, else the number of the step that did not. */
int solve_from_c(void);

int solve_from_c(void) {
    double a[4] = {2, 1, 1, 3}, b[2] = {3, 5};
    int64_t pivots[2];
    lai_context *context = NULL;
    const lai_override strict = {sizeof strict, 0, "dispatch.fallback", "strict", "c_program.c"};
    const lai_context_options options = {sizeof options, 1, &strict, NULL, LAI_LANGUAGE_C, 0};

    if (lai_context_create(&options, &context) != 0) return 1;
    if (lai_gesv(context, NULL, LAI_LAYOUT_COL, LAI_DTYPE_F64, 'N', 2, 1, a, 2, pivots, b, 2) != 0) return 2;
    if (fabs(b[0] - 0.8) > 1e-14 || fabs(b[1] - 1.4) > 1e-14) return 3;
    if (lai_last_report()->backend[0] == '\0' || lai_last_error()[0] != '\0') return 4;

    const int64_t dims[2] = {3, 2};
    double m[6] = {1, 2, 3, 4, 5, 6}, s[2], u[6], vt[4];
    void *const operands[4] = {m, s, u, vt};
    lai_request request = {0};
    request.size = sizeof request;
    request.op = "gesvd";
    request.dtype = LAI_DTYPE_F64;
    request.dims = dims;
    request.dim_count = 2;
    request.operands = operands;
    request.operand_count = 4;
    if (lai_execute(context, &request, NULL) != 0) return 5;
    if (fabs(s[0] - 9.508032000695723) > 1e-12) return 6;
    lai_context_destroy(context);
    return 0;
}
