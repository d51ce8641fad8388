// The plugin opencl_alpha_gemm: alpha_gemm's schemes where the operands live on the device. Host operands are
// left to opencl_gemm: moving them takes longer than a scheme saves.
#include <string>

#include "compiled_scheme.hpp"
#include "device_multiply.hpp"
#include "gemm_call.hpp"
#include "lapack_ai/abi/ops.h"
#include "lapack_ai/sdk/call_builder.hpp"
#include "lapack_ai/sdk/plugin.hpp"

namespace lapack_ai::opencl_alpha_gemm {
namespace {

using alpha_gemm::CompiledScheme;
using alpha_gemm::Outcome;

// Offered under `scheme: auto`.
const char *const offered[] = {"2x2x2:7", "2x2x2:7*2x2x2:7", "3x3x6:40", "3x6x3:40", "6x3x3:40", "4x4x4:48"};

// A batched product loses this many elements' worth of its inner dimension to filling and draining the
// pipeline of tiles: the constant of opencl_gemm's own model.
constexpr double edge_k = 64;

constexpr double launch_seconds = 10e-6;

struct Options {
    std::string scheme = "auto";
    std::int64_t min_block = 1024;
};

Options read_options(const sdk::Json &json) {
    Options options;
    options.scheme = json["scheme"].string("auto");
    if (options.scheme != "auto" && alpha_gemm::compiled_scheme(options.scheme) == nullptr)
        throw sdk::Failure(LAI_INVALID, "plugins.opencl_alpha_gemm.scheme: " + options.scheme +
                                            ": must be auto or a scheme that holds over the reals, such as "
                                            "2x2x2:7, 4x4x4:48, or several joined by *");
    options.min_block = json["min_block"].integer(options.min_block);
    if (options.min_block < 16)
        throw sdk::Failure(LAI_INVALID, "plugins.opencl_alpha_gemm.min_block: " +
                                            std::to_string(options.min_block) + ": must be at least 16");
    return options;
}

class DeviceScheme {
  public:
    DeviceScheme(sdk::Host host, const Options &options, const CompiledScheme &compiled,
                 double bytes_per_second)
        : host_(host), options_(options), compiled_(compiled), bytes_per_second_(bytes_per_second) {}

    sdk::Cost query(const sdk::Call &call) const {
        for (const int i : {LAI_GEMM_A, LAI_GEMM_B, LAI_GEMM_C})
            if (call.operand(i).space == 0)
                return sdk::Cost::decline(LAI_REASON_SPACE, "takes operands that live on the device");
        const alpha_gemm::Scheme &s = compiled_.scheme;
        const DevicePlan plan = plan_of(call);
        if (plan.block_m < options_.min_block || plan.block_n < options_.min_block ||
            plan.block_k < options_.min_block)
            return sdk::Cost::decline(LAI_REASON_SHAPE, "blocks would be smaller than min_block");
        const double whole = seconds_of_product(call);
        if (!std::isfinite(whole))
            return sdk::Cost::decline(LAI_REASON_QUERY_FAILED,
                                      "no conventional gemm takes the base products");
        // Relative to the whole product done conventionally, with which the dispatcher compares: an error of
        // that model then cancels.
        const auto share = [](std::int64_t block, std::int64_t all) {
            return static_cast<double>(block) / static_cast<double>(all);
        };
        const alpha_gemm::Shape &shape = plan.shape;
        const double products = whole * s.rank * share(plan.block_m, shape.m) * share(plan.block_n, shape.n) *
                                share(plan.block_k, shape.k) *
                                (1 + edge_k / static_cast<double>(plan.block_k)) /
                                (1 + edge_k / static_cast<double>(shape.k));
        const lai_scalar beta = call.raw().scalars[LAI_GEMM_BETA];
        const double sweeps = plan.sweep_bytes(beta.re != 0 || beta.im != 0) / bytes_per_second_;
        return sdk::Cost()
            .setup(6 * launch_seconds)
            .compute(products + sweeps)
            .sigma(0.1)
            .device_peak(plan.workspace_bytes())
            .normwise(error_factor(compiled_, plan.block_k, shape.parts == 2))
            .algorithm(compiled_.breadth_first_label.c_str())
            .note("norms are max |a_ij|");
    }

    void execute(const sdk::Call &call, lai_result &result) {
        const DevicePlan plan = plan_of(call);
        opencl::Operation op(call.raw().deadline_ns);
        const Outcome outcome = multiply_on_device(plan, alpha_gemm::gemm_of(call), call.dtype(), op);
        result.compute_seconds = op.times().compute;
        result.algorithm = compiled_.breadth_first_label.c_str();
        result.device_peak_bytes = plan.workspace_bytes();
        if (outcome == Outcome::conventional) {
            result.remark |= LAI_REMARK_RECOMPUTED;
            result.detail =
                "an operand is not finite, or so large that the scheme could overflow: computed "
                "conventionally";
        }
    }

  private:
    DevicePlan plan_of(const sdk::Call &call) const {
        return make_device_plan(compiled_, alpha_gemm::shape_of(call));
    }

    /// The same call, conventionally.
    double seconds_of_product(const sdk::Call &call) const {
        lai_constraints constraints{};
        constraints.size = sizeof constraints;
        constraints.accuracy = LAI_ACCURACY_COMPONENTWISE;
        constraints.thread_budget = call.threads();
        lai_cost cost{};
        cost.size = sizeof cost;
        if (host_.predict(call, call.raw(), cost, &constraints) != LAI_OK) return HUGE_VAL;
        return cost.setup_seconds + cost.transfer_seconds + cost.compute_seconds;
    }

    sdk::Host host_;
    const Options &options_;
    const CompiledScheme &compiled_;
    double bytes_per_second_;
};

class OpenclAlphaGemm : public sdk::Plugin {
  public:
    explicit OpenclAlphaGemm(sdk::Host host) : Plugin(host), options_(read_options(host.options())) {
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
        space_ = device.space;
        spaces_ = {host.intern_space(space_)};
        dtypes_ = device.features & LAI_OCL_FEATURE_FP64
                      ? LAI_DTYPES_SDCZ
                      : LAI_DTYPE_BIT(LAI_DTYPE_F32) | LAI_DTYPE_BIT(LAI_DTYPE_C32);
        // The sweeps are streams: 3.3 TB/s were measured on an H200 of 132 units.
        bytes_per_second_ = device.type == LAI_OCL_DEVICE_CPU ? 10e9 : 25e9 * device.compute_units;
        if (options_.scheme != "auto") {
            offer(options_.scheme.c_str());
            return;
        }
        for (const char *name : offered) offer(name);
    }
    ~OpenclAlphaGemm() override {
        if (open_) lai_ocl_close();
    }
    void after_fork_child() override { lai_ocl_after_fork_child(); }

  private:
    void offer(const char *name) {
        const CompiledScheme &compiled = *alpha_gemm::compiled_scheme(name);
        const alpha_gemm::Scheme &scheme = compiled.scheme;
        sdk::VariantInfo info;
        info.op = LAI_OP_GEMM;
        info.name = scheme.name.c_str();  // compiled schemes live as long as the process
        info.dtypes = dtypes_;
        info.place = LAI_PLACE_OPENCL;
        info.accuracy = LAI_ACCURACY_NORMWISE;
        info.device = space_.c_str();
        info.spaces = spaces_;
        info.ranges = {{0, LAI_GEMM_M, options_.min_block * (scheme.m - 1), 0},
                       {0, LAI_GEMM_N, options_.min_block * (scheme.n - 1), 0},
                       {0, LAI_GEMM_K, options_.min_block * (scheme.k - 1), 0}};
        add<DeviceScheme>(std::move(info), host(), options_, compiled, bytes_per_second_);
    }

    Options options_;
    std::string space_;
    std::vector<std::uint32_t> spaces_;
    std::uint64_t dtypes_ = 0;
    double bytes_per_second_ = 0;
    bool open_ = false;
};

}  // namespace
}  // namespace lapack_ai::opencl_alpha_gemm

LAPACK_AI_PLUGIN(lapack_ai::opencl_alpha_gemm::OpenclAlphaGemm);
