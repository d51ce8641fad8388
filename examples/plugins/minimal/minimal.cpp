// A whole backend: matrix multiplication by three loops, in all four precisions. Nothing else is needed to be
// ranked, explained, metered and chosen (when nothing faster is there).
#include <lapack_ai/sdk/plugin.hpp>

namespace {

using namespace lapack_ai::sdk;

// Element (i, j) of op(X).
template <typename T>
T element(const MatrixView<const T> &X, char trans, std::int64_t i, std::int64_t j) {
    if (trans == 'N') return X(i, j);
    if constexpr (is_complex<T>)
        if (trans == 'C') return std::conj(X(j, i));
    return X(j, i);
}

struct ThreeLoops {
    Cost query(const Call &call) const {
        const double m = static_cast<double>(call.dim(LAI_GEMM_M));
        const double n = static_cast<double>(call.dim(LAI_GEMM_N));
        const double k = static_cast<double>(call.dim(LAI_GEMM_K));
        const double flops_per_second = dtype_is_complex(call.dtype()) ? 2e8 : 5e8;
        return Cost().compute(2 * m * n * k / flops_per_second).componentwise(k + 2).algorithm("three loops");
    }

    void execute(const Call &call, lai_result &result) {
        visit(call.dtype(), [&]<typename T>(Type<T>) { multiply(GemmView<T>(call)); });
        result.algorithm = "three loops";
    }

    template <typename T>
    static void multiply(const GemmView<T> &g) {
        for (std::int64_t j = 0; j < g.n; ++j)
            for (std::int64_t i = 0; i < g.m; ++i) {
                T sum{};
                if (g.alpha !=
                    T{})  // as in BLAS: alpha == 0 reads neither A nor B, beta == 0 does not read C
                    for (std::int64_t l = 0; l < g.k; ++l)
                        sum += element(g.A, g.trans_a, i, l) * element(g.B, g.trans_b, l, j);
                g.C(i, j) = g.beta == T{} ? g.alpha * sum : g.alpha * sum + g.beta * g.C(i, j);
            }
    }
};

struct Minimal : Plugin {
    explicit Minimal(Host host) : Plugin(host) {
        add<ThreeLoops>({.op = LAI_OP_GEMM, .name = "three_loops"});
    }
};

}  // namespace

LAPACK_AI_PLUGIN(Minimal);
