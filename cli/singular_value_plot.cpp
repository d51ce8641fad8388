// The SVG of the singular values: points and a line over a logarithmic axis, the rank cut dashed.
#include <algorithm>
#include <cmath>
#include <string>

#include <fmt/format.h>

#include "health.hpp"
#include "text.hpp"

namespace lapack_ai::cli {

namespace {

constexpr double width = 640, height = 400, left = 64, right = 20, top = 48, bottom = 48;

std::string escaped(const std::string &text) {
    std::string out;
    for (const char c : text) {
        if (c == '<')
            out += "&lt;";
        else if (c == '&')
            out += "&amp;";
        else if (c == '>')
            out += "&gt;";
        else
            out += c;
    }
    return out;
}

}  // namespace

std::string singular_value_svg(const std::vector<double> &s, const Spectrum &spectrum,
                               const std::string &title) {
    // Decades shown: from the largest value down to the smallest nonzero one or the cut, at most 20.
    double low = spectrum.cut, high = 0;
    for (const double v : s) {
        high = std::max(high, v);
        if (v > 0) low = std::min(low > 0 ? low : v, v);
    }
    if (high <= 0) high = 1;
    if (low <= 0 || low < high * 1e-20) low = high * 1e-20;
    const double most = std::ceil(std::log10(high)), least = std::min(std::floor(std::log10(low)), most - 1);
    const auto y_of = [&](double value) {
        const double exponent = std::max(std::log10(std::max(value, 1e-300)), least);
        return top + (most - exponent) / (most - least) * (height - top - bottom);
    };
    const double n = static_cast<double>(s.size());
    const auto x_of = [&](std::size_t i) {
        return left + (n > 1 ? static_cast<double>(i) / (n - 1) : 0.5) * (width - left - right);
    };
    std::string svg = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" "
        "font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"{0}\" height=\"{1}\" fill=\"white\"/>\n"
        "<text x=\"{2}\" y=\"20\" font-size=\"14\" font-weight=\"bold\">{3}</text>\n"
        "<text x=\"{2}\" y=\"36\" fill=\"#555\">rank {4} of {5}, condition {6}</text>\n",
        width, height, left, escaped(title), spectrum.rank, s.size(), number_text(spectrum.condition));
    const int step = std::max(1, static_cast<int>((most - least) / 8));
    for (int e = static_cast<int>(least); e <= static_cast<int>(most); e += step) {
        const double y = y_of(std::pow(10.0, e));
        svg += fmt::format("<line x1=\"{}\" x2=\"{}\" y1=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"#e0e0e0\"/>\n",
                           left, width - right, y, y);
        svg += fmt::format("<text x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\" fill=\"#555\">1e{}</text>\n",
                           left - 6, y + 4, e);
    }
    if (spectrum.cut > 0) {
        const double y = y_of(spectrum.cut);
        svg += fmt::format(
            "<line x1=\"{}\" x2=\"{}\" y1=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"#c0392b\" "
            "stroke-dasharray=\"5 4\"/>\n<text x=\"{}\" y=\"{:.1f}\" "
            "fill=\"#c0392b\">counts as zero below</text>\n",
            left, width - right, y, y, left + 6, y - 4);
    }
    std::string points, dots;
    for (std::size_t i = 0; i < s.size(); ++i) {
        points += fmt::format("{:.1f},{:.1f} ", x_of(i), y_of(s[i]));
        if (s.size() <= 200)
            dots += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3\" fill=\"{}\"/>\n", x_of(i),
                                y_of(s[i]), s[i] > spectrum.cut ? "#1f6feb" : "#c0392b");
    }
    svg += "<polyline fill=\"none\" stroke=\"#1f6feb\" stroke-width=\"1.5\" points=\"" + points + "\"/>\n" +
           dots;
    svg += fmt::format(
        "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\" fill=\"#555\">index of the singular value, 1 to "
        "{}</text>\n</svg>\n",
        (left + width - right) / 2, height - 14, s.size());
    return svg;
}

}  // namespace lapack_ai::cli
