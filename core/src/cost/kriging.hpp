// Interpolation of scattered values in three dimensions, with the error that leaving one out shows.
#pragma once

#include <array>
#include <vector>

namespace lapack_ai::core {

class Kriging {
  public:
    struct Point {
        std::array<double, 3> x;
        double value;
        double noise;  // standard deviation of the value's own error
    };

    // O(n^3); at most a few hundred points are meant. No points: 0 everywhere.
    explicit Kriging(std::vector<Point> points);

    struct Estimate {
        double value = 0;
        double error = 0;     // of predicting the neighbours from each other
        double distance = 0;  // to the nearest point
    };
    // Far away the mean of all values. O(n). [pure]
    Estimate at(const std::array<double, 3> &x) const;

  private:
    std::vector<Point> points_;
    std::vector<double> weights_, left_out_;  // by point: kernel weight, error when left out
    double mean_ = 0, length_ = 1;
};

}  // namespace lapack_ai::core
