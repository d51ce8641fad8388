// The notation of the routine table's conditions and numbers, and its evaluation.
//
//   requirement  = clause {"," clause}           all must hold
//   clause       = or ["if" or]
//   or, and, not = as usual; comparisons = != < <= > >=; NAME in 'ABC' (one of these letters)
//   numbers      = + - * and max min abs mod div(a, b) pick(condition, a, b)
// A name without a value makes a result unknown, not false. Facts about data (finite(A), sorted(D)) are
// unknown.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace lapack_ai::diagnostics {

// A value known about an argument: a letter stands as its character code.
struct Binding {
    std::string_view name;
    double value;
};
using Bindings = std::span<const Binding>;

// Number, or nullopt where a name has no value. Exact for integers below 2^53.
std::optional<double> evaluate_number(std::string_view expression, Bindings bindings);
// Truth of a whole requirement; nullopt: cannot be told from the bindings.
std::optional<bool> holds(std::string_view requirement, Bindings bindings);
// The clause that fails; with several the last, which is the strongest in LAPACK's tests. Empty: none is
// known to fail.
std::string_view failing_clause(std::string_view requirement, Bindings bindings);
// Whether `argument` takes part in a clause at all.
bool mentions(std::string_view expression, std::string_view name);
// A clause in plain words with the values put in: "LDA >= max(1, N) = 4", "UPLO = 'U' or 'L'".
std::string in_words(std::string_view clause, Bindings bindings);

}  // namespace lapack_ai::diagnostics
