// A failure is proven by a direction of negative curvature before the matrix is called indefinite.
#include "insight/cholesky.hpp"

#include <limits>

#include "insight/dependent.hpp"
#include "lapack_ai/abi/enhancer.h"
#include "numerics/condition.hpp"
#include "numerics/definiteness.hpp"
#include "report/words.hpp"

namespace lapack_ai::diagnostics {
namespace {

// Zero or dependent lines of a semidefinite matrix; empty when none stand out. A vector x with x'Ax = 0 is a
// null vector of such a matrix, and the certificate's is one.
template <class T>
std::string singular_line(const CholeskyEvidence<T> &e, const Certificate<T> &certificate, Finding &finding) {
    const index_t n = e.factor.n;
    if (e.column_sum == nullptr) return {};
    finding.names_kind = "column";
    for (index_t i = 0; i < n; ++i)
        if (e.column_sum[i] == 0) finding.named.push_back(i);
    if (static_cast<index_t>(finding.named.size()) == n) return "every entry of it is zero";
    if (finding.named.size() == 1)
        return e.words.line("row", finding.named[0], "A") + " and its column are zero";
    if (!finding.named.empty()) return e.words.lines("column", finding.named, "A") + " (and rows) are zero";
    if (static_cast<index_t>(certificate.x.size()) == n && is_constant(certificate.x)) {
        finding.names_kind.clear();
        return "every row of A sums to zero";
    }
    const Combination<T> found = combination_in(certificate.x, e.column_sum);
    const bool all = found.named.size() == certificate.x.size() && found.named.size() > 3;
    if (found.named.size() < 2 || all) return {};  // what stands out, not what is left
    Dependency<T> dependency;
    dependency.nullity = 1;
    dependency.columns = found;
    return say_dependency(finding, dependency, false, e.words);
}

template <class T>
Finding judge_failure(const CholeskyEvidence<T> &e) {
    const index_t order = e.info, n = e.factor.n;
    const auto certificate = negative_direction(e.factor, e.part, order, e.norm1, e.diagonal);
    // A zero on the diagonal with anything beside it has a 2 x 2 minor below zero, without any rounding.
    index_t negative = -1, bare = -1;
    for (index_t i = n - 1; i >= 0; --i) {
        if (e.diagonal[i] < 0) negative = i;
        if (e.diagonal[i] == 0 && e.column_sum != nullptr && e.column_sum[i] > 0) bare = i;
    }
    const bool indefinite = certificate.indefinite || negative >= 0 || bare >= 0;
    Finding finding = make_finding(indefinite ? Category::not_positive_definite : Category::semidefinite,
                                   e.routine, e.info);
    finding.matrix = "A";
    finding.index_kind = "minor";
    finding.index_ordering = "user";
    finding.index_value = order - 1;
    finding.state = e.solved ? ResultState::none : ResultState::partial;
    const std::string minor = "minor of order " + std::to_string(order);
    if (!indefinite) {
        finding.state = e.solved ? ResultState::none : ResultState::partial;
        const std::string line = singular_line(e, certificate, finding);
        if (!line.empty()) {
            finding.message = upper_case(e.routine) + ": A is semidefinite to working precision, " + line;
            finding.facts.push_back("its leading " + minor + " (INFO) is zero to working precision");
            if (finding.message.size() <= 100) return finding;
            finding.facts.insert(finding.facts.begin(), line);
        }
        finding.message = upper_case(e.routine) + ": A is semidefinite to working precision, its " + minor +
                          " is not positive";
        finding.facts.push_back("the pivot left at that step is " + short_number(certificate.form) +
                                ", the size of rounding: A is not called indefinite");
        return finding;
    }
    finding.message =
        upper_case(e.routine) + ": A is not positive definite, its leading " + minor + " is not positive";
    if (negative >= 0)
        finding.facts.push_back(e.words.entry("A", negative, negative) + " = " +
                                short_number(static_cast<double>(e.diagonal[negative])) +
                                " is negative; a positive definite matrix has a positive diagonal");
    if (bare >= 0)
        finding.facts.push_back(e.words.entry("A", bare, bare) + " is zero and the rest of " +
                                e.words.line("row", bare, "A") + " is not: x'Ax takes both signs");
    if (certificate.indefinite)
        finding.facts.push_back(
            "certificate: a vector x with x'Ax = " + short_number(certificate.form) +
            " < 0, so the smallest eigenvalue is <= " + short_number(certificate.eigenvalue_bound));
    return finding;
}

template <class T>
Finding judge_success(const CholeskyEvidence<T> &e) {
    const double u = static_cast<double>(unit_roundoff<T>);
    const double ratio = pivot_ratio(e.factor);
    const bool suspicious = ratio * ratio < 1e3 * static_cast<double>(e.factor.n) * u;
    if (!suspicious && !e.estimate_condition) return {};
    const CholeskyFactor<T> F(e.factor, e.part, 0);
    const double rcond = reciprocal_condition(F, e.norm1);
    if (rcond >= 2 * u) return {};
    const double scaled = equilibrated_condition(F, e.diagonal);
    const bool scaling = scaled > 100 * u && scaled > 1e3 * rcond;
    Finding finding = make_finding(scaling ? Category::badly_scaled : Category::singular_working_precision,
                                   e.routine, e.info);
    finding.matrix = "A";
    finding.condition = rcond > 0 ? 1 / rcond : std::numeric_limits<double>::infinity();
    finding.condition_source = "1-norm, estimated from the factor";
    finding.condition_equilibrated = scaled > 0 ? 1 / scaled : not_computed;
    if (scaling) {
        finding.state = ResultState::usable;
        finding.message = upper_case(e.routine) + ": A is badly scaled (rcond " + short_number(rcond) +
                          "), and after scaling its rcond is " + short_number(scaled);
        finding.facts.push_back("Cholesky is not harmed by that: the result is accurate");
        return finding;
    }
    finding.state = ResultState::suspect;
    finding.message = upper_case(e.routine) + ": A is singular to working precision (cond ~ " +
                      short_number(finding.condition) + ")";
    const auto dependency =
        find_dependency(CholeskyFactor<T>(e.factor, e.part, static_cast<Real<T>>(std::sqrt(e.norm1) * u)),
                        static_cast<double>(e.factor.n) * 8 * u * e.norm1,
                        static_cast<const Real<T> *>(nullptr), static_cast<const Real<T> *>(nullptr));
    if (const std::string names = say_dependency(finding, dependency, false, e.words); !names.empty())
        finding.facts.insert(finding.facts.begin(), names);
    finding.facts.push_back("condition number " + short_number(finding.condition) +
                            " in the 1-norm: 0 trustworthy digits");
    finding.actions[1].text = with_letter("use ?posvx, which returns error bounds", e.routine[0]);
    return finding;
}

}  // namespace

template <class T>
Finding judge_cholesky(const CholeskyEvidence<T> &e) {
    if (e.factor.n == 0) return {};
    return e.info > 0 ? judge_failure(e) : judge_success(e);
}

#define LAI_INSTANTIATE(T) template Finding judge_cholesky(const CholeskyEvidence<T> &);
LAI_INSTANTIATE(float)
LAI_INSTANTIATE(double)
LAI_INSTANTIATE(std::complex<float>)
LAI_INSTANTIATE(std::complex<double>)
#undef LAI_INSTANTIATE

}  // namespace lapack_ai::diagnostics
