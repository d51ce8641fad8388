// Findings and the small texts they are made of.
#include "report/finding.hpp"

#include <cmath>
#include <cstdio>

#include "report/words.hpp"

namespace lapack_ai::diagnostics {

Finding make_finding(Category category, const std::string &routine, std::int64_t info) {
    const CategoryText &text = category_text(category);
    Finding finding;
    finding.category = category;
    finding.severity = text.severity;
    finding.routine = routine;
    finding.info = info;
    for (const Remedy &remedy : text.remedies)
        if (remedy.text != nullptr)
            finding.actions.push_back(
                {with_letter(remedy.text, routine.empty() ? 'x' : routine[0]), remedy.applicability});
    return finding;
}

std::string short_number(double value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value > 0 ? "Inf" : "-Inf";
    char buffer[32];
    const double size = std::fabs(value);
    if (value == std::trunc(value) && size < 1e6) {
        std::snprintf(buffer, sizeof buffer, "%.0f", value);
    } else if (size >= 1e-3 && size < 1e6) {
        std::snprintf(buffer, sizeof buffer, "%.4g", value);
    } else {
        std::snprintf(buffer, sizeof buffer, "%.1e", value);
    }
    return buffer;
}

}  // namespace lapack_ai::diagnostics
