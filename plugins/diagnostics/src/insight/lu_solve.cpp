// Order of the questions: did elimination meet an exact zero; is the answer wrong; is the matrix singular to
// rounding, and if so by scaling alone. A large condition number by itself is no reason to speak.
#include "insight/lu_solve.hpp"

#include <algorithm>
#include <limits>

#include "insight/dependent.hpp"
#include "lapack_ai/abi/enhancer.h"
#include "numerics/condition.hpp"
#include "numerics/residual.hpp"
#include "report/words.hpp"

namespace lapack_ai::diagnostics {
namespace {

template <class T>
LuFactors<T> factors(const LuEvidence<T> &e, double tiny = 0) {
    return {e.factors, e.ipiv, static_cast<Real<T>>(tiny)};
}

// Pivots below it stand for zero in inverse iteration.
template <class T>
double pivot_floor(const LuEvidence<T> &e) {
    double largest = 0;
    for (index_t j = 0; j < e.factors.n; ++j)
        largest = std::max(largest, static_cast<double>(size_of(e.factors(j, j))));
    return std::max(largest, e.norm1) * static_cast<double>(unit_roundoff<T>) * 1e-3;
}

// Singular values below it are zero to rounding. With sqrt(n), not n: the 1-norm already exceeds the 2-norm
// by about as much, and in single precision an ordinary second singular value must stay above.
template <class T>
double rounding_level(const LuEvidence<T> &e) {
    return 8 * std::sqrt(static_cast<double>(e.factors.n)) * static_cast<double>(unit_roundoff<T>) * e.norm1;
}

// Zero rows, else zero columns, named in the finding; of a rectangular matrix only those of the short side,
// where one more than the difference would be needed to make it rank deficient.
template <class T>
std::string zero_line(const LuEvidence<T> &e, Finding &finding) {
    for (const bool columns : {false, true}) {
        const index_t n = columns ? e.factors.n : e.factors.m;
        const Real<T> *sizes = columns ? e.column_sum : e.row_max;
        if (sizes == nullptr || n > std::min(e.factors.m, e.factors.n)) continue;
        const Real<T> *zero = std::find(sizes, sizes + n, Real<T>(0));
        if (zero == sizes + n) continue;
        const bool is_column = columns != e.swapped;
        finding = make_finding(is_column ? Category::zero_column : Category::zero_row, e.routine, e.info);
        finding.matrix = "A";
        finding.index_kind = is_column ? "column" : "row";
        finding.index_ordering = "user";
        finding.index_value = zero - sizes;
        std::vector<std::int64_t> all;
        for (index_t i = 0; i < n; ++i)
            if (sizes[i] == 0) all.push_back(i);
        finding.names_kind = finding.index_kind;
        finding.named = all;
        if (static_cast<index_t>(all.size()) == n && n > 1) return "every entry of A is zero";
        if (all.size() > LAI_MAX_NAMED)
            finding.facts.push_back(std::to_string(all.size()) + " " + finding.index_kind +
                                    "s of A are zero; this is the first");
        else if (all.size() > 1)
            return e.words.lines(finding.index_kind, all, "A") + " are zero";
        return e.words.line(finding.index_kind, zero - sizes, "A") + " is zero";
    }
    return {};
}

// INFO > 0: an exact zero pivot.
template <class T>
Finding judge_zero_pivot(const LuEvidence<T> &e) {
    Finding finding;
    std::string line = zero_line(e, finding);
    const std::string step = "the LU pivot of step " + std::to_string(e.info) + " is zero";
    if (line.empty()) {
        finding = make_finding(Category::singular_lu_pivot, e.routine, e.info);
        finding.matrix = "A";
        finding.index_kind = "pivot";
        finding.index_ordering = "pivoted";
        finding.index_value = e.info - 1;
        const auto dependency =
            find_dependency(factors(e, pivot_floor(e)), rounding_level(e), e.column_sum, e.row_max);
        line = say_dependency(finding, dependency, e.swapped, e.words);
        if (line.empty() && dependency.nullity >= 2) {
            line = "its rank is at most " + std::to_string(e.factors.n - 2) + " of " +
                   std::to_string(e.factors.n);
        } else if (line.empty()) {
            line = step;
            finding.facts.push_back("no small set of rows or columns stands out as dependent");
        }
        finding.index_value = e.info - 1;
    }
    finding.facts.push_back(step + " (INFO = " + std::to_string(e.info) +
                            "); rows were exchanged on the way");
    finding.condition = std::numeric_limits<double>::infinity();
    finding.condition_source = "a pivot is exactly zero";
    finding.state = e.solved ? ResultState::none : ResultState::partial;
    finding.message =
        upper_case(e.routine) + ": A is singular, " + line + (e.solved ? "; no solution was computed" : "");
    if (finding.message.size() > 100) finding.message = upper_case(e.routine) + ": A is singular, " + line;
    return finding;
}

}  // namespace

template <class T>
Finding judge_rectangular_lu(const LuEvidence<T> &e) {
    Finding finding;
    const std::string line = zero_line(e, finding);
    const std::string step = "the LU pivot of step " + std::to_string(e.info) + " is zero";
    if (line.empty()) finding = make_finding(Category::singular_lu_pivot, e.routine, e.info);
    finding.matrix = "A";
    if (line.empty()) {
        finding.index_kind = "pivot";
        finding.index_ordering = "pivoted";
        finding.index_value = e.info - 1;
    }
    finding.state = ResultState::partial;
    finding.message = upper_case(e.routine) + ": A does not have full rank, " + (line.empty() ? step : line);
    if (!line.empty()) finding.facts.push_back(step + " (INFO = " + std::to_string(e.info) + ")");
    return finding;
}

namespace {

// X holds Inf or NaN although A and B are finite.
template <class T>
Finding say_overflow(const LuEvidence<T> &e) {
    Finding finding = make_finding(Category::solution_overflow, e.routine, e.info);
    finding.matrix = "A";
    finding.state = ResultState::none;
    finding.backward_error = e.backward_error;
    finding.message =
        upper_case(e.routine) + ": the solution overflows, it holds Inf or NaN, and A and B are finite";
    const double rcond = reciprocal_condition(factors(e), e.norm1);
    finding.facts.push_back("1-norm of A " + short_number(e.norm1) + ", reciprocal condition number " +
                            short_number(rcond) + ", largest over smallest pivot " +
                            short_number(1 / pivot_ratio(e.factors)));
    if (rcond > 0) {
        finding.condition = 1 / rcond;
        finding.condition_source = "1-norm, estimated from the factors";
    }
    return finding;
}

template <class T>
Finding judge_backward_error(const LuEvidence<T> &e, double largest) {
    Finding finding = make_finding(Category::backward_error_large, e.routine, e.info);
    finding.matrix = "A";
    finding.state = ResultState::none;
    finding.backward_error = e.backward_error;
    const double u = static_cast<double>(unit_roundoff<T>);
    const double growth = pivot_growth(e.factors, largest);
    const double rcond = reciprocal_condition(factors(e), e.norm1);
    finding.message = upper_case(e.routine) + ": the solution is wrong, backward error " +
                      short_number(e.backward_error) + " (rounding explains " +
                      short_number(static_cast<double>(e.factors.n) * u) + ")";
    if (growth * u > 1e-8) {
        finding.facts.push_back("pivot growth " + short_number(growth) +
                                ": elimination made entries that large, and the digits were lost");
        if (growth * u > 1e4) {
            finding.actions.resize(1);
            finding.facts.push_back("one step of refinement is not enough at such growth");
        }
    } else {
        finding.facts.push_back("pivot growth " + short_number(growth) +
                                " does not explain it: the backend may be at fault");
        finding.actions.assign(
            {{"compare with another backend: --backend cpu_reference", LAI_APPLICABILITY_LIKELY}});
    }
    if (rcond > 0) {
        finding.condition = 1 / rcond;
        finding.condition_source = "estimated from the factors";
        const double forward = finding.condition * e.backward_error;
        finding.facts.push_back("condition number " + short_number(finding.condition) +
                                ", so the relative error of the solution is up to " +
                                short_number(std::min(forward, 1.0)) + (forward >= 1 ? " or more" : ""));
    }
    return finding;
}

template <class T>
Finding judge_condition(const LuEvidence<T> &e, double rcond) {
    const double u = static_cast<double>(unit_roundoff<T>);
    Equilibrated scaled;
    // Where rows and columns are of one size, scaling cannot help, and its estimate is not worth its price.
    const bool even = e.row_max != nullptr &&
                      most_equilibration_gains<T>(e.factors.n, e.row_max, e.column_sum) * rcond < 100 * u;
    if (e.row_max != nullptr && !even) scaled = equilibrated_condition(factors(e), e.row_max);
    const bool scaling = scaled.rcond > 100 * u && scaled.rcond > 1e3 * rcond;
    Finding finding = make_finding(scaling ? Category::badly_scaled : Category::singular_working_precision,
                                   e.routine, e.info);
    finding.matrix = "A";
    finding.condition = rcond > 0 ? 1 / rcond : std::numeric_limits<double>::infinity();
    finding.condition_source = "1-norm, estimated from the factors";
    finding.condition_equilibrated = scaled.rcond > 0 ? 1 / scaled.rcond : not_computed;
    finding.backward_error = e.backward_error;
    const std::string cond = short_number(finding.condition);
    if (scaling) {
        finding.state = ResultState::usable;
        finding.message = upper_case(e.routine) + ": A is badly scaled (rcond " + short_number(rcond) +
                          "), and after scaling its rcond is " + short_number(scaled.rcond);
        double largest = 0;
        for (index_t i = 0; i < e.factors.n; ++i)
            largest = std::max(largest, static_cast<double>(e.row_max[i]));
        const std::string rows = e.swapped ? "columns" : "rows";
        finding.facts.push_back(rows + " differ by a factor " + short_number(scaled.row_ratio) +
                                " (ROWCND), largest entry " + short_number(largest) + " (AMAX)");
        finding.facts.push_back("elimination is not harmed by that: the result is accurate");
        return finding;
    }
    finding.state = ResultState::suspect;
    const auto dependency =
        find_dependency(factors(e, pivot_floor(e)), rounding_level(e), e.column_sum, e.row_max);
    const std::string names = say_dependency(finding, dependency, e.swapped, e.words);
    finding.message = upper_case(e.routine) + ": A is singular to working precision (cond ~ " + cond + ")";
    if (!names.empty() && finding.message.size() + names.size() + 2 <= 100) {
        finding.message += ", " + names;
    } else if (!names.empty()) {
        finding.facts.insert(finding.facts.begin(), names);
    } else {
        finding.message += e.solved ? ": 0 trustworthy digits" : "";
    }
    finding.facts.push_back("condition number " + cond + " in the 1-norm, reciprocal " + short_number(rcond) +
                            ": 0 trustworthy digits");
    finding.facts.push_back(even ? "equilibration does not help: rows and columns are of similar size"
                            : scaled.rcond > 0 && e.row_max != nullptr
                                ? "equilibration does not help: reciprocal condition " +
                                      short_number(scaled.rcond) + " after scaling"
                                : "equilibration does not help");
    if (finding.condition < e.condition_threshold) finding.actions.pop_back();
    return finding;
}

}  // namespace

template <class T>
bool lu_is_suspicious(const MatrixView<T> &F) {
    return !(pivot_ratio(F) >= 1e3 * static_cast<double>(F.n) * static_cast<double>(unit_roundoff<T>));
}

template <class T>
Finding judge_lu(const LuEvidence<T> &e) {
    if (e.factors.n == 0) return {};
    if (e.info > 0) return judge_zero_pivot(e);
    if (std::isinf(e.backward_error)) return say_overflow(e);
    if (e.backward_error > backward_error_limit<T>()) {
        double largest = 0;
        if (e.row_max != nullptr)
            largest = static_cast<double>(*std::max_element(e.row_max, e.row_max + e.factors.n));
        return judge_backward_error(e, largest);
    }
    if (!e.estimate_condition && !lu_is_suspicious(e.factors)) return {};
    const double u = static_cast<double>(unit_roundoff<T>);
    const double rcond = reciprocal_condition(factors(e), e.norm1);
    if (rcond >= 2 * u) return {};
    return judge_condition(e, rcond);
}

#define LAI_INSTANTIATE(T)                                        \
    template Finding judge_lu(const LuEvidence<T> &);             \
    template Finding judge_rectangular_lu(const LuEvidence<T> &); \
    template bool lu_is_suspicious(const MatrixView<T> &);
LAI_INSTANTIATE(float)
LAI_INSTANTIATE(double)
LAI_INSTANTIATE(std::complex<float>)
LAI_INSTANTIATE(std::complex<double>)
#undef LAI_INSTANTIATE

}  // namespace lapack_ai::diagnostics
