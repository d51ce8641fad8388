// What a product on the device is expected to cost before anything was measured: the prior that calibration
// and online observation correct.
#pragma once

#include <cstdint>

#include "lapack_ai/opencl_runtime/opencl_runtime.h"
#include "lapack_ai/sdk/call.hpp"
#include "lapack_ai/sdk/cost.hpp"

namespace lapack_ai::opencl_gemm {

// Rates of the device, from what it says about itself.
struct DeviceModel {
    explicit DeviceModel(const lai_ocl_device &device);

    double launch_seconds;             // from enqueueing to the end of an empty kernel
    double pinned_bytes_per_second;    // between page-locked memory and the device
    double pageable_bytes_per_second;  // through staging
    double memory_bytes_per_second;    // of the device's own memory
    double flops_single, flops_double, flops_half;
    double units;
    bool has_double;
    std::uint64_t limit_bytes;
};

// Bytes of one operand's items, overflow-checked: false when they do not fit 63 bits.
bool operand_bytes(const lai_operand &operand, std::int64_t items, std::uint64_t &bytes);

// The query of gemm_half, and of doubles from `slices` slices of floats.
sdk::Cost half_cost(const DeviceModel &model, const sdk::Call &call);
sdk::Cost split_cost(const DeviceModel &model, const sdk::Call &call, std::uint32_t slices);

// The query of gemm and gemm_batch. `batched`: host batches stream in chunks, so their size is no obstacle.
sdk::Cost gemm_cost(const DeviceModel &model, const sdk::Call &call, bool batched, std::int64_t size_limit);

}  // namespace lapack_ai::opencl_gemm
