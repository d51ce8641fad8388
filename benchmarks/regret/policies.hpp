// Ways of choosing a backend, and how much each of them loses: regret = t(chosen) / min over backends - 1.
#pragma once

#include <limits>
#include <vector>

#include "rivals.hpp"

namespace lapack_ai::bench {

struct Regret {
    double geomean = 0, p95 = 0, worst = 0;  // shares: 0.03 is 3 %
    double wrong = 0;                        // share of shapes where the choice was not the fastest
};

// One choice a shape, judged by the second sample; -1 counts as the slowest.
Regret judge(const std::vector<int> &choices, const std::vector<ShapeTimes> &times);

// The fastest by a sample; -1: nobody could run it.
int fastest(const std::vector<double> &seconds);

// A shape of the calibration: all that a static threshold may know.
struct KnownShape {
    double flops = 0;
    std::vector<double> seconds;  // by rival; infinity: not measured
};

// What other dispatchers do: thresholds in flops, fixed once.
class StaticThresholds {
  public:
    // The best for the shapes with at most so many thresholds, any rival in any interval: least geometric
    // mean regret, found exactly by dynamic programming.
    StaticThresholds(std::vector<KnownShape> shapes, int thresholds);
    int choose(double flops) const;

  private:
    struct Interval {
        double below;  // flops
        int rival;
    };
    std::vector<Interval> intervals_;
};

}  // namespace lapack_ai::bench
