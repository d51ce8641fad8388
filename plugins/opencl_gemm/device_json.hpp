// What `lapack-ai info` and the dashboard show about the device, as JSON text.
#pragma once

#include <string>

namespace lapack_ai::opencl_gemm {

// Facts and present figures; what nobody tells is left out.
std::string device_json();

}  // namespace lapack_ai::opencl_gemm
