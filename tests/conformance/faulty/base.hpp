// A right backend for gemm in d and z, written against the bare contract, in pieces that a faulty one
// replaces one at a time: struct Fault : Right { ... }; FAULTY_PLUGIN(Fault).
#pragma once

#include <chrono>
#include <complex>
#include <cstdint>
#include <cstring>

#include "lapack_ai/abi/ops.h"
#include "lapack_ai/abi/plugin.h"

namespace faulty {

inline const lai_host *host = nullptr;
inline double flops_per_second = 1e9;

template <typename T>
T scalar(const lai_scalar &s) {
    if constexpr (std::is_same_v<T, double>)
        return s.re;
    else
        return T(s.re, s.im);
}

inline double conjugate(double x) {
    return x;
}
inline std::complex<double> conjugate(std::complex<double> x) {
    return std::conj(x);
}

template <typename T>
struct Gemm {
    explicit Gemm(const lai_call &c)
        : m(c.dims[0]),
          n(c.dims[1]),
          k(c.dims[2]),
          trans_a(char(c.flags[0])),
          trans_b(char(c.flags[1])),
          alpha(scalar<T>(c.scalars[0])),
          beta(scalar<T>(c.scalars[1])) {
        A = static_cast<T *>(LAI_OPERAND(&c, 0)->data), lda = LAI_OPERAND(&c, 0)->ld;
        B = static_cast<T *>(LAI_OPERAND(&c, 1)->data), ldb = LAI_OPERAND(&c, 1)->ld;
        C = static_cast<T *>(LAI_OPERAND(&c, 2)->data), ldc = LAI_OPERAND(&c, 2)->ld;
    }
    T a(int64_t i, int64_t l) const { return element(A, lda, trans_a, i, l); }
    T b(int64_t l, int64_t j) const { return element(B, ldb, trans_b, l, j); }
    static T element(const T *X, int64_t ld, char trans, int64_t i, int64_t j) {
        const T x = trans == 'N' ? X[i + j * ld] : X[j + i * ld];
        return trans == 'C' ? conjugate(x) : x;
    }
    int64_t m, n, k;
    char trans_a, trans_b;
    T alpha, beta, *A, *B, *C;
    int64_t lda, ldb, ldc;
};

// `column` has room for m elements.
template <typename T>
void multiply(const Gemm<T> &g, T *column) {
    for (int64_t j = 0; j < g.n; ++j) {
        for (int64_t i = 0; i < g.m; ++i) column[i] = T{};
        for (int64_t l = 0; l < g.k && g.alpha != T{}; ++l)
            for (int64_t i = 0; i < g.m; ++i) column[i] += g.a(i, l) * g.b(l, j);
        for (int64_t i = 0; i < g.m; ++i) {
            T &c = g.C[i + j * g.ldc];
            c = g.beta == T{} ? g.alpha * column[i] : g.alpha * column[i] + g.beta * c;
        }
    }
}

inline bool is_single(const lai_call &call) {
    return call.batch == 1 && !(LAI_OPERAND(&call, 2)->flags & LAI_OPERAND_POINTER_ARRAY);
}

// Writes what fits; a host may have a shorter struct.
inline void answer(lai_cost &to, lai_cost from) {
    from.size = to.size;
    std::memcpy(&to, &from, to.size < sizeof from ? to.size : sizeof from);
}

template <typename T>
T *column_of(const lai_call &call) {
    return static_cast<T *>(
        host->arena_alloc(host, &call, static_cast<size_t>(call.dims[0] + 1) * sizeof(T), alignof(T)));
}

// Calls body(Gemm<T>, T *column) for the element type of the call, with scratch from the arena.
template <typename Body>
lai_status with_product(const lai_call &call, Body &&body) {
    const auto run = [&]<typename T>(T) -> lai_status {
        T *column = column_of<T>(call);
        if (!column) return LAI_OUT_OF_MEMORY;
        body(Gemm<T>(call), column);
        return LAI_OK;
    };
    if (call.dtype == LAI_DTYPE_F64) return run(double{});
    return run(std::complex<double>{});
}

struct Right {
    static constexpr const char *op = LAI_OP_GEMM;
    static constexpr uint64_t dtypes = LAI_DTYPE_BIT(LAI_DTYPE_F64) | LAI_DTYPE_BIT(LAI_DTYPE_C64);
    static constexpr lai_dim_range *ranges = nullptr;
    static constexpr uint32_t range_count = 0;

    static double seconds(const lai_call &call) {
        const double complex = call.dtype == LAI_DTYPE_C64 ? 3 : 1;
        return complex * 2 * double(call.dims[0]) * double(call.dims[1]) * double(call.dims[2]) /
               flops_per_second;
    }
    static lai_cost price(const lai_call &call) {
        lai_cost cost{};
        cost.compute_seconds = seconds(call);
        cost.error_kind = LAI_ERROR_COMPONENTWISE;
        cost.error_coefficient = 2 * double(call.dims[2]) + 8;
        return cost;
    }
    static bool takes(const lai_call &call) { return is_single(call); }
    template <typename Fault>
    static lai_status query(const lai_call &call, lai_cost &cost) {
        lai_cost mine = Fault::takes(call) ? Fault::price(call) : lai_cost{};
        if (!Fault::takes(call)) mine.reason = LAI_REASON_SHAPE;
        answer(cost, mine);
        return mine.reason == LAI_REASON_NONE ? LAI_OK : LAI_DECLINED;
    }
    static lai_status execute(const lai_call &call) {
        return with_product(call, [](const auto &g, auto *column) { multiply(g, column); });
    }
    static int64_t info(const lai_call &) { return 0; }
    static void init() {}
    static void shutdown() {}
};

// Times a product of the right kind, so that prices are honest.
inline void measure_speed() {
    static double A[64 * 64], B[64 * 64], C[64 * 64], column[64];
    const int64_t dims[] = {64, 64, 64};
    const uint8_t flags[] = {'N', 'N'};
    const lai_scalar scalars[] = {{1, 0}, {0, 0}};
    const lai_operand operands[] = {{sizeof(lai_operand), LAI_DTYPE_F64, A, 64, 64, 64, 0, 0, 0, 0},
                                    {sizeof(lai_operand), LAI_DTYPE_F64, B, 64, 64, 64, 0, 0, 0, 0},
                                    {sizeof(lai_operand), LAI_DTYPE_F64, C, 64, 64, 64, 0, 0, 0, 0}};
    lai_call call{};
    call.dims = dims, call.flags = flags, call.scalars = scalars, call.operands = operands;
    call.operand_stride = sizeof(lai_operand);
    double least = 1;
    for (int run = 0; run < 5; ++run) {
        const auto begin = std::chrono::steady_clock::now();
        multiply(Gemm<double>(call), column);
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
        if (took.count() < least) least = took.count();
    }
    flops_per_second = 2.0 * 64 * 64 * 64 / least;
}

template <typename Fault>
struct Tables {
    static lai_status query(void *, const lai_call *call, lai_cost *cost) {
        return Fault::template query<Fault>(*call, *cost);
    }
    static lai_status execute(void *, const lai_call *call, lai_result *result) {
        const lai_status status = Fault::execute(*call);
        if (status == LAI_OK && LAI_HAS(result, lai_result, info)) result->info = Fault::info(*call);
        return status;
    }
    static lai_status init(const lai_host *given, char *, size_t) {
        host = given;
        measure_speed();
        Fault::init();
        return LAI_OK;
    }
    static void shutdown() { Fault::shutdown(); }
    static const void *extension(const char *id) {
        static const lai_variant variant = [] {
            lai_variant v{};
            v.size = sizeof v;
            v.name = "loops";
            v.op_id = Fault::op;
            v.dtypes = Fault::dtypes;
            v.ranges = Fault::ranges;
            v.range_count = Fault::range_count;
            v.range_stride = sizeof(lai_dim_range);
            v.query = query;
            v.execute = execute;
            return v;
        }();
        static const lai_variant *const variants[] = {&variant};
        static const lai_backend backend = {
            sizeof(lai_backend), 1, variants, nullptr, nullptr, nullptr, nullptr};
        return std::strcmp(id, LAI_ROLE_BACKEND) == 0 ? &backend : nullptr;
    }
};

}  // namespace faulty

#define FAULTY_PLUGIN(Fault)                                    \
    LAI_DEFINE_PLUGIN_ENTRY = {sizeof(lai_plugin_entry),        \
                               LAI_ABI_MAJOR,                   \
                               LAI_ABI_MINOR,                   \
                               0,                               \
                               LAPACK_AI_PLUGIN_ID,             \
                               faulty::Tables<Fault>::init,     \
                               faulty::Tables<Fault>::shutdown, \
                               nullptr,                         \
                               faulty::Tables<Fault>::extension}
