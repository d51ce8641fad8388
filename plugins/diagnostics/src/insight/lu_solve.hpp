// The verdict on an LU solve or factorization: from INFO, the factors it left and what the pass before it
// kept.
#pragma once

#include <string>

#include "numerics/factored.hpp"
#include "report/finding.hpp"
#include "report/words.hpp"

namespace lapack_ai::diagnostics {

// All that is known after xGESV or a square xGETRF. Nothing is owned.
template <class T>
struct LuEvidence {
    std::string routine;
    std::int64_t info = 0;
    MatrixView<T> factors;                                    // LU, n x n
    const index_t *ipiv = nullptr;                            // from 1
    double norm1 = 0;                                         // of A
    const Real<T> *column_sum = nullptr, *row_max = nullptr;  // of A
    double backward_error = not_computed;                     // the sketch's estimate
    bool solved = true;                                       // a right-hand side was solved for
    bool swapped = false;               // the user's rows are the columns here (row-major callers)
    bool estimate_condition = true;     // allowed to spend O(n^2)
    double condition_threshold = 1e12;  // above it hints speak of regularisation
    Words words;                        // the caller's language
};

// INFO > 0 of an m x n xGETRF, m != n.
template <class T>
Finding judge_rectangular_lu(const LuEvidence<T> &evidence);

// Empty when there is nothing to say.
template <class T>
Finding judge_lu(const LuEvidence<T> &evidence);

// Whether the pivots alone call for a closer look.
template <class T>
bool lu_is_suspicious(const MatrixView<T> &factors);

}  // namespace lapack_ai::diagnostics
