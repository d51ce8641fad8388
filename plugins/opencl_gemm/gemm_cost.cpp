// The prior cost model of opencl_gemm.
#include "gemm_cost.hpp"

#include <algorithm>
#include <cmath>

#include "gemm_batch.hpp"
#include "lapack_ai/abi/ops.h"
#include "lapack_ai/sdk/dtype.hpp"

namespace lapack_ai::opencl_gemm {
namespace {

std::uint64_t element_bytes(lai_dtype dtype) {
    switch (dtype) {
        case LAI_DTYPE_F16:
        case LAI_DTYPE_BF16:
            return 2;
        case LAI_DTYPE_F32:
            return 4;
        case LAI_DTYPE_C64:
            return 16;
        default:
            return 8;
    }
}

// What products of one kind cost on the device.
struct Kind {
    double rate;      // FLOP/s where every unit is busy
    double products;  // of that rate a multiplication takes
    std::uint64_t workspace;
};

}  // namespace

// Rates per compute unit were measured on an H200 (132 units; docs/kernels.md) and with PoCL on two AVX2
// cores; for other devices they are a first guess.
DeviceModel::DeviceModel(const lai_ocl_device &device) : units(device.compute_units) {
    const bool cpu = device.type == LAI_OCL_DEVICE_CPU;
    const bool matrix = device.features & LAI_OCL_FEATURE_FP64_MATRIX;
    has_double = device.features & LAI_OCL_FEATURE_FP64;
    launch_seconds = cpu ? 60e-6 : 15e-6;
    pinned_bytes_per_second = cpu ? 8e9 : 50e9;
    pageable_bytes_per_second = cpu ? 6e9 : 25e9;
    memory_bytes_per_second = cpu ? 10e9 : 16e9 * units;
    flops_single = units * (cpu ? 2.5e9 : 200e9);
    flops_double = units * (cpu ? 1.5e9 : matrix ? 350e9 : 10e9);
    flops_half = device.features & LAI_OCL_FEATURE_FP16_MATRIX ? units * 2.5e12 : flops_single;
    limit_bytes = 0;
    lai_ocl_figures figures{};
    figures.size = sizeof figures;
    if (lai_ocl_read_figures(&figures) == LAI_OK) limit_bytes = figures.limit_bytes;
}

bool operand_bytes(const lai_operand &operand, std::int64_t items, std::uint64_t &bytes) {
    std::uint64_t elements = 0;
    return !__builtin_mul_overflow(operand.rows, operand.cols, &elements) &&
           !__builtin_mul_overflow(elements, items, &elements) &&
           !__builtin_mul_overflow(elements, element_bytes(operand.dtype), &bytes) && bytes >> 62 == 0;
}

namespace {

// Set-up, transfer, computation and memory; the error is the caller's to state.
sdk::Cost cost_of(const DeviceModel &model, const sdk::Call &call, const Kind &kind, bool batched,
                  std::int64_t size_limit) {
    const bool complex = sdk::dtype_is_complex(call.dtype());
    const auto m = static_cast<double>(call.dim(LAI_GEMM_M)), n = static_cast<double>(call.dim(LAI_GEMM_N));
    const auto k = static_cast<double>(call.dim(LAI_GEMM_K));
    if (std::max({m, n, k}) > 2147479552.0)
        return sdk::Cost::decline(LAI_REASON_SHAPE, "m, n and k must be below 2^31 - 4096");
    const std::int64_t items = batched ? call.batch_size() : 1;
    const lai_scalar beta = call.raw().scalars[LAI_GEMM_BETA];
    const bool reads_c = beta.re != 0 || beta.im != 0;

    std::uint64_t up = 0, down = 0, peak = 0, per_item = 0;
    double transfer = 0;
    for (const int i : {LAI_GEMM_A, LAI_GEMM_B, LAI_GEMM_C}) {
        const lai_operand &operand = call.operand(i);
        std::uint64_t bytes = 0;
        if (!operand_bytes(operand, items, bytes))
            return sdk::Cost::decline(LAI_REASON_SHAPE, "the operands exceed 2^62 bytes");
        if (operand.space != 0) continue;
        peak += bytes;
        per_item += items > 0 ? bytes / static_cast<std::uint64_t>(items) : 0;
        const double rate = operand.flags & LAI_OPERAND_PINNED ? model.pinned_bytes_per_second
                                                               : model.pageable_bytes_per_second;
        const int ways = i == LAI_GEMM_C ? 1 + (reads_c ? 1 : 0) : 1;
        transfer += ways * static_cast<double>(bytes) / rate + model.launch_seconds;
        if (i != LAI_GEMM_C || reads_c) up += bytes;
        if (i == LAI_GEMM_C) down += bytes;
    }
    if (batched && peak > 0) {
        const std::int64_t chunk = chunk_items(per_item, items, model.limit_bytes, size_limit);
        const double chunks =
            std::ceil(static_cast<double>(items) / static_cast<double>(std::max<std::int64_t>(chunk, 1)));
        transfer += 3 * chunks * model.launch_seconds;
        peak = std::min(peak, 2 * per_item * static_cast<std::uint64_t>(chunk));
    }

    // Half of the rate where every compute unit has one 64 x 64 tile; never faster than the memory allows.
    const double flops = (complex ? 8 : 2) * m * n * k * static_cast<double>(items) * kind.products;
    const double tiles = std::ceil(m / 64) * std::ceil(n / 64) * static_cast<double>(items);
    const double rate = kind.rate * std::min(1.0, tiles / model.units) * k / (k + 64);
    const double moved = (m * k + k * n + 2 * m * n) * static_cast<double>(items) *
                         static_cast<double>(element_bytes(call.dtype()));
    const double compute = std::max(flops / std::max(rate, 1e6), moved / model.memory_bytes_per_second);
    return sdk::Cost()
        .setup(model.launch_seconds)
        .transfer(transfer)
        .compute(compute)
        .sigma(0.7)
        .device_peak(peak + kind.workspace)
        .bytes_moved(up, down)
        .host_extra(reads_c ? down : 0)
        .algorithm(batched ? "OpenCL, batched" : "OpenCL, tiled");
}

}  // namespace

sdk::Cost gemm_cost(const DeviceModel &model, const sdk::Call &call, bool batched, std::int64_t size_limit) {
    const bool wide = call.dtype() == LAI_DTYPE_F64 || call.dtype() == LAI_DTYPE_C64;
    if (wide && !model.has_double)
        return sdk::Cost::decline(LAI_REASON_DTYPE, "the device has no double precision");
    const auto k = static_cast<double>(call.dim(LAI_GEMM_K));
    return cost_of(model, call, {wide ? model.flops_double : model.flops_single, 1, 0}, batched, size_limit)
        .componentwise(sdk::dtype_is_complex(call.dtype()) ? 2 * k + 4 : k + 2);
}

sdk::Cost half_cost(const DeviceModel &model, const sdk::Call &call) {
    return cost_of(model, call, {model.flops_half, 1, 0}, false, 1)
        .componentwise(static_cast<double>(call.dim(LAI_GEMM_K)) + 2)
        .algorithm("OpenCL, half precision");
}

// |error_ij| <= 4.5 (slices + 1) 2^(-8 slices) k max_l |a_il| max_l |b_lj| (gemm_mixed_precision.cl), plus
// double's own rounding, in units of 2^-53.
sdk::Cost split_cost(const DeviceModel &model, const sdk::Call &call, std::uint32_t slices) {
    if (!model.has_double) return sdk::Cost::decline(LAI_REASON_DTYPE, "the device has no double precision");
    const auto m = call.dim(LAI_GEMM_M), n = call.dim(LAI_GEMM_N), k = call.dim(LAI_GEMM_K);
    const double s = slices, products = s * (s + 1) / 2;
    std::uint64_t planes = 0, sums = 0;
    if (__builtin_mul_overflow(m + n + 8, k, &planes) ||
        __builtin_mul_overflow(planes, 4 * slices, &planes) || __builtin_mul_overflow(m, n, &sums) ||
        __builtin_mul_overflow(sums, 8, &sums) || planes >> 62 != 0)
        return sdk::Cost::decline(LAI_REASON_SHAPE, "the slices exceed 2^62 bytes");
    return cost_of(model, call, {model.flops_single, products, planes + sums}, false, 1)
        .normwise(static_cast<double>(k) * (4.5 * (s + 1) * std::exp2(53 - 8 * s) + 1) + 2)
        .algorithm("OpenCL, doubles from slices of floats");
}

}  // namespace lapack_ai::opencl_gemm
