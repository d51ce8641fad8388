// R has the singular values of A. Its diagonal alone can hide a small singular value (Kahan's matrix), so the
// verdict rests on the condition estimate; the diagonal only tells whether to look.
#include "insight/least_squares.hpp"

#include <algorithm>

#include "insight/dependent.hpp"
#include "lapack_ai/abi/enhancer.h"
#include "numerics/condition.hpp"
#include "report/words.hpp"

namespace lapack_ai::diagnostics {
namespace {

// A square triangle of the factors, and how A's lines stand to it: columns of R are columns of A (m >= n),
// rows of L are rows of A (m < n).
template <class T>
struct Square {
    MatrixView<T> view;
    Part part;
    double norm1 = 0;
};

template <class T>
Square<T> square_of(const MatrixView<T> &F) {
    const index_t n = std::min(F.m, F.n);
    Square<T> square{{F.data, n, n, F.ld}, F.m >= F.n ? Part::upper : Part::lower, 0};
    for (index_t j = 0; j < n; ++j) {
        const index_t from = square.part == Part::upper ? 0 : j, to = square.part == Part::upper ? j + 1 : n;
        square.norm1 =
            std::max(square.norm1, static_cast<double>(sum_of_sizes(to - from, F.column(j) + from)));
    }
    return square;
}

// xGELS answers a zero matrix with X = 0, which is the minimum norm solution.
template <class T>
Finding say_zero(const LeastSquaresEvidence<T> &e) {
    Finding finding = make_finding(Category::rank_deficient, e.routine, 0);
    finding.severity = LAI_SEVERITY_WARNING;
    finding.state = ResultState::usable;
    finding.matrix = "A";
    finding.rank = 0;
    finding.message = upper_case(e.routine) + ": every entry of A is zero; the minimum norm solution is zero";
    return finding;
}

}  // namespace

template <class T>
Finding judge_least_squares(const LeastSquaresEvidence<T> &e) {
    const index_t n = std::min(e.factors.m, e.factors.n);
    if (n == 0) return {};
    const double u = static_cast<double>(unit_roundoff<T>);
    const Square<T> square = square_of(e.factors);
    if (e.info == 0 && square.norm1 == 0) return say_zero(e);
    const double limit = static_cast<double>(std::max(e.factors.m, e.factors.n)) * u;
    if (e.info == 0) {
        if (pivot_ratio(square.view) > 1e4 * limit) return {};
        if (reciprocal_condition(TriangularFactor<T>(square.view, square.part, 0), square.norm1) > limit)
            return {};
    }
    Finding finding = make_finding(Category::rank_deficient, e.routine, e.info);
    finding.matrix = "A";
    finding.severity = e.info > 0 ? LAI_SEVERITY_ERROR : LAI_SEVERITY_WARNING;
    finding.state = e.info > 0 ? ResultState::none : ResultState::suspect;
    const bool columns = square.part == Part::upper;
    const Real<T> *sizes = columns ? e.column_sum : e.row_max;
    const TriangularFactor<T> F(square.view, square.part, static_cast<Real<T>>(square.norm1 * u * 1e-2));
    auto dependency =
        find_dependency(F, 4 * limit * square.norm1, columns ? sizes : nullptr, columns ? nullptr : sizes);
    // Only one side of the triangle speaks of A's own lines.
    if (columns) {
        dependency.rows = {};
        dependency.row_union.clear();
    } else {
        dependency.columns = {};
        dependency.column_union.clear();
    }
    std::string names = say_dependency(finding, dependency, e.swapped, e.words);
    if (dependency.nullity == 1) finding.rank = n - 1;
    double least = static_cast<double>(size_of(square.view(0, 0))), most = least;
    index_t at = 0;
    for (index_t i = 1; i < n; ++i) {
        const double size = static_cast<double>(size_of(square.view(i, i)));
        if (size < least) at = i;
        least = std::min(least, size);
        most = std::max(most, size);
    }
    const std::string letter = columns ? "R" : "L";
    const std::string of = " of " + std::to_string(n);
    std::string rank = finding.rank >= 0 ? "rank " + std::to_string(finding.rank) + of
                                         : "rank at most " + std::to_string(n - 2) + of;
    if (dependency.nullity == 0) rank = "rank below " + std::to_string(n);
    if (e.info > 0 && sizes != nullptr && sizes[e.info - 1] == 0) {
        const char *kind = columns != e.swapped ? "column" : "row";
        names = e.words.line(kind, e.info - 1, "A") + " is zero";
        finding.index_kind = kind;
        finding.index_ordering = "user";
        finding.index_value = e.info - 1;
    }
    finding.message =
        upper_case(e.routine) + ": A is rank deficient, " + rank + (names.empty() ? "" : "; " + names);
    if (finding.message.size() > 100) {
        finding.message = upper_case(e.routine) + ": A is rank deficient, " + rank;
        finding.facts.insert(finding.facts.begin(), names);
    }
    finding.facts.push_back("smallest over largest diagonal entry of " + letter + ": |" +
                            e.words.entry(letter, at, at) +
                            "| / max = " + short_number(most > 0 ? least / most : 0));
    if (e.info == 0) finding.facts.push_back("a solution was returned, one of many, and it may be huge");
    return finding;
}

#define LAI_INSTANTIATE(T) template Finding judge_least_squares(const LeastSquaresEvidence<T> &);
LAI_INSTANTIATE(float)
LAI_INSTANTIATE(double)
LAI_INSTANTIATE(std::complex<float>)
LAI_INSTANTIATE(std::complex<double>)
#undef LAI_INSTANTIATE

}  // namespace lapack_ai::diagnostics
