// Promised figures as benchmarks print them: a table for people, JSON for docs/figures.md and the regression
// check.

#pragma once

#include <optional>
#include <string>
#include <vector>

namespace lapack_ai::bench {

/// One measured number and what was promised of it.
struct Figure {
    std::string name;
    std::optional<double> value;   ///< absent: not measured, `reason` says why
    std::string unit;              ///< "x", "s", "u", "n^2 doubles"
    std::optional<double> target;  ///< absent: reported without a promise
    std::string relation = ">=";   ///< of value to target, ">=" or "<="
    std::string baseline;          ///< what it was measured against
    long n = 0;                    ///< samples behind the median
    double low = 0, high = 0;      ///< spread of the samples; both 0: none
    std::string reason;

    bool met() const;
};

/// The middle value; of an even count the mean of the two.
double median(std::vector<double> samples);

/// Prints all figures to standard output, as JSON or as a table. Returns false when a target was missed.
bool print_figures(const std::vector<Figure> &figures, bool json);

}  // namespace lapack_ai::bench
