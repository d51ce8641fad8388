// Launching matrix multiplication: which kernel, which tile, which arguments.
#include "gemm.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "../kernels/matrix_multiply/gemm_parameters.h"
#include "failure.hpp"
#include "opencl_kernels.hpp"

namespace lapack_ai::opencl {
namespace {

constexpr std::int64_t largest_dimension = (std::int64_t{1} << 31) - 4096;
constexpr std::int64_t largest_grid = 32768;  // problems a launch takes in its second dimension
constexpr std::int64_t band = 4;              // tile rows swept together, for the device's cache

struct Element {
    std::uint32_t bytes;
    bool complex, wide;  // wide: built on double
};

Element element_of(lai_dtype dtype) {
    switch (dtype) {
        case LAI_DTYPE_F32:
            return {4, false, false};
        case LAI_DTYPE_F64:
            return {8, false, true};
        case LAI_DTYPE_C32:
            return {8, true, false};
        case LAI_DTYPE_C64:
            return {16, true, true};
        default:
            throw Failure(LAI_INVALID, "gemm on the device: dtype must be s, d, c or z");
    }
}

// alpha and beta as the kernels want them.
struct Scalar {
    alignas(16) unsigned char bytes[16];
    Scalar(lai_scalar value, const Element &element) : bytes{} {
        const float narrow[2] = {static_cast<float>(value.re), static_cast<float>(value.im)};
        if (element.wide)
            std::memcpy(bytes, &value, sizeof value);
        else
            std::memcpy(bytes, narrow, sizeof narrow);
    }
};

void check_call(const lai_ocl_gemm_call &g, const Element &element, const DeviceFacts &facts) {
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

// ---- the arguments all kernels share ---------------------------------------------------------------------
class Arguments {
  public:
    Arguments(const lai_ocl_gemm_call &g, const Element &element, std::int64_t k, std::int64_t first)
        : alpha_(g.alpha, element), beta_(g.beta, element), m_(int(g.m)), n_(int(g.n)), k_(int(k)) {
        const auto place = [&](const void *address, std::int64_t stride) {
            return static_cast<const char *>(address) + first * stride * element.bytes;
        };
        value(m_), value(n_), value(k_);
        raw(alpha_.bytes, element.bytes), raw(beta_.bytes, element.bytes);
        address(place(g.a, g.stride_a), element.bytes), value(g.lda), value(g.stride_a);
        address(place(g.b, g.stride_b), element.bytes), value(g.ldb), value(g.stride_b);
        address(place(g.c, g.stride_c), element.bytes), value(g.ldc), value(g.stride_c);
    }
    Arguments(const Arguments &) = delete;
    Arguments &operator=(const Arguments &) = delete;

    template <typename T>
    void value(const T &v) {
        raw(&v, sizeof v);
    }
    void address(const void *a, std::uint32_t element_bytes) {
        list_[size_++] = {LAI_OCL_ARG_ADDRESS, element_bytes, a};
    }
    const lai_ocl_arg *data() const { return list_.data(); }
    std::uint32_t size() const { return size_; }

  private:
    void raw(const void *data, std::size_t bytes) {
        list_[size_++] = {LAI_OCL_ARG_VALUE, static_cast<std::uint32_t>(bytes), data};
    }
    Scalar alpha_, beta_;
    std::int32_t m_, n_, k_;
    std::array<lai_ocl_arg, 24> list_;
    std::uint32_t size_ = 0;
};

// A number for a kernel variant: kernel family, entry of its table, transposes, type, alignment.
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

const std::string &tiled_source() {
    static const std::string text = std::string(kernels::matrix_utils) + kernels::gemm_tiled;
    return text;
}
const std::string &batched_source() {
    static const std::string text = std::string(kernels::matrix_utils) + kernels::gemm_batched;
    return text;
}

// Unrolled loops keep a GPU's loads in flight; on a processor they only cost the compiler minutes.
int unrolling(const Device &device, int wanted) {
    return device.facts().type == LAI_OCL_DEVICE_CPU ? 1 : wanted;
}

std::int64_t tiles(std::int64_t extent, std::int64_t tile) {
    return (extent + tile - 1) / tile;
}

// Enqueues a kernel whose work-groups each compute one tile; problems go in the second dimension.
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

// Products of middling size, a block of one to a warp.
void tensor_batched(lai_ocl_operation &op, const lai_ocl_gemm_call &g, const Element &element) {
    constexpr int side = 32, warps = 4, unroll = 2;
    Device &device = op.device();
    const int vec = even(g.a, g.lda, g.stride_a, g.count) && even(g.b, g.ldb, g.stride_b, g.count) ? 2 : 1;
    Kernel &kernel = device.kernel_by_number(number_of(4, 0, g, vec), [&]() -> Kernel & {
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
    const std::size_t local = 32 * warps;
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

void tiled(lai_ocl_operation &op, const lai_ocl_gemm_call &g, const Element &element, std::int64_t k) {
    Device &device = op.device();
    // The large tile where it still gives every compute unit work.
    const bool processor = device.facts().type == LAI_OCL_DEVICE_CPU;
    const auto fits = [&](const TiledEntry &e) {
        return e.bytes == element.bytes && processor == (e.place == 0) &&
               (e.place < 2 || tiles(g.m, e.tm) * tiles(g.n, e.tn) * g.count >= device.facts().compute_units);
    };
    const auto *chosen = std::find_if(std::begin(tiled_entries), std::end(tiled_entries), fits);
    const TiledEntry &e = *chosen;
    Kernel &kernel = device.kernel_by_number(
        number_of(3, static_cast<int>(chosen - tiled_entries), g, 0), [&]() -> Kernel & {
            char options[120];
            std::snprintf(options, sizeof options, "-DTM=%d -DTN=%d -DTK=%d -DRM=%d -DRN=%d -DUNROLL=%d",
                          e.tm, e.tn, e.tk, e.rm, e.rn, unrolling(device, e.unroll));
            return device.programs->kernel(tiled_source().c_str(), type_options(g, element) + options,
                                           "gemm_tiled");
        });
    launch_tiles(op, kernel, g, element, k, e.tm, e.tn,
                 static_cast<std::size_t>((e.tm / e.rm) * (e.tn / e.rn)));
}

}  // namespace

void gemm(lai_ocl_operation &op, const lai_ocl_gemm_call &g) {
    const Element element = element_of(g.dtype);
    check_call(g, element, op.device().facts());
    if (g.m == 0 || g.n == 0 || g.count == 0) return;
    const bool no_product = g.k == 0 || (g.alpha.re == 0 && g.alpha.im == 0);
    const std::int64_t k = no_product ? 0 : g.k;
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
