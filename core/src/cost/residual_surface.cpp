#include "cost/residual_surface.hpp"

#include <algorithm>
#include <cmath>

#include "cost/kriging.hpp"

namespace lapack_ai::core {

namespace {

// Noise that no repeat shows: frequency, neighbours, page placement.
constexpr double least_sigma = 0.04;
// Growth of the uncertainty by octave from the nearest point.
constexpr double sigma_slope = 0.15;
constexpr double largest_sigma = 1.5;
constexpr int most_nodes = 20;            // of an axis
constexpr std::size_t most_points = 300;  // that are fitted; more of them are thinned out

}  // namespace

ResidualSurface::ResidualSurface(const std::vector<ProfilePoint> &points) {
    std::vector<Kriging::Point> known;
    const std::size_t stride = points.size() / most_points + 1;
    for (std::size_t i = 0; i < points.size(); i += stride) {
        const ProfilePoint &p = points[i];
        Kriging::Point one{{}, std::log(p.seconds / p.predicted_seconds), std::min(p.spread, 1.0)};
        for (std::size_t k = 0; k < one.x.size(); ++k) one.x[k] = static_cast<double>(p.place[k]);
        known.push_back(one);
    }
    std::size_t count = 1;
    for (std::size_t k = 0; k < axes_.size(); ++k) {
        double low = HUGE_VAL, high = -HUGE_VAL;
        for (const Kriging::Point &p : known) {
            low = std::min(low, p.x[k]);
            high = std::max(high, p.x[k]);
        }
        // One octave more than was measured, on each side; an axis without extent has one node.
        if (low < high) {
            axes_[k].low = static_cast<float>(std::floor(low) - 1);
            axes_[k].nodes = std::min(static_cast<int>(std::ceil(high) - std::floor(low)) + 3, most_nodes);
        } else if (!known.empty()) {
            axes_[k].low = static_cast<float>(low);
        }
        count *= static_cast<std::size_t>(axes_[k].nodes);
    }
    const Kriging fitted(std::move(known));
    nodes_.reserve(count);
    for (int i = 0; i < axes_[0].nodes; ++i)
        for (int j = 0; j < axes_[1].nodes; ++j)
            for (int k = 0; k < axes_[2].nodes; ++k) {
                const auto e =
                    fitted.at({static_cast<double>(axes_[0].low) + i, static_cast<double>(axes_[1].low) + j,
                               static_cast<double>(axes_[2].low) + k});
                const double sigma =
                    std::hypot(least_sigma, e.error) + sigma_slope * std::max(0.0, e.distance - 1.5);
                nodes_.push_back(
                    {static_cast<float>(e.value), static_cast<float>(std::min(sigma, largest_sigma))});
            }
}

ResidualSurface::Value ResidualSurface::at(const Place &place) const noexcept {
    std::array<std::size_t, 3> step;
    std::array<float, 3> weight;
    float outside = 0;
    std::size_t base = 0, stride = 1;
    for (std::size_t k = axes_.size(); k-- > 0;) {
        const Axis &axis = axes_[k];
        const float wanted = place[k] - axis.low, last = static_cast<float>(axis.nodes - 1);
        const float at = wanted > 0 ? std::min(wanted, last) : 0.0f;  // of NaN: 0
        outside += std::fabs(wanted - at);
        const int node = std::min(static_cast<int>(at), std::max(axis.nodes - 2, 0));
        base += static_cast<std::size_t>(node) * stride;
        step[k] = axis.nodes > 1 ? stride : 0;
        weight[k] = at - static_cast<float>(node);
        stride *= static_cast<std::size_t>(axis.nodes);
    }
    const auto between = [](const Value &a, const Value &b, float w) {
        return Value{a.log_ratio + w * (b.log_ratio - a.log_ratio), a.sigma + w * (b.sigma - a.sigma)};
    };
    const auto along = [&](const Value *node, std::size_t k) {
        return between(node[0], node[step[k]], weight[k]);
    };
    const auto face = [&](const Value *node) {
        return between(along(node, 2), along(node + step[1], 2), weight[1]);
    };
    const Value *corner = nodes_.data() + base;
    Value value = between(face(corner), face(corner + step[0]), weight[0]);
    if (outside > 0)
        value.sigma = std::min(value.sigma + static_cast<float>(sigma_slope) * outside,
                               static_cast<float>(largest_sigma));
    return value;
}

}  // namespace lapack_ai::core
