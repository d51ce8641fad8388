// The phases of a fast multiplication on the device: expand A, expand B, all products as one batch, look at
// the magnitudes, contract into C.
#pragma once

#include "device_plan.hpp"
#include "lapack_ai/opencl_runtime/operation.hpp"
#include "multiply.hpp"

namespace lapack_ai::opencl_alpha_gemm {

/// Runs on an operation whose queue is in order; pointers of `gemm` are device addresses. C is written by the
/// last kernel alone, so a failure before leaves it as it was. `conventional` when an operand is not finite,
/// or so large that the scheme could overflow: the whole product is then done by the runtime's gemm. Throws
/// sdk::Failure.
alpha_gemm::Outcome multiply_on_device(const DevicePlan &plan, const alpha_gemm::Gemm &gemm, lai_dtype dtype,
                                       opencl::Operation &op);

}  // namespace lapack_ai::opencl_alpha_gemm
