// The verdict on a Cholesky factorization or solve.
#pragma once

#include <string>

#include "numerics/factored.hpp"
#include "report/finding.hpp"
#include "report/words.hpp"

namespace lapack_ai::diagnostics {

// All that is known after xPOTRF or xPOSV. Nothing is owned.
template <class T>
struct CholeskyEvidence {
    std::string routine;
    std::int64_t info = 0;
    MatrixView<T> factor;  // n x n, one triangle
    Part part = Part::lower;
    double norm1 = 0;                     // of A
    const Real<T> *diagonal = nullptr;    // of A
    const Real<T> *column_sum = nullptr;  // of the whole Hermitian A
    bool solved = true;
    bool estimate_condition = true;
    Words words;  // the caller's language
};

// Empty when there is nothing to say.
template <class T>
Finding judge_cholesky(const CholeskyEvidence<T> &evidence);

}  // namespace lapack_ai::diagnostics
