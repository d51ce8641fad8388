#include "cost/prior_model.hpp"

#include <algorithm>
#include <cmath>

namespace lapack_ai::core {

namespace {

// Uncertainty assumed for a variant that states none, and for one that states no time at all.
constexpr double unstated_sigma = 0.3;
constexpr double unknown_sigma = 1.0;
constexpr double longest_seconds = 1e9;

struct Rates {
    double start_seconds, bytes_per_second, flops_per_second;
};

// Cautious: a backend that says nothing about its speed must not win over one that does by our guess.
Rates cautious_rates(std::uint32_t place) {
    if (place == LAI_PLACE_OPENCL) return {1e-4, 4e9, 2e10};
    return {1e-6, 4e9, 1e9};
}

double usable(double seconds) {
    return std::isfinite(seconds) && seconds > 0 ? std::min(seconds, longest_seconds) : 0.0;
}

}  // namespace

Prediction PriorModel::predict(const ModelKey &key, const Workload &workload,
                               const lai_cost &own) const noexcept {
    Prediction p;
    p.setup_seconds = usable(own.setup_seconds);
    p.transfer_seconds = usable(own.transfer_seconds);
    p.compute_seconds = usable(own.compute_seconds);
    p.sigma = std::isfinite(own.sigma) && own.sigma > 0 ? std::min(own.sigma, 3.0) : unstated_sigma;
    p.model = "plugin's own";
    if (p.seconds() > 0) return p;

    const Rates rates = cautious_rates(key.place);
    p.setup_seconds = rates.start_seconds;
    p.transfer_seconds = usable(workload.bytes / rates.bytes_per_second);
    p.compute_seconds = usable(workload.flops / rates.flops_per_second);
    p.sigma = unknown_sigma;
    p.model = "cautious guess";
    return p;
}

}  // namespace lapack_ai::core
