// Kernels of this plugin by source, options and name: each is asked of the runtime once a process.
#pragma once

#include <string>

#include "lapack_ai/opencl_runtime/operation.hpp"

namespace lapack_ai::opencl_svd {

// `source` and `name` are static texts. Throws sdk::Failure when the kernel does not build. [any]
lai_ocl_kernel *kernel(const char *source, const std::string &options, const char *name);

// "-DREAL=double" or float.
template <typename T>
std::string real_option() {
    return sizeof(T) == 8 ? "-DREAL=double " : "-DREAL=float ";
}

}  // namespace lapack_ai::opencl_svd
