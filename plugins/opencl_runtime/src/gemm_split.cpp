// Launching products of doubles from slices of floats.
#include <algorithm>
#include <cmath>

#include "failure.hpp"
#include "gemm.hpp"
#include "opencl_kernels.hpp"

namespace lapack_ai::opencl {
namespace {

constexpr std::int64_t exact_terms = 1024;  // products of 8-bit integers whose sum is exact in float
constexpr std::size_t group = 64;

// One operand as the kernels see it: lines (rows of op(A), columns of op(B)) and steps between their
// elements.
struct Lines {
    const void *data;
    std::int64_t count, line_step, k_step;
    char *exponents, *slices;
    std::int64_t ld;  // of the planes
    bool reversed;
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
    const auto kernel = [&](std::uint64_t which, const char *name) -> Kernel & {
        return device.kernel_by_number(0x73706c6974000000u | which << 8 | g.slices, [&]() -> Kernel & {
            const std::string options =
                "-DSLICES=" + std::to_string(g.slices) + (which == 3 ? " -DREVERSED=1" : " -DREVERSED=0");
            return device.programs->kernel(kernels::gemm_mixed_precision, options, name);
        });
    };
    // The planes of A and of B, the sums, the exponents of lines.
    const std::size_t ld_a = rounded(g.m, 4), ld_b = rounded(g.n, 4);
    const auto k_slices = static_cast<std::size_t>(g.k) * g.slices;
    const std::size_t bytes_a = rounded(static_cast<std::int64_t>(ld_a * k_slices), 64) * sizeof(float),
                      bytes_b = rounded(static_cast<std::int64_t>(ld_b * k_slices), 64) * sizeof(float),
                      bytes_sums = rounded(g.m * g.n, 64) * sizeof(double);
    auto *space = static_cast<char *>(
        op.scratch(bytes_a + bytes_b + bytes_sums + (rounded(g.m, 64) + rounded(g.n, 64)) * 4));
    const auto step = [](char trans, std::int64_t ld, bool lines_along) {
        return (trans == 'N') == lines_along ? std::int64_t{1} : ld;
    };
    char *const sums = space + bytes_a + bytes_b, *const exponents = sums + bytes_sums;
    const Lines lines[2] = {
        {g.a, g.m, step(g.trans_a, g.lda, true), step(g.trans_a, g.lda, false), exponents, space,
         static_cast<std::int64_t>(ld_a), false},
        {g.b, g.n, step(g.trans_b, g.ldb, false), step(g.trans_b, g.ldb, true),
         exponents + rounded(g.m, 64) * 4, space + bytes_a, static_cast<std::int64_t>(ld_b), true}};
    const auto m = static_cast<std::int32_t>(g.m), n = static_cast<std::int32_t>(g.n),
               k = static_cast<std::int32_t>(g.k);
    for (const Lines &x : lines) {
        const auto count = static_cast<std::int32_t>(x.count);
        const lai_ocl_arg args[] = {{LAI_OCL_ARG_VALUE, 4, &count},     {LAI_OCL_ARG_VALUE, 4, &k},
                                    {LAI_OCL_ARG_ADDRESS, 8, x.data},   {LAI_OCL_ARG_VALUE, 8, &x.line_step},
                                    {LAI_OCL_ARG_VALUE, 8, &x.k_step},  {LAI_OCL_ARG_ADDRESS, 4, x.exponents},
                                    {LAI_OCL_ARG_ADDRESS, 4, x.slices}, {LAI_OCL_ARG_VALUE, 8, &x.ld}};
        const std::size_t global[2] = {rounded(x.count, group), static_cast<std::size_t>(g.k)},
                          local[2] = {group, 1};
        op.launch(kernel(1, "line_exponents"), 1, global, local, args, 6);
        op.launch(kernel(x.reversed ? 3 : 2, "split"), 2, global, local, args, 8);
    }

    // Planes 0..w of A against planes w..0 of B, least weights first.
    const Element element{4, false, false, 8};
    lai_ocl_gemm_call product{};
    product.size = sizeof product;
    product.dtype = LAI_DTYPE_F32;
    product.trans_a = 'N', product.trans_b = 'T';
    product.m = g.m, product.n = g.n, product.count = 1;
    product.lda = lines[0].ld, product.ldb = lines[1].ld;
    product.c = sums, product.ldc = g.m;
    const auto all = static_cast<std::int64_t>(g.slices);
    for (std::int64_t weight = all - 1; weight >= 0; --weight) {
        const std::int64_t length = (weight + 1) * g.k;
        for (std::int64_t first = 0; first < length; first += exact_terms) {
            product.k = std::min(exact_terms, length - first);
            product.a = lines[0].slices + first * lines[0].ld * 4;
            product.b = lines[1].slices + ((all - 1 - weight) * g.k + first) * lines[1].ld * 4;
            product.alpha.re = std::ldexp(1.0, -14 - 8 * static_cast<int>(weight));
            tiled(op, product, element, product.k);
            product.beta.re = 1;
        }
    }

    const lai_ocl_arg args[] = {{LAI_OCL_ARG_VALUE, 4, &m},
                                {LAI_OCL_ARG_VALUE, 4, &n},
                                {LAI_OCL_ARG_VALUE, 8, &g.alpha.re},
                                {LAI_OCL_ARG_VALUE, 8, &g.beta.re},
                                {LAI_OCL_ARG_ADDRESS, 8, sums},
                                {LAI_OCL_ARG_ADDRESS, 4, lines[0].exponents},
                                {LAI_OCL_ARG_ADDRESS, 4, lines[1].exponents},
                                {LAI_OCL_ARG_ADDRESS, 8, g.c},
                                {LAI_OCL_ARG_VALUE, 8, &g.ldc}};
    const std::size_t global[2] = {rounded(g.m, group), static_cast<std::size_t>(g.n)}, local[2] = {group, 1};
    op.launch(kernel(4, "combine"), 2, global, local, args, std::size(args));
}

}  // namespace lapack_ai::opencl
