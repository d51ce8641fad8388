// A line plot as SVG text, for the pages that show the ratios and the errors.

#pragma once

#include <string>
#include <utility>
#include <vector>

namespace lapack_ai::cli {

struct LineSeries {
    std::string name;
    std::vector<std::pair<double, double>> points;  ///< (x, y), ascending x
};

/// x is drawn on a logarithmic axis with a tick at each distinct x; `reference` is a dashed horizontal line.
std::string line_plot_svg(const std::string &title, const std::string &x_label, const std::string &y_label,
                          const std::vector<LineSeries> &series, double reference, bool log_y);

}  // namespace lapack_ai::cli
