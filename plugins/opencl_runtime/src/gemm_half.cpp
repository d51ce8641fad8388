// Launching products of half precision and bfloat16.
#include <algorithm>
#include <cstdio>

#include "../kernels/matrix_multiply/gemm_parameters.h"
#include "failure.hpp"
#include "gemm.hpp"
#include "gemm_tuning.hpp"
#include "opencl_kernels.hpp"

namespace lapack_ai::opencl {
namespace {

struct HalfEntry {
    int tm, tn, tk, wm, wn, stages;
};
#define LAI_ENTRY(tm, tn, tk, wm, wn, stages) {tm, tn, tk, wm, wn, stages},
constexpr HalfEntry entries[] = {LAI_GEMM_HALF(LAI_ENTRY)};
#undef LAI_ENTRY
constexpr int smallest_tile = static_cast<int>(std::size(entries)) - 1;  // for products that leave units idle

constexpr std::int64_t grain = 8;  // elements of 16 bytes

// An operand as it lies in memory.
struct Stored {
    const void *&data;
    std::int64_t &ld, &stride;
    std::int64_t rows, cols;
};

bool aligned(const Stored &x, std::int64_t count) {
    return reinterpret_cast<std::uintptr_t>(x.data) % 16 == 0 && x.ld % grain == 0 &&
           (count == 1 || x.stride % grain == 0);
}

// A copy of the operand whose columns begin at multiples of 16 bytes.
void align(lai_ocl_operation &op, const Stored &x, std::int64_t count) {
    if (aligned(x, count)) return;
    const std::int64_t ld = (x.rows + grain - 1) / grain * grain;
    const auto item = static_cast<std::uint64_t>(ld * x.cols) * 2;
    char *to = static_cast<char *>(op.temporary(item * static_cast<std::uint64_t>(count)));
    for (std::int64_t p = 0; p < count; ++p)
        op.copy(to + static_cast<std::uint64_t>(p) * item, static_cast<std::uint64_t>(ld) * 2,
                static_cast<const char *>(x.data) + p * x.stride * 2, static_cast<std::uint64_t>(x.ld) * 2,
                static_cast<std::uint64_t>(x.rows) * 2, static_cast<std::uint64_t>(x.cols));
    x.data = to, x.ld = ld, x.stride = ld * x.cols;
}

// Floats of the same values.
void widen(lai_ocl_operation &op, const Stored &x, std::int64_t count, bool bfloat) {
    Device &device = op.device();
    Kernel &kernel = device.kernel_by_number(0x776964656e000000u | bfloat, [&]() -> Kernel & {
        return device.programs->kernel(kernels::half_to_float, bfloat ? "-DBFLOAT=1" : "-DBFLOAT=0",
                                       "half_to_float");
    });
    const std::int64_t ld = (x.rows + 3) / 4 * 4;
    const auto item = static_cast<std::uint64_t>(ld * x.cols) * 4;
    char *to = static_cast<char *>(op.temporary(item * static_cast<std::uint64_t>(count)));
    const auto rows = static_cast<std::int32_t>(x.rows), cols = static_cast<std::int32_t>(x.cols);
    for (std::int64_t p = 0; p < count; ++p) {
        const lai_ocl_arg args[] = {
            {LAI_OCL_ARG_VALUE, 4, &rows},
            {LAI_OCL_ARG_VALUE, 4, &cols},
            {LAI_OCL_ARG_ADDRESS, 2, static_cast<const char *>(x.data) + p * x.stride * 2},
            {LAI_OCL_ARG_VALUE, 8, &x.ld},
            {LAI_OCL_ARG_ADDRESS, 4, to + static_cast<std::uint64_t>(p) * item},
            {LAI_OCL_ARG_VALUE, 8, &ld}};
        const std::size_t local[2] = {64, 1}, global[2] = {static_cast<std::size_t>(tiles(x.rows, 64)) * 64,
                                                           static_cast<std::size_t>(x.cols)};
        op.launch(kernel, 2, global, local, args, std::size(args));
    }
    x.data = to, x.ld = ld, x.stride = ld * x.cols;
}

int choose(const Device &device, const lai_ocl_gemm_call &g) {
    const int tuned = device.tuning.get(Tunable::half);
    const HalfEntry &e = entries[tuned];
    const bool fills = tiles(g.m, e.tm) * tiles(g.n, e.tn) * g.count >= device.facts().compute_units;
    return fills ? tuned : smallest_tile;
}

}  // namespace

void gemm_half(lai_ocl_operation &op, const lai_ocl_gemm_call &given, std::int64_t k) {
    Device &device = op.device();
    lai_ocl_gemm_call g = given;
    if (g.table_a) throw Failure(LAI_INVALID, "gemm of half precision takes no offset tables");
    const bool bfloat = g.dtype == LAI_DTYPE_BF16;
    const Stored operands[2] = {
        {g.a, g.lda, g.stride_a, g.trans_a == 'N' ? g.m : g.k, g.trans_a == 'N' ? g.k : g.m},
        {g.b, g.ldb, g.stride_b, g.trans_b == 'N' ? g.k : g.n, g.trans_b == 'N' ? g.n : g.k}};
    const bool matrix_units = k > 0 && (device.features() & LAI_OCL_FEATURE_FP16_MATRIX) != 0;
    if (!matrix_units) {
        if (k > 0)
            for (const Stored &x : operands) widen(op, x, g.count, bfloat);
        g.dtype = LAI_DTYPE_F32;
        return tiled(op, g, element_of(g.dtype), k);
    }
    for (const Stored &x : operands) align(op, x, g.count);
    const int entry = choose(device, g);
    const HalfEntry &e = entries[entry];
    Kernel &kernel = device.kernel_by_number(number_of(5, entry, g, 0), [&]() -> Kernel & {
        char options[200];
        std::snprintf(options, sizeof options,
                      "-DTM=%d -DTN=%d -DTK=%d -DWM=%d -DWN=%d -DSTAGES=%d -DBFLOAT=%d -DTRANS_A=%d "
                      "-DTRANS_B=%d",
                      e.tm, e.tn, e.tk, e.wm, e.wn, e.stages, bfloat, g.trans_a != 'N', g.trans_b != 'N');
        return device.programs->kernel(kernels::gemm_half, options, "gemm_half");
    });
    launch_tiles(op, kernel, g, element_of(g.dtype), k, e.tm, e.tn,
                 static_cast<std::size_t>(32 * (e.tm / e.wm) * (e.tn / e.wn)));
}

}  // namespace lapack_ai::opencl
