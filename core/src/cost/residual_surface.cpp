#include "cost/residual_surface.hpp"

#include <algorithm>
#include <cmath>

namespace lapack_ai::core {

namespace {

// One unit of distance: a factor of 2.8 in work, of 2 in the smallest dim, of 6 in the aspect.
constexpr double flops_scale = 1.5, dim_scale = 1.0, aspect_scale = 2.6;
// Noise that no repeat shows: frequency, neighbours, page placement.
constexpr double least_sigma = 0.03;
// Growth of the uncertainty by unit of distance from the nearest point.
constexpr double sigma_slope = 0.15;
constexpr double largest_sigma = 1.5;

double log2_at_least_zero(double x) noexcept {
    return x > 1 ? std::log2(x) : 0.0;
}

struct Place {
    int low;
    float weight;  // of low + 1
};

Place place(double x, double step, int nodes) noexcept {
    const double at = std::clamp(x / step, 0.0, static_cast<double>(nodes - 1));
    const int low = std::min(static_cast<int>(at), nodes - 2);
    return {low, static_cast<float>(at - low)};
}

}  // namespace

ResidualSurface::ResidualSurface(const std::vector<ProfilePoint> &points) {
    struct Known {
        double x, y, z, ratio, spread;
    };
    std::vector<Known> known;
    for (const ProfilePoint &p : points)
        known.push_back({log2_at_least_zero(p.flops) / flops_scale,
                         log2_at_least_zero(p.smallest_dim) / dim_scale,
                         log2_at_least_zero(p.aspect) / aspect_scale,
                         std::log(p.seconds / p.predicted_seconds), p.spread});
    nodes_.resize(static_cast<std::size_t>(flops_nodes * dim_nodes * aspect_nodes));
    for (int i = 0; i < flops_nodes; ++i)
        for (int j = 0; j < dim_nodes; ++j)
            for (int k = 0; k < aspect_nodes; ++k) {
                const double x = i * flops_step / flops_scale, y = j * dim_step / dim_scale,
                             z = k * aspect_step / aspect_scale;
                double nearest = 1e30;
                for (const Known &p : known)
                    nearest = std::min(nearest,
                                       (p.x - x) * (p.x - x) + (p.y - y) * (p.y - y) + (p.z - z) * (p.z - z));
                // Weights relative to the nearest point's, so that they never all vanish.
                double total = 0, mean = 0, square = 0, spread = 0;
                for (const Known &p : known) {
                    const double d = (p.x - x) * (p.x - x) + (p.y - y) * (p.y - y) + (p.z - z) * (p.z - z);
                    const double w = std::exp(-(d - nearest) * 1.5);
                    total += w;
                    mean += w * p.ratio;
                    square += w * p.ratio * p.ratio;
                    spread += w * p.spread;
                }
                Value &node = nodes_[index(i, j, k)];
                if (total == 0) {
                    node = {0, static_cast<float>(largest_sigma)};
                    continue;
                }
                mean /= total;
                const double scatter = std::max(0.0, square / total - mean * mean);
                const double distance = std::sqrt(nearest);
                const double sigma =
                    std::sqrt(least_sigma * least_sigma + scatter + spread / total * spread / total) +
                    sigma_slope * std::max(0.0, distance - 1.0);
                node = {static_cast<float>(mean), static_cast<float>(std::min(sigma, largest_sigma))};
            }
}

ResidualSurface::Value ResidualSurface::at(double flops, double smallest_dim, double aspect) const noexcept {
    const Place x = place(log2_at_least_zero(flops), flops_step, flops_nodes);
    const Place y = place(log2_at_least_zero(smallest_dim), dim_step, dim_nodes);
    const Place z = place(log2_at_least_zero(aspect), aspect_step, aspect_nodes);
    Value sum;
    for (int corner = 0; corner < 8; ++corner) {
        const int i = corner & 1, j = corner >> 1 & 1, k = corner >> 2;
        const float w =
            (i ? x.weight : 1 - x.weight) * (j ? y.weight : 1 - y.weight) * (k ? z.weight : 1 - z.weight);
        const Value &node = nodes_[index(x.low + i, y.low + j, z.low + k)];
        sum.log_ratio += w * node.log_ratio;
        sum.sigma += w * node.sigma;
    }
    return sum;
}

}  // namespace lapack_ai::core
