// Small and batched matrix products by LIBXSMM: kernels generated for one shape at run time, the registry of
// which costs tens of nanoseconds a call. Takes what its generator has code for: s and d, no transposes,
// alpha = 1, beta = 0 or 1, dimensions up to 64. Everything else is declined and goes to another backend.
#include <libxsmm.h>
#include <lapack_ai/sdk/plugin.hpp>

#include <algorithm>
#include <chrono>
#include <limits>
#include <vector>

namespace {

using namespace lapack_ai::sdk;

constexpr std::int64_t largest = 64;
// A column of pointers is as large as 32-bit BLAS integers allow.
constexpr std::int64_t largest_ld = std::numeric_limits<libxsmm_blasint>::max();

template <typename T>
auto generate(const GemmView<T> &g) {
    const auto narrow = [](std::int64_t value) { return static_cast<libxsmm_blasint>(value); };
    const libxsmm_blasint lda = narrow(g.A.ld), ldb = narrow(g.B.ld), ldc = narrow(g.C.ld);
    const int flags = LIBXSMM_GEMM_FLAG_NONE;
    const int prefetch = LIBXSMM_GEMM_PREFETCH_NONE;
    if constexpr (std::is_same_v<T, double>)
        return libxsmm_dmmdispatch(narrow(g.m), narrow(g.n), narrow(g.k), &lda, &ldb, &ldc, &g.alpha, &g.beta,
                                   &flags, &prefetch);
    else
        return libxsmm_smmdispatch(narrow(g.m), narrow(g.n), narrow(g.k), &lda, &ldb, &ldc, &g.alpha, &g.beta,
                                   &flags, &prefetch);
}

// Why there is no kernel for this call; null: there is.
const char *no_kernel(const Call &call) {
    const lai_scalar alpha = call.raw().scalars[LAI_GEMM_ALPHA], beta = call.raw().scalars[LAI_GEMM_BETA];
    if (call.flag(LAI_GEMM_TRANS_A) != 'N' || call.flag(LAI_GEMM_TRANS_B) != 'N')
        return "transposes are not generated";
    if (alpha.re != 1 || (beta.re != 0 && beta.re != 1))
        return "only alpha = 1 and beta = 0 or 1 are generated";
    for (int i = 0; i < 3; ++i)
        if (call.operand(i).ld > largest_ld) return "leading dimensions are 32-bit";
    return nullptr;
}

// Seconds of one product: what a call costs, and a rate; measured when the plugin starts.
struct Speed {
    double call = 0, per_flop = 0, per_byte = 0;
};

template <typename T>
double time_products(std::int64_t n, std::int64_t items) {
    std::vector<T> A(static_cast<std::size_t>(n * n * items), T(1)), B(A), C(A);
    CallBuilder builder(LAI_OP_GEMM, dtype_of<T>);
    builder.dims(n, n, n).flags('N', 'N').scalars(1.0, 0.0);
    for (std::vector<T> *X : {&A, &B, &C}) builder.matrix(MatrixView<T>{X->data(), n, n, n});
    const auto kernel = generate(GemmView<T>(Call(builder.call())));
    if (!kernel) throw Failure(LAI_DECLINED, "LIBXSMM generates no code for this processor");
    double least = 1;
    for (int run = 0; run < 4; ++run) {
        const auto begin = std::chrono::steady_clock::now();
        for (std::int64_t b = 0; b < items; ++b) kernel(&A[b * n * n], &B[b * n * n], &C[b * n * n]);
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
        if (run > 0) least = std::min(least, took.count());  // the first one touches the memory
    }
    return least / static_cast<double>(items);
}

template <typename T>
Speed measure() {
    const double small = time_products<T>(4, 64), cached = time_products<T>(32, 4),
                 streamed = time_products<T>(32, 256);
    Speed speed;
    speed.per_flop = cached / (2.0 * 32 * 32 * 32);
    speed.call = std::max(5e-9, small - speed.per_flop * 2 * 4 * 4 * 4);
    speed.per_byte = std::max(0.0, streamed - cached) / (3.0 * 32 * 32 * sizeof(T));
    return speed;
}

class Products {
  public:
    Products(Host host, bool batched, Speed single, Speed dbl)
        : host_(host), batched_(batched), single_(single), double_(dbl) {}

    Cost query(const Call &call) const {
        if (const char *why = no_kernel(call)) return Cost::decline(LAI_REASON_FLAG, why);
        if (!batched_ && !call.is_single()) return Cost::decline(LAI_REASON_SHAPE, "one product at a time");
        const double k = static_cast<double>(call.dim(LAI_GEMM_K));
        return Cost().compute(seconds(call)).sigma(0.4).componentwise(k + 2).algorithm("generated kernel");
    }

    lai_status execute(const Call &call, lai_result &result) const {
        if (const char *why = no_kernel(call)) throw Declined(LAI_REASON_FLAG, why);
        result.algorithm = "generated kernel";
        return call.dtype() == LAI_DTYPE_F64 ? run<double>(call) : run<float>(call);
    }

  private:
    static constexpr double worth_starting = 20e-6;  // seconds of work for each thread

    double seconds(const Call &call) const {
        const Speed &speed = call.dtype() == LAI_DTYPE_F64 ? double_ : single_;
        const double m = static_cast<double>(call.dim(LAI_GEMM_M)),
                     n = static_cast<double>(call.dim(LAI_GEMM_N)),
                     k = static_cast<double>(call.dim(LAI_GEMM_K)),
                     items = static_cast<double>(call.batch_size());
        const double bytes = static_cast<double>(dtype_bytes(call.dtype())) * (m * k + k * n + m * n);
        const double one = speed.call + speed.per_flop * 2 * m * n * k;
        const bool from_memory = items * bytes > (1 << 20);
        const double all = items * (one + (from_memory ? speed.per_byte * bytes : 0)) + 5e-8;
        const int threads = workers(call, all);
        return threads > 1 ? all / threads + worth_starting : all;
    }

    static int workers(const Call &call, double all) {
        return static_cast<int>(std::clamp<double>(all / worth_starting, 1, call.threads()));
    }

    template <typename T>
    lai_status run(const Call &call) const {
        const GemmBatchView<T> batch(call);
        if (batch.one.m == 0 || batch.one.n == 0 || batch.count == 0) return LAI_OK;
        const auto kernel = generate(batch.one);
        if (!kernel) throw Declined(LAI_REASON_SHAPE, "LIBXSMM generates no code for this shape");
        const auto items = [&](std::int64_t first, std::int64_t last) {
            for (std::int64_t b = first; b < last; ++b)
                kernel(batch.A.item(b).data, batch.B.item(b).data, batch.C.item(b).data);
        };
        const int threads = workers(call, seconds(call));
        if (threads == 1) {
            items(0, batch.count);
            return LAI_OK;
        }
        const std::int64_t chunks = std::min<std::int64_t>(batch.count, 8 * threads);
        return host_.parallel_for(call, chunks, [&](std::int64_t chunk, std::int32_t) {
            items(batch.count * chunk / chunks, batch.count * (chunk + 1) / chunks);
        });
    }

    Host host_;
    bool batched_;
    Speed single_, double_;
};

struct XsmmGemm : Plugin {
    explicit XsmmGemm(Host host) : Plugin(host) {
        libxsmm_init();
        const Speed single = measure<float>(), dbl = measure<double>();
        for (const bool batched : {false, true}) {
            VariantInfo info{.op = batched ? LAI_OP_GEMM_BATCH : LAI_OP_GEMM,
                             .dtypes = LAI_DTYPE_BIT(LAI_DTYPE_F32) | LAI_DTYPE_BIT(LAI_DTYPE_F64),
                             .batches = batched};
            info.ranges = {
                {0, LAI_GEMM_M, 1, largest}, {0, LAI_GEMM_N, 1, largest}, {0, LAI_GEMM_K, 1, largest}};
            add<Products>(info, host, batched, single, dbl);
        }
    }
};

}  // namespace

LAPACK_AI_PLUGIN(XsmmGemm);
