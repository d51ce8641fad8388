// What a decomposition on the device is expected to cost before anything was measured: the prior that
// calibration and online observation correct.
#pragma once

#include "lapack_ai/sdk/cost.hpp"
#include "svd_problem.hpp"

namespace lapack_ai::opencl_svd {

// Rates of the device, from what it says about itself.
struct DeviceModel {
    explicit DeviceModel(const lai_ocl_device &device);

    bool processor;                   // an OpenCL device that is the processor itself
    double launch_seconds;            // from one enqueued kernel to the next
    double link_bytes_per_second;     // between pageable memory and the device
    double memory_bytes_per_second;   // of the device's own memory
    double product_flops_per_second;  // double precision, large matrices
    double units;
    bool has_double;
};

sdk::Cost svd_cost(const DeviceModel &model, const sdk::Call &call);

}  // namespace lapack_ai::opencl_svd
