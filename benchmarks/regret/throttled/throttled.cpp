// A simulated device, so that the dispatcher can be judged where the truth is known: a call takes start-up +
// bytes / bandwidth + flops / rate, as the options say, and its own prediction is wrong by a stated factor.
// It only waits; outputs keep what they held. Never installed.
#include <chrono>

#include "lapack_ai/sdk/plugin.hpp"

namespace {

using namespace lapack_ai::sdk;

class Throttled {
  public:
    explicit Throttled(Host host)
        : start_(host.options()["start_us"].number(40) * 1e-6),
          bytes_per_second_(host.options()["gbytes_per_second"].number(120) * 1e9),
          flops_per_second_(host.options()["gflops"].number(800) * 1e9),
          own_factor_(host.options()["own_factor"].number(1)) {}

    Cost query(const Call &call) const {
        return Cost()
            .setup(own_factor_ * start_)
            .transfer(own_factor_ * transfer(call))
            .compute(own_factor_ * compute(call))
            .sigma(0.4)
            .componentwise(static_cast<double>(call.dim(LAI_GEMM_K)) + 2)
            .algorithm("waiting");
    }

    void execute(const Call &call, lai_result &result) const {
        using Clock = std::chrono::steady_clock;
        const auto end =
            Clock::now() + std::chrono::duration<double>(start_ + transfer(call) + compute(call));
        while (Clock::now() < end) {
        }
        result.algorithm = "waiting";
    }

  private:
    double transfer(const Call &call) const {
        const auto m = static_cast<double>(call.dim(LAI_GEMM_M)),
                   n = static_cast<double>(call.dim(LAI_GEMM_N)),
                   k = static_cast<double>(call.dim(LAI_GEMM_K));
        return (m * k + k * n + m * n) * static_cast<double>(dtype_bytes(call.dtype())) / bytes_per_second_;
    }
    double compute(const Call &call) const {
        const auto m = static_cast<double>(call.dim(LAI_GEMM_M)),
                   n = static_cast<double>(call.dim(LAI_GEMM_N)),
                   k = static_cast<double>(call.dim(LAI_GEMM_K));
        return 2 * m * n * k / flops_per_second_;
    }

    double start_, bytes_per_second_, flops_per_second_, own_factor_;
};

struct ThrottledPlugin : Plugin {
    explicit ThrottledPlugin(Host host) : Plugin(host) {
        add<Throttled>({.op = LAI_OP_GEMM, .dtypes = LAI_DTYPE_BIT(LAI_DTYPE_F64)}, host);
    }
};

}  // namespace

LAPACK_AI_PLUGIN(ThrottledPlugin);
