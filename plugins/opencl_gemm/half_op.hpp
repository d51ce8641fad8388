// The op of this plugin's own: products of half precision or bfloat16 with sums and C in float.
//
//     lai_request.op = "gemm_half", dtype LAI_DTYPE_F16 or LAI_DTYPE_BF16 (of A and B), C of floats;
//     dims m, n, k; flags trans_a, trans_b in N T C; scalars alpha, beta
#pragma once

#include "lapack_ai/abi/schema.h"

namespace lapack_ai::opencl_gemm {

inline constexpr const char *op_gemm_half = "lapack_ai.gemm_half/1";

// Static for the process. Dims, flags, scalars and operands stand as in gemm (abi/ops.h).
const lai_op_schema &half_schema();

}  // namespace lapack_ai::opencl_gemm
