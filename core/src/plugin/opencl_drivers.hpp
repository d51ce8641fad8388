// What OpenCL drivers this machine has, without asking any of them.
#pragma once

#include <cstdint>

namespace lapack_ai::core {

// A number that changes when a driver is installed, removed or updated: the ICD files with the identity of
// the libraries they name, the variables that select drivers, the kernel driver's version.
std::uint64_t opencl_drivers_fingerprint();

}  // namespace lapack_ai::core
