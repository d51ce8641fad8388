// Views of gemm and gemm_batch: C := alpha op(A) op(B) + beta C.
#pragma once

#include "lapack_ai/abi/ops.h"
#include "lapack_ai/sdk/call.hpp"

namespace lapack_ai::sdk {

// One product. C is read only when beta != 0.
template <typename T>
struct GemmView {
    explicit GemmView(const Call &call) noexcept
        : m(call.dim(LAI_GEMM_M)),
          n(call.dim(LAI_GEMM_N)),
          k(call.dim(LAI_GEMM_K)),
          trans_a(call.flag(LAI_GEMM_TRANS_A)),
          trans_b(call.flag(LAI_GEMM_TRANS_B)),
          alpha(call.scalar<T>(LAI_GEMM_ALPHA)),
          beta(call.scalar<T>(LAI_GEMM_BETA)),
          A(call.matrix<const T>(LAI_GEMM_A)),
          B(call.matrix<const T>(LAI_GEMM_B)),
          C(call.matrix<T>(LAI_GEMM_C)) {}

    std::int64_t m, n, k;
    char trans_a, trans_b;
    T alpha, beta;
    MatrixView<const T> A, B;
    MatrixView<T> C;
};

// Many products of one shape; item(b) is one of them.
template <typename T>
struct GemmBatchView {
    explicit GemmBatchView(const Call &call) noexcept
        : one(call),
          A(call.batch<const T>(LAI_GEMM_A)),
          B(call.batch<const T>(LAI_GEMM_B)),
          C(call.batch<T>(LAI_GEMM_C)),
          count(call.batch_size()) {}

    GemmView<T> item(std::int64_t b) const noexcept {
        GemmView<T> view = one;
        view.A = A.item(b);
        view.B = B.item(b);
        view.C = C.item(b);
        return view;
    }

    GemmView<T> one;  // shape, flags and scalars of all items; its operands are those of no item
    BatchView<const T> A, B;
    BatchView<T> C;
    std::int64_t count;
};

}  // namespace lapack_ai::sdk
