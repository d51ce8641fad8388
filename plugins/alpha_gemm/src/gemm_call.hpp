// A gemm call of the contract in the engine's terms, for every plugin that stands on the engine.

#pragma once

#include <complex>

#include "lapack_ai/abi/ops.h"
#include "lapack_ai/sdk/call.hpp"
#include "lapack_ai/sdk/dtype.hpp"
#include "multiply.hpp"
#include "plan.hpp"

namespace lapack_ai::alpha_gemm {

/// Sizes, transpositions and element type. Pure.
inline Shape shape_of(const sdk::Call &call) {
    const bool complex = sdk::dtype_is_complex(call.dtype());
    return {call.dim(LAI_GEMM_M),
            call.dim(LAI_GEMM_N),
            call.dim(LAI_GEMM_K),
            call.flag(LAI_GEMM_TRANS_A) != 'N',
            call.flag(LAI_GEMM_TRANS_B) != 'N',
            complex ? 2 : 1,
            static_cast<int>(sdk::dtype_bytes(call.dtype())) / (complex ? 2 : 1)};
}

/// The product itself; pointers are those of the call, wherever they point. Pure.
inline Gemm gemm_of(const sdk::Call &call) {
    const auto scalar = [&](int i) {
        const lai_scalar &s = call.raw().scalars[i];
        return std::complex<double>(s.re, sdk::dtype_is_complex(call.dtype()) ? s.im : 0.0);
    };
    const lai_operand &A = call.operand(LAI_GEMM_A), &B = call.operand(LAI_GEMM_B),
                      &C = call.operand(LAI_GEMM_C);
    return {call.flag(LAI_GEMM_TRANS_A),
            call.flag(LAI_GEMM_TRANS_B),
            call.dim(LAI_GEMM_M),
            call.dim(LAI_GEMM_N),
            call.dim(LAI_GEMM_K),
            scalar(LAI_GEMM_ALPHA),
            A.data,
            A.ld,
            B.data,
            B.ld,
            scalar(LAI_GEMM_BETA),
            C.data,
            C.ld};
}

}  // namespace lapack_ai::alpha_gemm
