// The verdict on a full-rank least squares solve (xGELS), which says nothing when columns are dependent only
// to rounding.
#pragma once

#include <string>

#include "numerics/factored.hpp"
#include "report/finding.hpp"
#include "report/words.hpp"

namespace lapack_ai::diagnostics {

// All that is known after xGELS. Nothing is owned.
template <class T>
struct LeastSquaresEvidence {
    std::string routine;
    std::int64_t info = 0;
    MatrixView<T> factors;  // m x n: R in the upper triangle (m >= n) or L in the lower one (m < n)
    const Real<T> *column_sum = nullptr, *row_max = nullptr;  // of A
    bool swapped = false;                                     // the user's rows are the columns here
    Words words;                                              // the caller's language
};

// Empty when there is nothing to say.
template <class T>
Finding judge_least_squares(const LeastSquaresEvidence<T> &evidence);

}  // namespace lapack_ai::diagnostics
