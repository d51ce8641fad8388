// Words for dependent rows and columns.
#pragma once

#include "numerics/dependency.hpp"
#include "report/finding.hpp"
#include "report/words.hpp"

namespace lapack_ai::diagnostics {

// Puts the more telling of the two combinations into the finding: names, coefficients, a fact. Returns what
// the first line can say ("columns 2 and 5 of A are dependent"), empty when no small set stands out.
// `swapped` exchanges rows and columns for the user.
template <class T>
std::string say_dependency(Finding &finding, const Dependency<T> &dependency, bool swapped,
                           const Words &words);

}  // namespace lapack_ai::diagnostics
