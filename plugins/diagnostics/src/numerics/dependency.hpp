// Which rows or columns of a (nearly) singular matrix depend on each other, and how: inverse iteration on the
// factors that are there, then the few large components of the null vector. Two vectors travel together, so
// that a second null vector does not hide in the first.
#pragma once

#include <vector>

#include "numerics/factored.hpp"

namespace lapack_ai::diagnostics {

// A combination that is (almost) zero: sum of coefficient[i] * line named[i]. Indices are ascending and
// 0-based; the last coefficient is -1, so that the last line is the sum of the others.
template <class T>
struct Combination {
    std::vector<index_t> named;
    std::vector<T> coefficient;
    bool empty() const { return named.empty(); }
};

template <class T>
struct Dependency {
    int nullity = 0;  // 1, or 2: two or more (how many needs a rank-revealing factorization); 0: not singular
    double smallest_singular = 0, second_singular = 0;  // estimates
    Combination<T> columns, rows;                       // empty: no small set stands out
    std::vector<index_t> column_union, row_union;       // all that take part when nullity is 2
    bool rows_cancel = false, columns_cancel = false;   // every row (column) of A sums to zero
};

// `tolerance`: singular values below it count as zero. column_size and row_size weigh the components (norms
// of the columns and rows of A; null: all 1). At most `most` lines are named.
template <class Factors>
Dependency<typename Factors::Element> find_dependency(const Factors &F, double tolerance,
                                                      const Real<typename Factors::Element> *column_size,
                                                      const Real<typename Factors::Element> *row_size,
                                                      std::size_t most = 8);

// Whether all components are the same: what A maps to zero is then the sum of its columns.
template <class T>
bool is_constant(const std::vector<T> &x);

// The few large components of a vector that is known to be a null vector.
template <class T>
Combination<T> combination_in(const std::vector<T> &null_vector, const Real<T> *size);

}  // namespace lapack_ai::diagnostics
