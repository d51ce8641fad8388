// The plugin opencl_svd (DGESVDOCL): gesvd and batches of it on an OpenCL device, single and double
// precision. Operands may be on the host or on the device. Without a device it loads and says why it has
// nothing.
//
// Nothing of the caller is written before the decomposition is done and found good: what fails on the way
// ends in a status, and core starts another backend from the original data.
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "batched_jacobi.hpp"
#include "full_svd.hpp"
#include "lapack_ai/abi/ops.h"
#include "lapack_ai/opencl_runtime/operation.hpp"
#include "lapack_ai/sdk/plugin.hpp"
#include "svd_cost.hpp"
#include "svd_problem.hpp"

namespace lapack_ai::opencl_svd {
namespace {

using opencl::Operation;

class Gesvd {
  public:
    Gesvd(sdk::Host host, const DeviceModel &model)
        : host_(host), model_(model), log_phases_(host.options()["log_phases"].boolean(false)) {}

    sdk::Cost query(const sdk::Call &call) const { return svd_cost(model_, call); }

    void execute(const sdk::Call &call, lai_result &result) {
        const SvdProblem problem(call);
        if (problem.empty()) {
            result.algorithm = "empty";
            return deliver_empty(call, problem);
        }
        call.dtype() == LAI_DTYPE_F32 ? run<float>(call, problem, result)
                                      : run<double>(call, problem, result);
    }

  private:
    template <typename T>
    void run(const sdk::Call &call, const SvdProblem &problem, lai_result &result) const {
        if (suits_jacobi(problem)) return run_small<T>(call, problem, result);
        for (std::int64_t b = 0; b < problem.batch && result.info == 0; ++b)
            run_large<T>(call, problem, b, result);
    }

    template <typename T>
    static void run_small(const sdk::Call &call, const SvdProblem &problem, lai_result &result) {
        Operation op(call.raw().deadline_ns);
        const DeviceMatrix A = bring_a(op, call, problem);
        const DeviceResults results = make_results(op, problem);
        const JacobiOutcome outcome = run_jacobi<T>(op, problem, A, results);
        result.algorithm = "one-sided Jacobi, a work-group a matrix";
        if (outcome.state == JacobiOutcome::not_finite) return refuse(result, outcome.item);
        if (outcome.state == JacobiOutcome::not_converged)
            throw sdk::Failure(LAI_FAULT_CLEAN, "gesvd on the device: Jacobi did not converge on matrix " +
                                                    std::to_string(outcome.item));
        finish(op, call, problem, results, result);
    }

    template <typename T>
    void run_large(const sdk::Call &batch, const SvdProblem &problems, std::int64_t b,
                   lai_result &result) const {
        const ItemCall item(batch, b, problems.element);
        const SvdProblem problem(item.call());
        Operation op(batch.raw().deadline_ns);
        const DeviceMatrix A = bring_a(op, item.call(), problem);
        const DeviceResults results = make_results(op, problem);
        Phases phases{log_phases_};
        result.algorithm =
            problem.vectors() ? "bidiagonalisation, divide and conquer" : "bidiagonalisation, bisection";
        if (!run_full<T>(op, host_, batch, problem, A, results, phases)) return refuse(result, b);
        finish(op, item.call(), problem, results, result);
        if (log_phases_) log(problem, phases);
    }

    void log(const SvdProblem &problem, const Phases &phases) const {
        char line[200];
        std::snprintf(line, sizeof line,
                      "gesvd %lld x %lld %c%c: reduction %.3f ms, iteration %.3f ms, postprocess %.3f ms",
                      static_cast<long long>(problem.m), static_cast<long long>(problem.n), problem.jobu,
                      problem.jobvt, 1e3 * phases.reduction, 1e3 * phases.iteration,
                      1e3 * phases.postprocess);
        host_.info(line);
    }

    static void finish(Operation &op, const sdk::Call &call, const SvdProblem &problem,
                       const DeviceResults &results, lai_result &result) {
        deliver(op, call, problem, results);
        const auto times = op.times();
        result.transfer_seconds += times.transfer;
        result.compute_seconds += times.compute;
    }

    // INFO of a matrix that holds Inf or NaN, as cpu_lapack answers.
    static void refuse(lai_result &result, std::int64_t item) {
        constexpr int position_of_a = 5;
        result.info = -position_of_a;
        result.argument = position_of_a;
        result.batch_index = item;
        result.detail = "holds Inf or NaN, on which the algorithm may not end";
    }

    sdk::Host host_;
    DeviceModel model_;
    bool log_phases_;
};

constexpr std::uint32_t needed_local_bytes = 44 * 1024;  // the reduction's groups

class OpenclSvd : public sdk::Plugin {
  public:
    explicit OpenclSvd(sdk::Host host) : Plugin(host) {
        char reason[1024] = "";
        if (lai_ocl_open(host.raw(), reason, sizeof reason) != LAI_OK) {
            unavailable(reason);
            return;
        }
        open_ = true;
        lai_ocl_device device{};
        device.size = sizeof device;
        if (lai_ocl_device_info(&device) != LAI_OK) {
            unavailable(lai_ocl_last_error());
            return;
        }
        if (!(device.features & LAI_OCL_FEATURE_FP64)) {
            unavailable(std::string(device.name) + " has no double precision");
            return;
        }
        if (device.local_bytes < needed_local_bytes) {
            unavailable(std::string(device.name) + " has less than 44 KiB of local memory a work-group");
            return;
        }
        add<Gesvd>({.op = LAI_OP_GESVD,
                    .dtypes = LAI_DTYPE_BIT(LAI_DTYPE_F32) | LAI_DTYPE_BIT(LAI_DTYPE_F64),
                    .place = LAI_PLACE_OPENCL,
                    .device = device.space,
                    .spaces = {host.intern_space(device.space)},
                    .batches = true},
                   host, DeviceModel(device));
        provide(LAI_ROLE_MEMORY, lai_ocl_memory());
    }
    ~OpenclSvd() override {
        if (open_) lai_ocl_close();
    }
    void after_fork_child() override { lai_ocl_after_fork_child(); }

  private:
    bool open_ = false;
};

}  // namespace
}  // namespace lapack_ai::opencl_svd

LAPACK_AI_PLUGIN(lapack_ai::opencl_svd::OpenclSvd);
