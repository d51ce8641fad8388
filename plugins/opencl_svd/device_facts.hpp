// The device's facts, asked once a process: they do not change while the runtime lives.
#pragma once

#include "lapack_ai/opencl_runtime/operation.hpp"

namespace lapack_ai::opencl_svd {

// Throws sdk::Failure when there is no device. [any]
inline const lai_ocl_device &device_facts() {
    static const lai_ocl_device facts = [] {
        lai_ocl_device device{};
        device.size = sizeof device;
        opencl::require(lai_ocl_device_info(&device));
        return device;
    }();
    return facts;
}

}  // namespace lapack_ai::opencl_svd
