// Launching products of doubles from slices of floats.
#include <algorithm>

#include "failure.hpp"
#include "gemm.hpp"
#include "opencl_kernels.hpp"

namespace lapack_ai::opencl {
namespace {

constexpr std::size_t tile = 64, items = 256;  // as in gemm_mixed_precision.cl

// One operand as the kernels see it: lines (rows of op(A), columns of op(B)) and steps between their
// elements.
struct Lines {
    const void *data;
    std::int64_t count, line_step, k_step;
    char *exponents, *slices;
};

std::size_t rounded(std::int64_t x, std::size_t step) {
    return (static_cast<std::size_t>(x) + step - 1) / step * step;
}

}  // namespace

void gemm_split(lai_ocl_operation &op, const lai_ocl_gemm_call &g) {
    if (g.dtype != LAI_DTYPE_F64 || g.count != 1 || g.slices < 2 || g.slices > 7)
        throw Failure(LAI_INVALID, "gemm from slices: one product of doubles with 2 to 7 slices, not " +
                                       std::to_string(g.count) + " with " + std::to_string(g.slices));
    Device &device = op.device();
    const std::string options = "-DSLICES=" + std::to_string(g.slices);
    const auto kernel = [&](std::uint64_t which, const char *name) -> Kernel & {
        return device.kernel_by_number(0x73706c6974000000u | which << 8 | g.slices, [&]() -> Kernel & {
            return device.programs->kernel(kernels::gemm_mixed_precision, options, name);
        });
    };
    // Slices of A and B, then the exponents of their lines.
    const auto elements = [&](std::int64_t lines) {
        return rounded(lines * g.k, 64) * g.slices * sizeof(float);
    };
    const std::size_t bytes_a = elements(g.m), bytes_b = elements(g.n);
    auto *space =
        static_cast<char *>(op.scratch(bytes_a + bytes_b + (rounded(g.m, 64) + rounded(g.n, 64)) * 4));
    const auto step = [](char trans, std::int64_t ld, bool lines_along) {
        return (trans == 'N') == lines_along ? std::int64_t{1} : ld;
    };
    char *const exponents = space + bytes_a + bytes_b;
    const Lines lines[2] = {
        {g.a, g.m, step(g.trans_a, g.lda, true), step(g.trans_a, g.lda, false), exponents, space},
        {g.b, g.n, step(g.trans_b, g.ldb, false), step(g.trans_b, g.ldb, true),
         exponents + rounded(g.m, 64) * 4, space + bytes_a}};
    const auto m = static_cast<std::int32_t>(g.m), n = static_cast<std::int32_t>(g.n),
               k = static_cast<std::int32_t>(g.k);
    for (const Lines &x : lines) {
        const auto count = static_cast<std::int32_t>(x.count);
        const lai_ocl_arg args[] = {{LAI_OCL_ARG_VALUE, 4, &count},    {LAI_OCL_ARG_VALUE, 4, &k},
                                    {LAI_OCL_ARG_ADDRESS, 8, x.data},  {LAI_OCL_ARG_VALUE, 8, &x.line_step},
                                    {LAI_OCL_ARG_VALUE, 8, &x.k_step}, {LAI_OCL_ARG_ADDRESS, 4, x.exponents},
                                    {LAI_OCL_ARG_ADDRESS, 4, x.slices}};
        const std::size_t global[2] = {rounded(x.count, 64), static_cast<std::size_t>(g.k)},
                          local[2] = {64, 1};
        op.launch(kernel(1, "line_exponents"), 1, global, local, args, 6);
        op.launch(kernel(2, "split"), 2, global, local, args, 7);
    }
    const auto tiles_m = static_cast<std::int32_t>(rounded(g.m, tile) / tile);
    const lai_ocl_arg args[] = {{LAI_OCL_ARG_VALUE, 4, &m},
                                {LAI_OCL_ARG_VALUE, 4, &n},
                                {LAI_OCL_ARG_VALUE, 4, &k},
                                {LAI_OCL_ARG_VALUE, 8, &g.alpha.re},
                                {LAI_OCL_ARG_VALUE, 8, &g.beta.re},
                                {LAI_OCL_ARG_ADDRESS, 4, lines[0].slices},
                                {LAI_OCL_ARG_ADDRESS, 4, lines[1].slices},
                                {LAI_OCL_ARG_ADDRESS, 4, lines[0].exponents},
                                {LAI_OCL_ARG_ADDRESS, 4, lines[1].exponents},
                                {LAI_OCL_ARG_ADDRESS, 8, g.c},
                                {LAI_OCL_ARG_VALUE, 8, &g.ldc},
                                {LAI_OCL_ARG_VALUE, 4, &tiles_m}};
    const std::size_t global = rounded(g.m, tile) / tile * (rounded(g.n, tile) / tile) * items;
    op.launch(kernel(3, "gemm_split"), 1, &global, &items, args, std::size(args));
}

}  // namespace lapack_ai::opencl
