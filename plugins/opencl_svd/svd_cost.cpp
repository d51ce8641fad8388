// The prior: launches a column, bytes of the reduction, products of iteration and back-transformation.
#include "svd_cost.hpp"

#include <algorithm>
#include <cmath>

#include "batched_jacobi.hpp"
#include "full_svd.hpp"
#include "lapack_ai/abi/ops.h"

namespace lapack_ai::opencl_svd {

DeviceModel::DeviceModel(const lai_ocl_device &device)
    : processor(device.type == LAI_OCL_DEVICE_CPU),
      launch_seconds(processor ? 60e-6 : 5e-6),
      link_bytes_per_second(processor ? 6e9 : 25e9),
      memory_bytes_per_second(processor ? 5e9 : 25e9 * device.compute_units),
      product_flops_per_second(device.compute_units * (processor ? 1.5e9
                                                       : device.features & LAI_OCL_FEATURE_FP64_MATRIX
                                                           ? 350e9
                                                           : 10e9)),
      units(device.compute_units),
      has_double(device.features & LAI_OCL_FEATURE_FP64) {}

namespace {

// Some launches' worth of latency a column and one pass over the trailing matrix; then products.
sdk::Cost large_cost(const DeviceModel &model, const SvdProblem &problem, double up, double down,
                     double results, double transfer) {
    if (problem.batch > 1 && (problem.jobu == 'O' || problem.jobvt == 'O'))
        return sdk::Cost::decline(LAI_REASON_FLAG, "job letter O for a batch of large matrices");
    const auto p = static_cast<double>(problem.p), q = static_cast<double>(problem.q);
    const auto items = static_cast<double>(problem.batch),
               columns = static_cast<double>(problem.long_columns);
    const double traffic = (p - q / 3) * q * q * problem.element + 2e4 * q;
    double seconds = q * 2.6 * model.launch_seconds + traffic / model.memory_bytes_per_second;
    if (problem.vectors()) {
        double flops = 6 * q * q * q;
        flops += 4 * p * q * columns + (problem.want_short ? 4 * q * q * q : 0);
        seconds += flops / (0.6 * model.product_flops_per_second) + 400 * model.launch_seconds + 4e-3;
    } else {
        seconds += 64 * q * (model.processor ? q * 1e-8 : 3e-8);
    }
    return sdk::Cost()
        .setup(model.launch_seconds)
        .transfer(transfer)
        .compute(seconds * items)
        .sigma(0.5)
        .device_peak(static_cast<std::uint64_t>((up + results) / items) + full_workspace(problem))
        .host_extra(static_cast<std::uint64_t>(problem.q) * 4096)
        .bytes_moved(static_cast<std::uint64_t>(up), static_cast<std::uint64_t>(down))
        .normwise(10 * q)
        .algorithm(problem.vectors() ? "bidiagonalisation, divide and conquer"
                                     : "bidiagonalisation, bisection");
}

}  // namespace

sdk::Cost svd_cost(const DeviceModel &model, const sdk::Call &call) {
    const SvdProblem problem(call);
    if (problem.empty()) return sdk::Cost().algorithm("empty");
    const auto m = static_cast<double>(problem.m), n = static_cast<double>(problem.n);
    const auto p = static_cast<double>(problem.p), q = static_cast<double>(problem.q);
    const auto items = static_cast<double>(problem.batch);
    const double element = problem.element;
    double up = 0, down = 0;
    if (call.operand(LAI_GESVD_A).space == 0) up = m * n * items * element;
    if (call.operand(LAI_GESVD_S).space == 0)
        down =
            items * element *
            (q + m * static_cast<double>(problem.u_columns()) + n * static_cast<double>(problem.vt_rows()));
    const double results =
        items * element *
        (q + m * static_cast<double>(problem.u_columns()) + n * static_cast<double>(problem.vt_rows()));
    const double transfer = (up + down) / model.link_bytes_per_second + 4 * model.launch_seconds;

    if (!suits_jacobi(problem)) return large_cost(model, problem, up, down, results, transfer);
    // Seven sweeps of q^2 / 2 rotations, each reading and writing two columns of G and V.
    const double rotations = 3.5 * q * q * items;
    const double compute = rotations * (10 * p + (problem.want_short ? 8 * q : 0)) /
                               (model.units * (model.processor ? 5e8 : 2e10)) +
                           7 * q * (model.processor ? 1e-6 : 4e-7);
    return sdk::Cost()
        .setup(model.launch_seconds)
        .transfer(transfer)
        .compute(compute)
        .sigma(0.7)
        .device_peak(static_cast<std::uint64_t>(up + results) + jacobi_workspace(problem))
        .bytes_moved(static_cast<std::uint64_t>(up), static_cast<std::uint64_t>(down))
        .normwise(10 * q)
        .algorithm("one-sided Jacobi, a work-group a matrix");
}

}  // namespace lapack_ai::opencl_svd
