// How wrong a variant's own prediction is, as a smooth function of log(flops), log(smallest dim) and
// log(aspect): measured points in, a correction and its uncertainty out.
//
// The variant's prediction carries the shape of the curve; what is fitted is only log(measured / predicted),
// which varies slowly. It is a kernel-weighted mean (Nadaraya 1964, Watson 1964) worked out on a grid when
// the profile is read, so that asking costs eight table look-ups and no exponentials. Far from all points the
// nearest ones still speak, and the uncertainty widens with the distance.
#pragma once

#include <vector>

#include "cost/profile.hpp"

namespace lapack_ai::core {

class ResidualSurface {
  public:
    struct Value {
        float log_ratio = 0;  // log(measured / predicted)
        float sigma = 0;      // of the corrected prediction
    };

    explicit ResidualSurface(const std::vector<ProfilePoint> &points);
    // Interpolated between grid nodes; beyond the grid its edge. Never NaN. [pure]
    Value at(double flops, double smallest_dim, double aspect) const noexcept;

  private:
    // Nodes in steps of log2: 64 kflop more or less a step matters little, a factor of 3 does.
    static constexpr int flops_nodes = 32, dim_nodes = 12, aspect_nodes = 4;
    static constexpr double flops_step = 1.5, dim_step = 1.25, aspect_step = 3;

    static std::size_t index(int i, int j, int k) noexcept {
        return static_cast<std::size_t>((i * dim_nodes + j) * aspect_nodes + k);
    }
    std::vector<Value> nodes_;
};

}  // namespace lapack_ai::core
