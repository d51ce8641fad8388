// Which OpenCL device the process uses, and what is known of it before a context exists.
#pragma once

#include <cstdint>
#include <string>

#include "opencl_api.hpp"

namespace lapack_ai::opencl {

struct DeviceFacts {
    cl_platform_id platform = nullptr;
    cl_device_id device = nullptr;
    std::uint32_t type = 0;  // LAI_OCL_DEVICE_*
    std::uint32_t compute_units = 0;
    std::uint32_t max_work_group = 0;
    std::uint32_t local_bytes = 0;
    std::uint64_t total_bytes = 0;
    std::uint64_t max_allocation_bytes = 0;
    bool fp64 = false;
    bool nvidia = false;
    std::string name, driver, platform_name, extensions;
    std::string uuid;  // the driver's, else made of names and position
};

// The device that `wanted` names: "auto" (a GPU before other devices, then the most compute units), a
// position in the list of all devices, or a part of a name or UUID. Throws Failure(LAI_DEVICE_LOST) with what
// was found.
DeviceFacts choose_device(const OpenclApi &api, const std::string &wanted);

}  // namespace lapack_ai::opencl
