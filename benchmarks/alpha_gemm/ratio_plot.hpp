// A line plot as SVG text, for the pages that show the ratios and the errors.

#pragma once

#include <string>
#include <utility>
#include <vector>

namespace lapack_ai::bench {

struct Series {
    std::string name;
    std::vector<std::pair<double, double>> points;  ///< (x, y), ascending x
};

/// x is drawn on a logarithmic axis with a tick at each distinct x; `reference` is a dashed horizontal line.
std::string svg_plot(const std::string &title, const std::string &x_label, const std::string &y_label,
                     const std::vector<Series> &series, double reference, bool log_y);

}  // namespace lapack_ai::bench
