// GFLOP/s against work on two logarithmic axes, as an SVG picture: measured points, predicted lines,
// crossovers.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace lapack_ai::cli {

struct RateSeries {
    std::string name;
    std::vector<std::pair<double, double>> measured;   // flops, seconds
    std::vector<std::pair<double, double>> predicted;  // flops, seconds, ascending
};

struct RateCrossover {
    double flops = 0;
    std::string from, to;
};

// Where the fastest predicted series changes, between points that all series share.
std::vector<RateCrossover> crossovers(const std::vector<RateSeries> &series);

std::string rate_plot_svg(const std::string &title, const std::vector<RateSeries> &series,
                          const std::vector<RateCrossover> &marks);

}  // namespace lapack_ai::cli
