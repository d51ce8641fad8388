// Launching matrix multiplication: which kernel, which tile, which arguments.
#include "gemm.hpp"

#include <algorithm>
#include <cstdio>

#include "../kernels/matrix_multiply/gemm_parameters.h"
#include "failure.hpp"
#include "gemm_launch.hpp"
#include "gemm_tuning.hpp"
#include "opencl_kernels.hpp"

namespace lapack_ai::opencl {
namespace {

const std::string &tiled_source() {
    static const std::string text = std::string(kernels::matrix_utils) + kernels::gemm_tiled;
    return text;
}
const std::string &batched_source() {
    static const std::string text = std::string(kernels::matrix_utils) + kernels::gemm_batched;
    return text;
}

// ---- fp64 tensor cores -----------------------------------------------------------------------------------
struct TensorEntry {
    int tm, tn, wm, wn, sa, sb, resident;
    double full, alone;  // relative speed when all places are taken, and when one work-group has a unit alone
};
#define LAI_ENTRY(tm, tn, wm, wn, sa, sb, resident, full, alone) \
    {tm, tn, wm, wn, sa, sb, resident, full, alone},
constexpr TensorEntry tensor_entries[] = {LAI_GEMM_TENSOR(LAI_ENTRY)};
#undef LAI_ENTRY

// The entry with the least predicted time: full waves at full speed, the rest at the speed of its filling.
int choose_tensor(const lai_ocl_gemm_call &g, std::int64_t units) {
    int best = 0;
    double least = 0;
    for (int i = 0; i < static_cast<int>(std::size(tensor_entries)); ++i) {
        const TensorEntry &e = tensor_entries[i];
        const std::int64_t total = tiles(g.m, e.tm) * tiles(g.n, e.tn) * g.count, places = units * e.resident;
        const double area = double(e.tm) * e.tn;
        const std::int64_t rest = total % places;
        double time = static_cast<double>(total / places) * area * e.resident / e.full;
        if (rest > 0) time += rest > units ? area * e.resident / e.full : area / e.alone;
        if (i == 0 || time < least) best = i, least = time;
    }
    return best;
}

bool even(const void *address, std::int64_t ld, std::int64_t stride, std::int64_t count) {
    return reinterpret_cast<std::uintptr_t>(address) % 16 == 0 && ld % 2 == 0 &&
           (count == 1 || stride % 2 == 0);
}

const std::string &transfer_source() {
    static const std::string text = std::string(kernels::matrix_utils) + kernels::memory_transfer;
    return text;
}

// Enqueues to := from^T (doubles, m x n becomes n x m).
void transpose(lai_ocl_operation &op, std::int64_t m, std::int64_t n, const void *from, std::int64_t from_ld,
               void *to, std::int64_t to_ld) {
    Device &device = op.device();
    Kernel &kernel = device.kernel_by_number(0x7472616e73706f73u, [&]() -> Kernel & {
        return device.programs->kernel(transfer_source().c_str(), "-DREAL=double -DCOMPLEX=0", "transpose");
    });
    const auto rows = static_cast<std::int32_t>(m), cols = static_cast<std::int32_t>(n);
    const lai_ocl_arg arguments[] = {{LAI_OCL_ARG_VALUE, sizeof rows, &rows},
                                     {LAI_OCL_ARG_VALUE, sizeof cols, &cols},
                                     {LAI_OCL_ARG_ADDRESS, 8, from},
                                     {LAI_OCL_ARG_VALUE, 8, &from_ld},
                                     {LAI_OCL_ARG_ADDRESS, 8, to},
                                     {LAI_OCL_ARG_VALUE, 8, &to_ld}};
    const std::size_t local[2] = {32, 8};
    const std::size_t global[2] = {static_cast<std::size_t>(tiles(m, 32)) * 32,
                                   static_cast<std::size_t>(tiles(n, 32)) * 8};
    op.launch(kernel, 2, global, local, arguments, std::size(arguments));
}

// A stored with k along memory ("deep") costs the copies twice the cache look-ups and the kernel a fifth of
// its speed (docs/kernels.md), so where C is wide enough to pay for it, A is turned first. Without memory for
// the turned copy the product goes on with what it has.
bool turn_a(lai_ocl_operation &op, lai_ocl_gemm_call &g) {
    constexpr std::int64_t worth_turning = 512;  // columns of C
    if (g.trans_a == 'N' || g.count != 1 || g.n < worth_turning || g.m < worth_turning) return false;
    const std::int64_t ld = g.m + g.m % 2;
    void *turned = nullptr;
    try {
        turned =
            op.scratch(static_cast<std::uint64_t>(ld) * static_cast<std::uint64_t>(g.k) * sizeof(double));
    } catch (const Failure &failure) {
        if (failure.status() != LAI_OUT_OF_MEMORY) throw;
        return false;
    }
    transpose(op, g.k, g.m, g.a, g.lda, turned, ld);
    g.trans_a = 'N';
    g.a = turned;
    g.lda = ld;
    return true;
}

void tensor(lai_ocl_operation &op, lai_ocl_gemm_call g, const Element &element) {
    Device &device = op.device();
    turn_a(op, g);
    const int entry = choose_tensor(g, device.facts().compute_units);
    const TensorEntry &e = tensor_entries[entry];
    const int vec = even(g.a, g.lda, g.stride_a, g.count) && even(g.b, g.ldb, g.stride_b, g.count) ? 2 : 1;
    Kernel &kernel = device.kernel_by_number(number_of(1, entry, g, vec), [&]() -> Kernel & {
        char options[200];
        std::snprintf(options, sizeof options,
                      "-DTM=%d -DTN=%d -DWM=%d -DWN=%d -DSA=%d -DSB=%d -DVEC=%d -DTRANS_A=%d -DTRANS_B=%d",
                      e.tm, e.tn, e.wm, e.wn, e.sa, e.sb, vec, g.trans_a != 'N', g.trans_b != 'N');
        return device.programs->kernel(kernels::gemm_tensor, options, "gemm_tensor");
    });
    launch_tiles(op, kernel, g, element, g.k, e.tm, e.tn,
                 static_cast<std::size_t>(32 * (e.tm / e.wm) * (e.tn / e.wn)));
}

struct TensorBatchedEntry {
    int side, warps, unroll;
};
#define LAI_ENTRY(side, warps, unroll) {side, warps, unroll},
constexpr TensorBatchedEntry tensor_batched_entries[] = {LAI_GEMM_TENSOR_BATCHED(LAI_ENTRY)};
#undef LAI_ENTRY

// Products of middling size, a block of one to a warp.
void tensor_batched(lai_ocl_operation &op, const lai_ocl_gemm_call &g, const Element &element) {
    Device &device = op.device();
    const int entry = device.tuning.get(Tunable::tensor_batched);
    const auto &[side, warps, unroll] = tensor_batched_entries[entry];
    const int vec = even(g.a, g.lda, g.stride_a, g.count) && even(g.b, g.ldb, g.stride_b, g.count) ? 2 : 1;
    Kernel &kernel = device.kernel_by_number(number_of(4, entry, g, vec), [&]() -> Kernel & {
        char options[120];
        std::snprintf(options, sizeof options,
                      "-DSIDE=%d -DWARPS=%d -DUNROLL=%d -DVEC=%d -DTRANS_A=%d -DTRANS_B=%d", side, warps,
                      unroll, vec, g.trans_a != 'N', g.trans_b != 'N');
        return device.programs->kernel(kernels::gemm_tensor_batched, options, "gemm_tensor_batched");
    });
    const auto blocks_m = static_cast<std::int32_t>(tiles(g.m, side)),
               blocks_n = static_cast<std::int32_t>(tiles(g.n, side));
    const auto count = static_cast<std::int32_t>(g.count);
    Arguments arguments(g, element, g.k, 0);
    arguments.value(count), arguments.value(blocks_m), arguments.value(blocks_n);
    const auto local = static_cast<std::size_t>(32 * warps);
    const std::size_t global = local * static_cast<std::size_t>(tiles(g.count * blocks_m * blocks_n, warps));
    op.launch(kernel, 1, &global, &local, arguments.data(), arguments.size());
}

// ---- small products --------------------------------------------------------------------------------------
struct BatchedEntry {
    int side, depth, rm, rn, matrices;
};
#define LAI_ENTRY(side, depth, rm, rn, matrices) {side, depth, rm, rn, matrices},
constexpr BatchedEntry batched_entries[] = {LAI_GEMM_BATCHED(LAI_ENTRY)};
#undef LAI_ENTRY

void batched(lai_ocl_operation &op, const lai_ocl_gemm_call &g, const Element &element, std::int64_t k) {
    Device &device = op.device();
    int entry = 0;
    while (batched_entries[entry].side < std::max(g.m, g.n)) ++entry;
    const BatchedEntry &e = batched_entries[entry];
    const bool tables = g.table_a != nullptr;
    Kernel &kernel = device.kernel_by_number(number_of(2, entry, g, tables), [&]() -> Kernel & {
        char options[160];
        std::snprintf(options, sizeof options,
                      "-DSIDE=%d -DDEPTH=%d -DRM=%d -DRN=%d -DMATRICES=%d -DOFFSETS=%d -DUNROLL=%d", e.side,
                      e.depth, e.rm, e.rn, e.matrices, tables, unrolling(device, 16));
        return device.programs->kernel(batched_source().c_str(), type_options(g, element) + options,
                                       "gemm_batched");
    });
    const auto threads = static_cast<std::size_t>((e.side / e.rm) * (e.side / e.rn) * e.matrices);
    const auto count = static_cast<std::int32_t>(g.count);
    Arguments arguments(g, element, k, 0);
    arguments.value(count);
    if (tables)
        for (const void *table : {g.table_a, g.table_b, g.table_c}) arguments.address(table, 8);
    const std::size_t global = threads * static_cast<std::size_t>(tiles(g.count, e.matrices));
    op.launch(kernel, 1, &global, &threads, arguments.data(), arguments.size());
}

// ---- every type, every device ----------------------------------------------------------------------------
struct TiledEntry {
    std::uint32_t bytes;
    int place, tm, tn, tk, rm, rn, unroll;  // place: 2 large tiles, 1 small ones, 0 for processors
};
#define LAI_ENTRY(bytes, place, tm, tn, tk, rm, rn, unroll) {bytes, place, tm, tn, tk, rm, rn, unroll},
constexpr TiledEntry tiled_entries[] = {LAI_GEMM_TILED(LAI_ENTRY)};
#undef LAI_ENTRY

// The large tile where it still gives every compute unit work: the one that tuning found best, else the
// first.
int choose_tiled(const Device &device, const lai_ocl_gemm_call &g, const Element &element) {
    const bool processor = device.facts().type == LAI_OCL_DEVICE_CPU;
    const auto fits = [&](const TiledEntry &e) {
        return e.bytes == element.bytes && processor == (e.place == 0) &&
               (e.place < 2 || tiles(g.m, e.tm) * tiles(g.n, e.tn) * g.count >= device.facts().compute_units);
    };
    const int tuned = device.tuning.get(element.bytes == 4   ? Tunable::tiled_4
                                        : element.bytes == 8 ? Tunable::tiled_8
                                                             : Tunable::tiled_16);
    if (fits(tiled_entries[tuned])) return tuned;
    return static_cast<int>(std::find_if(std::begin(tiled_entries), std::end(tiled_entries), fits) -
                            std::begin(tiled_entries));
}

}  // namespace

void tiled(lai_ocl_operation &op, const lai_ocl_gemm_call &g, const Element &element, std::int64_t k) {
    Device &device = op.device();
    const int entry = choose_tiled(device, g, element);
    const TiledEntry &e = tiled_entries[entry];
    const bool wide_sum = element.result_bytes == 2 * element.bytes;
    Kernel &kernel = device.kernel_by_number(number_of(3, entry, g, wide_sum), [&]() -> Kernel & {
        char options[140];
        std::snprintf(options, sizeof options,
                      "-DTM=%d -DTN=%d -DTK=%d -DRM=%d -DRN=%d -DUNROLL=%d -DWIDE_SUM=%d", e.tm, e.tn, e.tk,
                      e.rm, e.rn, unrolling(device, e.unroll), wide_sum);
        return device.programs->kernel(tiled_source().c_str(), type_options(g, element) + options,
                                       "gemm_tiled");
    });
    launch_tiles(op, kernel, g, element, k, e.tm, e.tn,
                 static_cast<std::size_t>((e.tm / e.rm) * (e.tn / e.rn)));
}

void gemm(lai_ocl_operation &op, const lai_ocl_gemm_call &g) {
    const Element element = element_of(g.dtype);
    check_gemm(g, element, op.device().facts());
    if (g.m == 0 || g.n == 0 || g.count == 0) return;
    const bool no_product = g.k == 0 || (g.alpha.re == 0 && g.alpha.im == 0);
    const std::int64_t k = no_product ? 0 : g.k;
    if (element.bytes == 2) return gemm_half(op, g, k);
    if (g.slices != 0 && !no_product) return gemm_split(op, g);
    const std::int64_t largest_small = batched_entries[std::size(batched_entries) - 1].side;
    const bool small = g.m <= largest_small && g.n <= largest_small;
    if (g.table_a && !small)
        throw Failure(LAI_INVALID,
                      "gemm on the device: offset tables are for m, n <= " + std::to_string(largest_small));
    const bool tensor_cores =
        g.dtype == LAI_DTYPE_F64 && k > 0 && (op.device().features() & LAI_OCL_FEATURE_FP64_MATRIX) != 0;
    if (small && (g.count > 1 || g.table_a)) {
        constexpr std::int64_t worth_a_warp = 17;  // below, several problems share a warp's worth of items
        if (tensor_cores && !g.table_a && std::max(g.m, g.n) >= worth_a_warp)
            return tensor_batched(op, g, element);
        return batched(op, g, element, k);
    }
    if (tensor_cores) return tensor(op, g, element);
    tiled(op, g, element, k);
}

}  // namespace lapack_ai::opencl
