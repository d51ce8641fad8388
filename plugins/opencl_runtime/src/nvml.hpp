// Whole-device figures from NVIDIA's management library, looked up at run time; absent where it is not.
#pragma once

#include "lapack_ai/opencl_runtime/opencl_runtime.h"

namespace lapack_ai::opencl {

// Fills device_used_bytes, device_utilisation, temperature and power, with their bits in `known`.
void read_nvml(lai_ocl_figures &figures);

}  // namespace lapack_ai::opencl
