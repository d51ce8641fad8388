// See nested.hpp. Column by column, so that the inner loop runs down a column and vectorises.
#include "nested.hpp"

#include <algorithm>
#include <cstring>

#include "lapack_ai/sdk/plugin.hpp"

namespace lapack_ai::conformance {

namespace {

constexpr double flops_per_second = 1.5e9;  // of the loops below, within a factor of a few

bool is_product(const lai_call *child) {
    return child && child->op_id &&
           (std::strcmp(child->op_id, LAI_OP_GEMM) == 0 || std::strcmp(child->op_id, LAI_OP_GEMM_BATCH) == 0);
}

template <typename T>
T element(const sdk::MatrixView<const T> &X, char trans, std::int64_t i, std::int64_t j) {
    if (trans == 'N') return X(i, j);
    if constexpr (sdk::is_complex<T>)
        if (trans == 'C') return std::conj(X(j, i));
    return X(j, i);
}

template <typename T>
void multiply(const sdk::GemmView<T> &g) {
    for (std::int64_t j = 0; j < g.n; ++j) {
        T *const c = g.C.column(j);
        for (std::int64_t i = 0; i < g.m; ++i) c[i] = g.beta == T{} ? T{} : g.beta * c[i];
        if (g.alpha == T{}) continue;
        for (std::int64_t l = 0; l < g.k; ++l) {
            const T b = g.alpha * element(g.B, g.trans_b, l, j);
            if (g.trans_a == 'N') {
                const T *const a = g.A.column(l);
                for (std::int64_t i = 0; i < g.m; ++i) c[i] += a[i] * b;
            } else {
                for (std::int64_t i = 0; i < g.m; ++i) c[i] += element(g.A, g.trans_a, i, l) * b;
            }
        }
    }
}

}  // namespace

lai_status nested_predict(const lai_call *, const lai_call *child, lai_cost *cost) noexcept {
    if (!is_product(child) || !cost) return LAI_DECLINED;
    const sdk::Call call(*child);
    double flops = 2 * static_cast<double>(std::max<std::int64_t>(1, child->batch));
    for (int i = 0; i < 3; ++i) flops *= static_cast<double>(call.dim(i));
    sdk::Cost answer;
    answer.compute(flops * (sdk::dtype_is_complex(child->dtype) ? 4 : 1) / flops_per_second)
        .componentwise(static_cast<double>(call.dim(LAI_GEMM_K)) + 2)
        .algorithm("plain loops");
    lai_cost raw = answer.raw();
    raw.size = cost->size;
    std::memcpy(cost, &raw, std::min<std::size_t>(cost->size, sizeof raw));
    return LAI_OK;
}

lai_status nested_invoke(const lai_call *, const lai_call *child, lai_result *result) noexcept {
    if (!is_product(child) || !result) return LAI_DECLINED;
    const sdk::Call call(*child);
    return sdk::visit(child->dtype, [&]<typename T>(sdk::Type<T>) -> lai_status {
        if (std::strcmp(child->op_id, LAI_OP_GEMM) == 0) {
            multiply(sdk::GemmView<T>(call));
        } else {
            const sdk::GemmBatchView<T> batch(call);
            for (std::int64_t b = 0; b < batch.count; ++b) multiply(batch.item(b));
        }
        return LAI_OK;
    });
}

}  // namespace lapack_ai::conformance
