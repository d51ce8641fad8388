// What is known about one call that went wrong, before it becomes text: the fields of lai_diagnosis with
// strings that own themselves. Indices are 0-based here; texts name them in the caller's language (Words).
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "category.hpp"

namespace lapack_ai::diagnostics {

inline constexpr double not_computed = std::numeric_limits<double>::quiet_NaN();

struct Action {
    std::string text;
    std::uint32_t applicability;  // LAI_APPLICABILITY_*
};

struct Finding {
    Category category = Category::none;
    std::uint32_t severity = 0;  // LAI_SEVERITY_*
    ResultState state = ResultState::none;
    std::string routine;  // "dgesv"
    std::int64_t info = 0;
    std::string message;             // the first line, <= 100 characters
    std::vector<std::string> facts;  // one line each
    std::vector<Action> actions;     // at most LAI_MAX_ACTIONS are shown
    int argument_index = 0;          // 1-based; 0: none
    std::string argument_name, argument_value, argument_requirement;
    std::string matrix;
    std::int64_t batch_index = -1;
    std::int64_t index_value = -1;
    std::string index_kind, index_ordering;
    double condition = not_computed;
    double condition_equilibrated = not_computed;
    std::string condition_source;
    double backward_error = not_computed;
    std::int64_t rank = -1;
    std::string names_kind;
    std::vector<std::int64_t> named;
    std::vector<double> coefficients;
    bool ambiguous = false;

    bool empty() const { return category == Category::none; }
};

// A finding of a category with its severity and remedies, nothing else.
Finding make_finding(Category category, const std::string &routine, std::int64_t info);

// Three or four significant digits: "3.8e+16", "0.62", "-2".
std::string short_number(double value);

}  // namespace lapack_ai::diagnostics
