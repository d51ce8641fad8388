// One sentence per category, with the routine's own argument and matrix names in it.
#include "table/explain.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>

#include "lapack_ai/abi/enhancer.h"

namespace lapack_ai::diagnostics {
namespace {

std::string upper(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return out;
}

std::string value_text(std::string_view name, const Routine &routine, Bindings bindings) {
    for (const Binding &b : bindings) {
        if (b.name != name) continue;
        const int index = routine.argument_index(name);
        const bool letter = !routine.is_integer_input(index) && b.value >= 33 && b.value < 127;
        if (letter && std::isalpha(static_cast<int>(b.value)))
            return std::string("'") + static_cast<char>(b.value) + "'";
        return short_number(b.value).find('e') == std::string::npos
                   ? short_number(b.value)
                   : std::to_string(static_cast<long long>(b.value));
    }
    return {};
}

// The matrix an argument belongs to: LDA to A, an array to itself, anything else to the routine's main
// matrix.
std::string matrix_of(const Routine &routine, int argument) {
    const std::string_view name = routine.argument_name(argument);
    if (name.substr(0, 2) == "LD" && routine.argument_index(name.substr(2)) > 0)
        return std::string(name.substr(2));
    return std::string(routine.argument_name(routine.main_argument()));
}

void name_argument(Finding &finding, const Routine &routine, int argument, std::string_view requirement,
                   Bindings bindings) {
    finding.argument_index = argument;
    finding.argument_name = routine.argument_name(argument);
    finding.argument_value = value_text(finding.argument_name, routine, bindings);
    finding.matrix = matrix_of(routine, argument);
    if (!requirement.empty()) {
        const std::string_view clause = failing_clause(requirement, bindings);
        std::string words = in_words(clause.empty() ? requirement : clause, bindings);
        if (words.find("minimum") != std::string::npos || words.size() > 90)
            words = finding.argument_name + " >= the minimum that a workspace query returns";
        finding.argument_requirement = words;
    }
}

void say_illegal_argument(Finding &finding) {
    const std::string name = finding.argument_name;
    std::string line =
        upper(finding.routine) + ": argument " + std::to_string(finding.argument_index) + ", " + name;
    if (!finding.argument_value.empty()) line += " = " + finding.argument_value;
    const std::string &needs = finding.argument_requirement;
    if (needs.empty()) {
        line += ", has an illegal value";
    } else {
        line += ", must satisfy " + needs;
    }
    if (line.size() > 100) {  // the formula goes below, what it comes to stays
        finding.facts.push_back("requirement: " + needs);
        line.resize(line.find(", must satisfy"));
        const std::size_t number = needs.rfind(" = ");
        const bool bound = needs.compare(0, name.size() + 4, name + " >= ") == 0 &&
                           number != std::string::npos &&
                           needs.find_first_not_of("0123456789", number + 3) == std::string::npos;
        line +=
            bound ? ", must satisfy " + name + " >= " + needs.substr(number + 3) : ", has an illegal value";
    }
    finding.message = line;
    finding.state = ResultState::none;
}

// "argument 13, LDB" and so on: which test reported -info, and what it really looked at.
void explain_argument(Finding &finding, const Routine &routine, Bindings bindings) {
    const int reported = static_cast<int>(-finding.info);
    Routine::Check chosen{{}, reported, reported};
    bool certain = false;
    for (const Routine::Check &check : routine.checks()) {
        if (check.reported != reported) continue;
        const auto truth = holds(check.requirement, bindings);
        if (chosen.requirement.empty() || (truth && !*truth && !certain)) chosen = check;
        certain = certain || (truth && !*truth);
    }
    name_argument(finding, routine, chosen.argument, chosen.requirement, bindings);
    if (finding.argument_name.empty()) {
        finding.argument_name = "INFO";
        finding.argument_index = routine.argument_index("INFO");
        finding.facts.push_back(
            "the number points behind the argument list: it was passed on from an inner routine");
    }
    say_illegal_argument(finding);
    if (chosen.argument != reported && reported <= routine.argument_count())
        finding.facts.push_back("LAPACK reports argument " + std::to_string(reported) + " (" +
                                std::string(routine.argument_name(reported)) + "), but what it tested is " +
                                finding.argument_name);
    if (finding.argument_name == "LWORK")
        finding.facts.push_back("a query (LWORK = -1) returns the optimal length in WORK(1)");
}

// The number behind INFO, from 1 as LAPACK gives it, or "k" where it is not known.
struct Parameter {
    std::optional<double> value, last;
    const Words &words;

    // As a count or a step, the same in all languages.
    std::string count() const { return value ? std::to_string(static_cast<long long>(*value)) : "k"; }
    std::string line(const char *kind, const std::string &A) const {
        return value ? words.line(kind, at(value), A) : std::string(kind) + " k of " + A;
    }
    std::string diagonal(const std::string &A) const {
        return value ? "diagonal entry " + words.entry(A, at(value), at(value)) : "diagonal entry k of " + A;
    }
    std::string block(const std::string &A) const {
        return value && last ? words.block(at(value), at(last), A) : "some rows and columns of " + A;
    }

  private:
    static std::int64_t at(const std::optional<double> &number) {
        return static_cast<std::int64_t>(*number) - 1;
    }
};

// The sentence after "ROUTINE: ". A is the matrix.
std::string sentence(const Routine::Meaning &meaning, const std::string &A, const Parameter &parameter) {
    const std::string p = parameter.count();
    switch (meaning.category) {
        case Category::nonfinite_input:
            return (p == "k" ? A : parameter.line("column", A)) + " contains " +
                   (meaning.kind.empty()    ? "NaN or Inf"
                    : meaning.kind == "NaN" ? "NaN"
                    : meaning.kind == "Inf" ? "Inf"
                                            : "NaN or Inf");
        case Category::zero_row:
            return parameter.line("row", A) + " is zero";
        case Category::zero_column:
            return parameter.line("column", A) + " is zero";
        case Category::singular_lu_pivot:
            return A + " is singular: the LU pivot of step " + p + " is zero";
        case Category::singular_ldlt_pivot:
            return A + " is singular: block " + p + " of the factor D is zero";
        case Category::singular_triangular_diagonal:
            return A + " is singular: its " + parameter.diagonal(A) + " is zero";
        case Category::singular_working_precision:
            return A + " is singular to working precision; bounds were computed";
        case Category::rank_deficient:
            return p == "k" ? A + " does not have full rank"
                            : A + " does not have full rank: diagonal entry " + p + " of its factor is zero";
        case Category::not_positive_definite:
            return A + " is not positive definite: its leading minor of order " + p;
        case Category::nonpositive_diagonal:
            return parameter.diagonal(A) + " is not positive";
        case Category::nonconv_offdiag_count:
            return p + " off-diagonal entries of the form of " + A + " did not converge";
        case Category::nonconv_qr_qz_index:
            return "the first " + p + " eigenvalues of " + A + " did not converge";
        case Category::nonconv_vectors:
            return p + " vectors of " + A + " did not converge";
        case Category::nonconv_dc_submatrix:
            return "an eigenvalue of " + parameter.block(A) + " was not found";
        case Category::error_bound_not_guaranteed:
            return "no guaranteed error bound for right-hand side " + p + " with " + A;
        case Category::perturbed_to_avoid_overflow:
            return p == "k" ? "a small pivot of " + A + " was replaced"
                            : "the small pivot " + p + " of " + A + " was replaced";
        case Category::lower_precision_overflow:
            return "an entry of " + A + " is too large for single precision";
        case Category::solution_overflow:
            return "entry " + p + " of the solution with " + A + " would overflow";
        case Category::invalid_structure:
            return "the 2-by-2 block at row " + p + " of " + A + " has real eigenvalues";
        case Category::reorder_failed:
            return "eigenvalues of " + A + " are too close to be reordered";
        case Category::reorder_selection_changed:
            return "rounding changed which eigenvalues of " + A + " are selected";
        case Category::close_spectra:
            return "the spectra of the two matrices, " + A + " first, are too close";
        case Category::bisection_incomplete:
            return "bisection did not find all eigenvalues of " + A;
        case Category::void_input:
            return A + " holds no data";
        case Category::data_inconsistent_warning:
            return "the data in " + A + " contradict each other";
        case Category::nonfinite_or_degenerate_norm:
            return A + " is NaN, Inf or zero";
        case Category::rank_deficient_or_not_psd:
            return A + " is rank deficient, or not positive semidefinite";
        case Category::nonconv_svd:
            return "the SVD of " + A + " did not converge";
        case Category::nonconv_dqds:
            return "the singular values of the bidiagonal in " + A + " did not converge";
        case Category::nonconv_other:
            return "the iteration on " + A + " did not converge";
        case Category::accuracy_flag:
            return A + " does not determine its eigenvalues to high relative accuracy";
        case Category::subroutine_failure:
            return "an inner routine failed on " + A;
        case Category::internal_error:
            return "an internal check failed on " + A;
        default:
            return std::string(category_text(meaning.category).title) + ": " + A;
    }
}

const char *index_kind(std::string_view parameter) {
    if (parameter == "row_index") return "row";
    if (parameter == "column_index") return "column";
    if (parameter == "pivot_index") return "pivot";
    if (parameter == "diagonal_index") return "diagonal";
    if (parameter == "leading_minor_order") return "minor";
    if (parameter == "last_unconverged_index") return "eigenvalue";
    if (parameter == "rhs_index") return "right-hand side";
    if (parameter == "solution_element_index") return "element";
    if (parameter == "block_index" || parameter == "submatrix_first") return "row";
    return "";
}

void explain_meaning(Finding &finding, const Routine &routine, const Routine::Meaning &meaning,
                     Bindings bindings, const Words &words) {
    const int argument = meaning.argument > 0 ? meaning.argument : routine.main_argument();
    finding.argument_index = argument;
    finding.argument_name = routine.argument_name(argument);
    finding.matrix = finding.argument_name;
    std::vector<Binding> known(bindings.begin(), bindings.end());
    known.push_back({"INFO", static_cast<double>(finding.info)});
    const auto value = evaluate_number(meaning.value, known);
    const auto last =
        meaning.parameter == "submatrix_first" ? evaluate_number("mod(INFO, N + 1)", known) : value;
    finding.index_kind = index_kind(meaning.parameter);
    if (value && !finding.index_kind.empty()) {
        finding.index_value = static_cast<std::int64_t>(*value) - 1;
        finding.index_ordering = meaning.category == Category::singular_lu_pivot ? "pivoted" : "user";
    }
    std::string text = sentence(meaning, finding.matrix, {value, last, words});
    if (meaning.category == Category::not_positive_definite) text += " is not positive";
    finding.message = upper(finding.routine) + ": " + text;
    if (!meaning.fact.empty()) finding.facts.emplace_back(meaning.fact);
    if (meaning.state == ResultState::unspecified) {
        finding.state = finding.severity == LAI_SEVERITY_ERROR ? ResultState::none : ResultState::partial;
    } else {
        finding.state = meaning.state;
    }
}

}  // namespace

Finding explain(std::string_view name, std::int64_t info, Bindings bindings, const Words &words) {
    if (info == 0) return {};
    const auto routine = Routine::find(name);
    if (!routine) {
        Finding finding = make_finding(Category::undocumented_value, std::string(name), info);
        finding.message =
            upper(name) + " is no LAPACK routine that returns INFO (value " + std::to_string(info) + ")";
        return finding;
    }
    const auto meanings = routine->meanings(info, bindings);
    if (meanings.empty()) {
        Finding finding = make_finding(Category::undocumented_value, routine->name(), info);
        finding.argument_index = routine->main_argument();
        finding.argument_name = routine->argument_name(finding.argument_index);
        finding.matrix = finding.argument_name;
        finding.message =
            upper(name) + ": INFO = " + std::to_string(info) + " is outside the range it documents";
        return finding;
    }
    Finding finding = make_finding(meanings[0].category, routine->name(), info);
    if (finding.category == Category::illegal_argument) {
        explain_argument(finding, *routine, bindings);
    } else {
        explain_meaning(finding, *routine, meanings[0], bindings, words);
    }
    for (std::size_t i = 1; i < meanings.size(); ++i) {
        Finding other = make_finding(meanings[i].category, routine->name(), info);
        explain_meaning(other, *routine, meanings[i], bindings, words);
        finding.ambiguous = true;
        finding.facts.push_back("the code is ambiguous; it can also mean: " +
                                other.message.substr(other.message.find(": ") + 2));
    }
    const auto n = evaluate_number("N", bindings);
    if (!routine->ambiguity().empty() && (!n || static_cast<double>(info) > *n)) {
        finding.ambiguous = true;
        finding.facts.push_back("the code is ambiguous: " + std::string(routine->ambiguity()));
    }
    return finding;
}

Finding check_arguments(const Routine &routine, Bindings bindings) {
    for (const Routine::Check &check : routine.checks()) {
        const auto truth = holds(check.requirement, bindings);
        if (!truth || *truth) continue;
        Finding finding = make_finding(Category::illegal_argument, routine.name(), -check.reported);
        explain_argument(finding, routine, bindings);
        return finding;
    }
    return {};
}

std::vector<Binding> bind_integers(const Routine &routine, std::span<const std::int64_t> values) {
    std::vector<Binding> bindings;
    std::size_t next = 0;
    for (int i = 1; i <= routine.argument_count() && next < values.size(); ++i)
        if (routine.is_integer_input(i))
            bindings.push_back({routine.argument_name(i), static_cast<double>(values[next++])});
    return bindings;
}

}  // namespace lapack_ai::diagnostics
