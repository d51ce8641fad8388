#include "line_plot.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <set>

namespace lapack_ai::cli {
namespace {

constexpr double width = 860, left = 70, right = 250, top = 44, bottom = 56, legend_line = 20;
// Okabe and Ito's colours, told apart by colour-blind readers too.
const char *const colours[] = {"#0072B2", "#D55E00", "#009E73", "#CC79A7",
                               "#E69F00", "#56B4E9", "#000000", "#999999"};
// Of the first eight series, the next eight, and so on.
const char *const dashes[] = {"none", "7 4", "2 3"};

template <typename... Args>
std::string format(const char *pattern, Args... args) {
    char text[512];
    std::snprintf(text, sizeof text, pattern, args...);
    return text;
}

/// About six round values in [low, high].
std::vector<double> ticks(double low, double high) {
    const double raw = (high - low) / 6, power = std::pow(10.0, std::floor(std::log10(raw)));
    const double step = raw / power < 1.5   ? power
                        : raw / power < 3.5 ? 2 * power
                        : raw / power < 7.5 ? 5 * power
                                            : 10 * power;
    std::vector<double> values;
    for (double v = std::ceil(low / step) * step; v <= high + step * 1e-6; v += step) values.push_back(v);
    return values;
}

}  // namespace

std::string line_plot_svg(const std::string &title, const std::string &x_label, const std::string &y_label,
                          const std::vector<LineSeries> &series, double reference, bool log_y) {
    const double height = std::max(480.0, top + bottom + legend_line * static_cast<double>(series.size()));
    const auto scale = [&](double y) { return log_y ? std::log10(y) : y; };
    std::set<double> xs;
    double low = scale(reference), high = low;
    for (const LineSeries &s : series) {
        for (const auto &[x, y] : s.points) {
            xs.insert(x);
            low = std::min(low, scale(y));
            high = std::max(high, scale(y));
        }
    }
    if (xs.empty()) return "<svg xmlns=\"http://www.w3.org/2000/svg\"/>\n";
    const double margin = std::max((high - low) * 0.06, 1e-3);
    low -= margin;
    high += margin;
    const double x_low = std::log2(*xs.begin()), x_span = std::max(std::log2(*xs.rbegin()) - x_low, 1e-9);
    const auto at_x = [&](double x) {
        return left + (std::log2(x) - x_low) / x_span * (width - left - right);
    };
    const auto at_y = [&](double y) { return top + (high - y) / (high - low) * (height - top - bottom); };

    std::string svg = format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %g %g\" "
        "font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"100%%\" height=\"100%%\" "
        "fill=\"#fff\"/>\n",
        width, height);
    svg += format("<text x=\"%g\" y=\"24\" font-size=\"15\">%s</text>\n", left, title.c_str());
    for (const double y : ticks(low, high)) {
        svg += format("<line x1=\"%g\" y1=\"%g\" x2=\"%g\" y2=\"%g\" stroke=\"#ddd\"/>\n", left, at_y(y),
                      width - right, at_y(y));
        svg += log_y ? format("<text x=\"%g\" y=\"%g\" text-anchor=\"end\">%.2g</text>\n", left - 6,
                              at_y(y) + 4, std::pow(10.0, y))
                     : format("<text x=\"%g\" y=\"%g\" text-anchor=\"end\">%.4g</text>\n", left - 6,
                              at_y(y) + 4, y);
    }
    for (const double x : xs) {
        svg += format("<text x=\"%g\" y=\"%g\" text-anchor=\"middle\">%g</text>\n", at_x(x),
                      height - bottom + 18, x);
    }
    svg +=
        format("<line x1=\"%g\" y1=\"%g\" x2=\"%g\" y2=\"%g\" stroke=\"#555\" stroke-dasharray=\"5 4\"/>\n",
               left, at_y(scale(reference)), width - right, at_y(scale(reference)));
    svg += format("<text x=\"%g\" y=\"%g\" text-anchor=\"middle\">%s</text>\n", (left + width - right) / 2,
                  height - 12, x_label.c_str());
    svg +=
        format("<text x=\"18\" y=\"%g\" transform=\"rotate(-90 18 %g)\" text-anchor=\"middle\">%s</text>\n",
               height / 2, height / 2, y_label.c_str());
    for (std::size_t i = 0; i < series.size(); ++i) {
        const char *colour = colours[i % std::size(colours)];
        std::string path;
        for (const auto &[x, y] : series[i].points) {
            path += format("%s%.1f %.1f ", path.empty() ? "M" : "L", at_x(x), at_y(scale(y)));
            svg += format("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>\n", at_x(x), at_y(scale(y)),
                          colour);
        }
        const char *dash = dashes[i / std::size(colours) % std::size(dashes)];
        svg += "<path d=\"" + path + "\" fill=\"none\" ";
        svg += format("stroke=\"%s\" stroke-dasharray=\"%s\" stroke-width=\"1.8\"/>\n", colour, dash);
        const double y = top + 10 + legend_line * static_cast<double>(i);
        svg += format(
            "<line x1=\"%g\" y1=\"%g\" x2=\"%g\" y2=\"%g\" stroke=\"%s\" stroke-dasharray=\"%s\" "
            "stroke-width=\"2\"/>\n",
            width - right + 14, y, width - right + 38, y, colour, dash);
        svg +=
            format("<text x=\"%g\" y=\"%g\">%s</text>\n", width - right + 44, y + 4, series[i].name.c_str());
    }
    return svg + "</svg>\n";
}

}  // namespace lapack_ai::cli
