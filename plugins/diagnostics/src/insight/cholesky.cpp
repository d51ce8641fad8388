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

template <class T>
Finding judge_failure(const CholeskyEvidence<T> &e) {
    const index_t order = e.info, n = e.factor.n;
    const auto certificate = negative_direction(e.factor, e.part, order, e.norm1, e.diagonal);
    index_t negative = -1;
    for (index_t i = n - 1; i >= 0; --i)
        if (e.diagonal[i] < 0) negative = i;
    const bool indefinite = certificate.indefinite || negative >= 0;
    Finding finding = make_finding(indefinite ? Category::not_positive_definite : Category::semidefinite,
                                   e.routine, e.info);
    finding.matrix = "A";
    finding.index_kind = "minor";
    finding.index_ordering = "user";
    finding.index_value = order - 1;
    finding.state = e.solved ? ResultState::none : ResultState::partial;
    const std::string minor = "minor of order " + std::to_string(order);
    if (!indefinite) {
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
