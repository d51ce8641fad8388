#include "gemm_launch.hpp"

#include <algorithm>
#include <cstdio>

#include "failure.hpp"

namespace lapack_ai::opencl {
namespace {

constexpr std::int64_t largest_grid = 32768;  // problems a launch takes in its second dimension
constexpr std::int64_t band = 4;              // tile rows swept together, for the device's cache

}  // namespace

Element element_of(lai_dtype dtype) {
    switch (dtype) {
        case LAI_DTYPE_F32:
            return {4, false, false, 4};
        case LAI_DTYPE_F64:
            return {8, false, true, 8};
        case LAI_DTYPE_C32:
            return {8, true, false, 8};
        case LAI_DTYPE_C64:
            return {16, true, true, 16};
        case LAI_DTYPE_F16:
        case LAI_DTYPE_BF16:
            return {2, false, false, 4};
        default:
            throw Failure(LAI_INVALID, "gemm on the device: dtype must be s, d, c, z, half or bfloat16");
    }
}

void check_gemm(const lai_ocl_gemm_call &g, const Element &element, const DeviceFacts &facts) {
    const auto require = [](bool holds, const char *name, std::int64_t value, const char *rule) {
        if (!holds)
            throw Failure(LAI_INVALID, std::string("gemm on the device: ") + name + " = " +
                                           std::to_string(value) + " must be " + rule);
    };
    const auto letter = [](char c) { return c == 'N' || c == 'T' || c == 'C'; };
    require(letter(g.trans_a), "trans_a", g.trans_a, "N, T or C");
    require(letter(g.trans_b), "trans_b", g.trans_b, "N, T or C");
    require(g.m >= 0 && g.m <= largest_dimension, "m", g.m, "from 0 to 2^31 - 4096");
    require(g.n >= 0 && g.n <= largest_dimension, "n", g.n, "from 0 to 2^31 - 4096");
    require(g.k >= 0 && g.k <= largest_dimension, "k", g.k, "from 0 to 2^31 - 4096");
    require(g.count >= 0, "count", g.count, "at least 0");
    require(g.lda >= std::max<std::int64_t>(1, g.trans_a == 'N' ? g.m : g.k), "lda", g.lda,
            "at least A's rows");
    require(g.ldb >= std::max<std::int64_t>(1, g.trans_b == 'N' ? g.k : g.n), "ldb", g.ldb,
            "at least B's rows");
    require(g.ldc >= std::max<std::int64_t>(1, g.m), "ldc", g.ldc, "at least m");
    if (element.wide && !facts.fp64) throw Failure(LAI_DECLINED, facts.name + " has no double precision");
}

std::uint64_t number_of(int family, int entry, const lai_ocl_gemm_call &g, int extra) {
    const auto letter = [](char c) { return c == 'N' ? 0u : c == 'T' ? 1u : 2u; };
    return 0x67656d6d00000000u | static_cast<std::uint64_t>(family) << 24 |
           static_cast<std::uint64_t>(entry) << 16 | g.dtype << 8 | letter(g.trans_a) << 6 |
           letter(g.trans_b) << 4 | static_cast<std::uint64_t>(extra);
}

std::string type_options(const lai_ocl_gemm_call &g, const Element &element) {
    char text[160];
    std::snprintf(text, sizeof text,
                  "-DREAL=%s -DCOMPLEX=%d -DTRANS_A=%d -DTRANS_B=%d -DCONJ_A=%d -DCONJ_B=%d ",
                  element.wide ? "double" : "float", element.complex, g.trans_a != 'N', g.trans_b != 'N',
                  element.complex && g.trans_a == 'C', element.complex && g.trans_b == 'C');
    return text;
}

int unrolling(const Device &device, int wanted) {
    return device.facts().type == LAI_OCL_DEVICE_CPU ? 1 : wanted;
}

void launch_tiles(lai_ocl_operation &op, Kernel &kernel, const lai_ocl_gemm_call &g, const Element &element,
                  std::int64_t k, std::int64_t tm, std::int64_t tn, std::size_t threads) {
    const auto tiles_m = static_cast<std::int32_t>(tiles(g.m, tm));
    const auto tiles_n = static_cast<std::int32_t>(tiles(g.n, tn));
    const auto group = static_cast<std::int32_t>(std::min<std::int64_t>(band, tiles_m));
    for (std::int64_t first = 0; first < g.count; first += largest_grid) {
        Arguments arguments(g, element, k, first);
        arguments.value(tiles_m), arguments.value(tiles_n), arguments.value(group);
        const std::size_t local[2] = {threads, 1};
        const std::size_t global[2] = {
            threads * static_cast<std::size_t>(tiles_m) * static_cast<std::size_t>(tiles_n),
            static_cast<std::size_t>(std::min(largest_grid, g.count - first))};
        op.launch(kernel, 2, global, local, arguments.data(), arguments.size());
    }
}

}  // namespace lapack_ai::opencl
