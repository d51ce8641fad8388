// The plugin opencl_svd (DGESVDOCL): gesvd and batches of it on an OpenCL device, single and double
// precision. Operands may be on the host or on the device. Without a device it loads and says why it has
// nothing.
//
// Nothing of the caller is written before the decomposition is done and found good: what fails on the way
// ends in a status, and core starts another backend from the original data.
#include <memory>
#include <string>
#include <vector>

#include "batched_jacobi.hpp"
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
    explicit Gesvd(const DeviceModel &model) : model_(model) {}

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
    static void run(const sdk::Call &call, const SvdProblem &problem, lai_result &result) {
        Operation op(call.raw().deadline_ns);
        const DeviceMatrix A = bring_a(op, call, problem);
        const DeviceResults results = make_results(op, problem);
        const JacobiOutcome outcome = run_jacobi<T>(op, problem, A, results);
        result.algorithm = "one-sided Jacobi, a work-group a matrix";
        if (outcome.state == JacobiOutcome::not_finite) return refuse(result, outcome.item);
        if (outcome.state == JacobiOutcome::not_converged)
            throw sdk::Failure(LAI_FAULT_CLEAN, "gesvd on the device: Jacobi did not converge on matrix " +
                                                    std::to_string(outcome.item));
        deliver(op, call, problem, results);
        const auto times = op.times();
        result.transfer_seconds = times.transfer;
        result.compute_seconds = times.compute;
    }

    // INFO of a matrix that holds Inf or NaN, as cpu_lapack answers.
    static void refuse(lai_result &result, std::int64_t item) {
        constexpr int position_of_a = 5;
        result.info = -position_of_a;
        result.argument = position_of_a;
        result.batch_index = item;
        result.detail = "holds Inf or NaN, on which the algorithm may not end";
    }

    DeviceModel model_;
};

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
        add<Gesvd>({.op = LAI_OP_GESVD,
                    .dtypes = LAI_DTYPE_BIT(LAI_DTYPE_F32) | LAI_DTYPE_BIT(LAI_DTYPE_F64),
                    .place = LAI_PLACE_OPENCL,
                    .device = device.space,
                    .spaces = {host.intern_space(device.space)}},
                   DeviceModel(device));
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
