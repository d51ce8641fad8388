// How wrong a variant's own prediction is, as a smooth function of where a shape lies: measured points in, a
// correction and its uncertainty out.
//
// The variant's prediction carries the shape of the curve; what is fitted is only log(measured / predicted),
// which varies slowly. It is interpolated by kriging (Matheron 1963; Rasmussen and Williams 2006, chapter 2)
// with a Matern kernel of smoothness 3/2; its length is the one that predicts each point best from the others
// (leave one out), and so is the uncertainty, which widens with the distance from the nearest point. All is
// worked out on a grid when the profile is read: asking costs eight table look-ups and no exponentials.
#pragma once

#include <array>
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
    // Interpolated between grid nodes; beyond the grid its edge, less and less certain. Never NaN. [pure]
    Value at(const Place &place) const noexcept;

  private:
    struct Axis {
        float low = 0;
        int nodes = 1;
    };
    std::array<Axis, 3> axes_;
    std::vector<Value> nodes_;
};

}  // namespace lapack_ai::core
