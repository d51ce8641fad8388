/* Runs org.example.kron/1, which only a plugin knows, through the general call, and finds it metered like any
 * other: predicted and measured time in the report. Exit code 0 when all is right. */
#include <lapack_ai/lapack_ai.h>
#include <stdio.h>
#include <string.h>

int main(void) {
    lai_context *context = NULL;
    if (lai_context_create(NULL, &context) != 0) {
        fprintf(stderr, "%s\n", lai_last_error());
        return 1;
    }
    double A[2] = {2, 3}, B[2] = {5, 7}, K[4] = {0};
    const int64_t dims[] = {2, 1, 1, 2};
    const lai_scalar alpha = {10, 0};
    void *operands[] = {A, B, K};
    lai_request request;
    memset(&request, 0, sizeof request);
    request.size = sizeof request;
    request.layout = LAI_LAYOUT_COL;
    request.op = "org.example.kron/1";
    request.dtype = LAI_DTYPE_F64;
    request.dims = dims;
    request.scalars = &alpha;
    request.operands = operands;
    request.dim_count = 4;
    request.scalar_count = 1;
    request.operand_count = 3;
    const int64_t info = lai_execute(context, &request, NULL);
    const int right = info == 0 && K[0] == 100 && K[1] == 150 && K[2] == 140 && K[3] == 210;
    const lai_report *report = lai_last_report();
    const int metered =
        strcmp(report->backend, "kron") == 0 && report->predicted_seconds > 0 && report->actual_seconds > 0;
    if (!right || !metered)
        fprintf(stderr, "info %ld, K = %g %g %g %g, backend %s, predicted %g, took %g; %s\n", (long)info,
                K[0], K[1], K[2], K[3], report->backend, report->predicted_seconds, report->actual_seconds,
                lai_last_error());
    const int64_t wrong[] = {2, -1, 1, 2};
    request.dims = wrong;
    const int refused = lai_execute(context, &request, NULL) < 0;
    lai_context_destroy(context);
    return right && metered && refused ? 0 : 1;
}
