// See dependent.hpp.
#include "insight/dependent.hpp"

#include <cstdio>

namespace lapack_ai::diagnostics {
namespace {

// Whether the imaginary part would be printed as rounding.
template <class T>
bool looks_real(T value) {
    if constexpr (is_complex<T>) return std::fabs(value.imag()) < Real<T>(5e-4) * std::fabs(value.real());
    return true;
}

template <class T>
std::string coefficient_text(T value) {
    char text[64];
    const double re = static_cast<double>(real_part(value));
    if (!looks_real(value)) {
        if constexpr (is_complex<T>)
            std::snprintf(text, sizeof text, "(%.3f%+.3fi)", re, static_cast<double>(value.imag()));
    } else if (std::fabs(re) >= 1e-3 && std::fabs(re) < 1e6) {
        std::snprintf(text, sizeof text, "%.3f", re);
    } else {
        std::snprintf(text, sizeof text, "%.3e", re);
    }
    return text;
}

// "column 5 = 2.000*column 2 - 1.000*column 3"
template <class T>
std::string relation(const Combination<T> &c, const std::string &kind, const std::string &matrix,
                     const Words &words) {
    std::string text = words.term(kind, c.named.back(), matrix) + " = ";
    for (std::size_t i = 0; i + 1 < c.named.size(); ++i) {
        T value = c.coefficient[i];
        const bool minus = looks_real(value) && real_part(value) < 0;
        if (i > 0) text += minus ? " - " : " + ";
        if (i == 0 && minus) text += "-";
        text += coefficient_text(minus ? -value : value) + "*" + words.term(kind, c.named[i], matrix);
    }
    return text;
}

}  // namespace

template <class T>
std::string say_dependency(Finding &finding, const Dependency<T> &dependency, bool swapped,
                           const Words &words) {
    const auto better = [](std::size_t columns, std::size_t rows) {
        return columns > 0 && (rows == 0 || columns <= rows);
    };
    if (dependency.nullity >= 2) {
        finding.facts.push_back(
            "two or more dependencies; the exact rank needs a rank-revealing QR or the SVD");
        const auto &columns = dependency.column_union, &rows = dependency.row_union;
        if (columns.empty() && rows.empty()) return {};
        const bool use_columns = better(columns.size(), rows.size());
        finding.named = use_columns ? columns : rows;
        finding.names_kind = use_columns != swapped ? "column" : "row";
        return words.lines(finding.names_kind, finding.named, finding.matrix) + " are dependent";
    }
    if (dependency.rows_cancel || dependency.columns_cancel) {
        const char *kind = dependency.rows_cancel != swapped ? "row" : "column";
        return std::string("every ") + kind + " of " + finding.matrix + " sums to zero";
    }
    if (dependency.columns.empty() && dependency.rows.empty()) return {};
    const bool use_columns = better(dependency.columns.named.size(), dependency.rows.named.size());
    const Combination<T> &found = use_columns ? dependency.columns : dependency.rows;
    finding.names_kind = use_columns != swapped ? "column" : "row";
    finding.named = found.named;
    for (const T &value : found.coefficient)
        finding.coefficients.push_back(static_cast<double>(real_part(value)));
    if (found.named.size() == 1)
        return words.line(finding.names_kind, found.named[0], finding.matrix) + " is zero to rounding";
    finding.facts.push_back(relation(found, finding.names_kind, finding.matrix, words));
    return words.lines(finding.names_kind, found.named, finding.matrix) + " are dependent";
}

#define LAI_INSTANTIATE(T) \
    template std::string say_dependency(Finding &, const Dependency<T> &, bool, const Words &);
LAI_INSTANTIATE(float)
LAI_INSTANTIATE(double)
LAI_INSTANTIATE(std::complex<float>)
LAI_INSTANTIATE(std::complex<double>)
#undef LAI_INSTANTIATE

}  // namespace lapack_ai::diagnostics
