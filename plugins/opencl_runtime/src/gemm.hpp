// Matrix multiplication on device memory, as lai_ocl_gemm promises.
#pragma once

#include "gemm_launch.hpp"
#include "operation.hpp"

namespace lapack_ai::opencl {

// Enqueues the product. Throws Failure: LAI_INVALID names the argument, LAI_DECLINED the missing precision.
void gemm(lai_ocl_operation &op, const lai_ocl_gemm_call &call);

// One product of doubles from g.slices slices of floats; m, n, k > 0. The bound is in
// gemm_mixed_precision.cl.
void gemm_split(lai_ocl_operation &op, const lai_ocl_gemm_call &g);

// The portable kernel for s, d, c, z with k >= 0; an element with result_bytes twice its bytes adds float
// products to a C in double (WIDE_SUM of gemm_tiled.cl).
void tiled(lai_ocl_operation &op, const lai_ocl_gemm_call &g, const Element &element, std::int64_t k);

// Products of half precision or bfloat16 with sums and C in float.
void gemm_half(lai_ocl_operation &op, const lai_ocl_gemm_call &g, std::int64_t k);

}  // namespace lapack_ai::opencl
