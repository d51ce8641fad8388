// Matrix multiplication on device memory, as lai_ocl_gemm promises.
#pragma once

#include <cstring>

#include "operation.hpp"

namespace lapack_ai::opencl {

// Enqueues the product. Throws Failure: LAI_INVALID names the argument, LAI_DECLINED the missing precision.
void gemm(lai_ocl_operation &op, const lai_ocl_gemm_call &call);

// One product of doubles from g.slices slices of floats; m, n, k > 0. The bound is in
// gemm_mixed_precision.cl.
void gemm_split(lai_ocl_operation &op, const lai_ocl_gemm_call &g);

}  // namespace lapack_ai::opencl
