#include "rate_plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace lapack_ai::cli {

namespace {

constexpr double width = 860, height = 520, left = 80, right = 20, top = 70, bottom = 60;
// Told apart by people who see colours differently (Okabe and Ito 2008).
constexpr const char *palette[] = {"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                   "#b58900", "#56b4e9", "#7f7f7f"};

struct Axis {
    double low = 1e300, high = 0, from = 0, to = 0;
    void take(double value) {
        low = std::min(low, value);
        high = std::max(high, value);
    }
    double at(double value) const {
        const double span = std::log10(high / low);
        return span > 0 ? from + (to - from) * std::log10(value / low) / span : (from + to) / 2;
    }
};

std::string escaped(const std::string &text) {
    std::string result;
    for (char c : text)
        result += c == '<' ? "&lt;" : c == '&' ? "&amp;" : c == '>' ? "&gt;" : std::string(1, c);
    return result;
}

std::string power_label(int exponent) {
    const char *prefixes[] = {"", "k", "M", "G", "T", "P"};
    if (exponent < 0 || exponent > 17) return fmt::format("1e{}", exponent);
    return fmt::format("{:g}{}", std::pow(10.0, exponent % 3), prefixes[exponent / 3]);
}

}  // namespace

std::vector<RateCrossover> crossovers(const std::vector<RateSeries> &series) {
    std::map<double, std::pair<double, std::string>> fastest;  // flops -> seconds, name
    for (const RateSeries &one : series)
        for (const auto &[flops, seconds] : one.predicted) {
            auto &best = fastest[flops];
            if (best.second.empty() || seconds < best.first) best = {seconds, one.name};
        }
    std::vector<RateCrossover> found;
    double before = 0;
    std::string leader;
    for (const auto &[flops, best] : fastest) {
        if (!leader.empty() && best.second != leader)
            found.push_back({before > 0 ? std::sqrt(before * flops) : flops, leader, best.second});
        leader = best.second;
        before = flops;
    }
    return found;
}

std::string rate_plot_svg(const std::string &title, const std::vector<RateSeries> &series,
                          const std::vector<RateCrossover> &marks) {
    Axis x, y;
    const auto take = [&](const std::vector<std::pair<double, double>> &points) {
        for (const auto &[flops, seconds] : points)
            if (flops > 0 && seconds > 0) {
                x.take(flops);
                y.take(flops / seconds / 1e9);
            }
    };
    for (const RateSeries &one : series) {
        take(one.measured);
        take(one.predicted);
    }
    x.from = left;
    x.to = width - right;
    y.from = height - bottom;
    y.to = top;
    std::string svg = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" "
        "font-family=\"sans-serif\" font-size=\"13\">\n<rect width=\"{0}\" height=\"{1}\" fill=\"white\"/>\n"
        "<text x=\"{2}\" y=\"24\" font-size=\"16\">{3}</text>\n",
        width, height, left, escaped(title));
    if (x.high <= 0) return svg + "<text x=\"80\" y=\"100\">nothing measured yet</text>\n</svg>\n";
    for (int e = static_cast<int>(std::ceil(std::log10(x.low))); e <= std::log10(x.high); ++e)
        svg += fmt::format(
            "<path d=\"M{0:.1f} {1} V{2}\" stroke=\"#e4e4e4\"/><text x=\"{0:.1f}\" y=\"{3}\" "
            "text-anchor=\"middle\">{4}</text>\n",
            x.at(std::pow(10.0, e)), y.from, y.to, y.from + 20, power_label(e));
    for (int e = static_cast<int>(std::ceil(std::log10(y.low))); e <= std::log10(y.high); ++e)
        svg += fmt::format(
            "<path d=\"M{1} {0:.1f} H{2}\" stroke=\"#e4e4e4\"/><text x=\"{3}\" y=\"{0:.1f}\" "
            "text-anchor=\"end\" dy=\"4\">{4:g}</text>\n",
            y.at(std::pow(10.0, e)), x.from, x.to, x.from - 8, std::pow(10.0, e));
    svg += fmt::format(
        "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">floating-point operations of a call</text>\n"
        "<text transform=\"translate(22 {}) rotate(-90)\" text-anchor=\"middle\">GFLOP/s</text>\n",
        (x.from + x.to) / 2, height - 14, (y.from + y.to) / 2);
    double legend = left;
    for (std::size_t i = 0; i < series.size(); ++i) {
        const char *colour = palette[i % std::size(palette)];
        svg += fmt::format("<text x=\"{}\" y=\"48\" fill=\"{}\">&#9679; {}</text>\n", legend, colour,
                           escaped(series[i].name));
        legend += 40 + 7.5 * static_cast<double>(series[i].name.size());
        std::string path;
        for (const auto &[flops, seconds] : series[i].predicted)
            if (flops > 0 && seconds > 0)
                path += fmt::format("{}{:.1f} {:.1f} ", path.empty() ? "M" : "L", x.at(flops),
                                    y.at(flops / seconds / 1e9));
        if (!path.empty())
            svg += fmt::format(
                "<path d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-dasharray=\"6 4\" "
                "stroke-width=\"1.5\"/>\n",
                path, colour);
        for (const auto &[flops, seconds] : series[i].measured)
            if (flops > 0 && seconds > 0)
                svg += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3.5\" fill=\"{}\"/>\n",
                                   x.at(flops), y.at(flops / seconds / 1e9), colour);
    }
    for (const RateCrossover &mark : marks)
        svg += fmt::format(
            "<path d=\"M{0:.1f} {1} V{2}\" stroke=\"black\" stroke-dasharray=\"2 3\"/>"
            "<text x=\"{3:.1f}\" y=\"{4}\" font-size=\"11\">{5} &#8594; {6}</text>\n",
            x.at(mark.flops), y.from, y.to, x.at(mark.flops) + 4, y.to + 12, escaped(mark.from),
            escaped(mark.to));
    return svg + "</svg>\n";
}

}  // namespace lapack_ai::cli
