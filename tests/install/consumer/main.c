/* A C program on an installed LAPACK AI: one product on the default choice, and one forced onto a plugin that
 * was built outside the repository. Exit code 0 when both are right. */
#include <lapack_ai/lapack_ai.h>
#include <stdio.h>
#include <string.h>

static int multiply(lai_context *context, const char *backend) {
    const double A[4] = {1, 3, 2, 4}, B[4] = {5, 7, 6, 8};
    const lai_scalar alpha = {1, 0}, beta = {0, 0};
    double C[4] = {0};
    lai_call_options options;
    memset(&options, 0, sizeof options);
    options.size = sizeof options;
    options.backend = backend;
    const int64_t info = lai_gemm(context, &options, LAI_LAYOUT_COL, LAI_DTYPE_F64, 'N', 'N', 2, 2, 2, alpha,
                                  A, 2, B, 2, beta, C, 2);
    const int right = info == 0 && C[0] == 19 && C[1] == 43 && C[2] == 22 && C[3] == 50;
    if (!right)
        fprintf(stderr, "%s: info %ld, %s\n", backend ? backend : "default", (long)info, lai_last_error());
    return right;
}

int main(void) {
    lai_context *context = NULL;
    if (lai_context_create(NULL, &context) != 0) {
        fprintf(stderr, "%s\n", lai_last_error());
        return 1;
    }
    const int right = multiply(context, NULL) && multiply(context, "minimal");
    lai_context_destroy(context);
    return right ? 0 : 1;
}
