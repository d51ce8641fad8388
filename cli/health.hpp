// What can be told about a matrix by looking at its entries: scale, symmetry, zero lines, NaN and Inf; and,
// from its singular values, rank and condition. Plain loops that share nothing with any backend.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "io/matrix.hpp"

namespace lapack_ai::cli {

// Facts of the entries, O(m n). Indices are 0-based.
struct Entries {
    std::int64_t nonfinite = 0, nonfinite_row = -1, nonfinite_column = -1;  // how many, and the first
    double largest = 0, smallest = 0;        // of the absolute values; the smallest nonzero one
    double row_ratio = 1, column_ratio = 1;  // smallest over largest maximum of the nonzero rows (columns)
    std::vector<std::int64_t> zero_rows, zero_columns;
    double asymmetry = 0;  // largest |a_ij - conj(a_ji)|, square matrices
    std::int64_t asymmetry_row = -1, asymmetry_column = -1;
    bool hermitian = false;
    std::int64_t nonpositive_diagonal = -1;  // the first one
};
Entries look_at_entries(const Matrix &A);

// Rank and condition in the 2-norm from descending singular values.
struct Spectrum {
    std::int64_t rank = 0;  // singular values above `cut`
    double cut = 0;         // max(m, n) eps s_1
    double condition = 0;   // s_1 / s_min; infinite when s_min is 0
};
Spectrum look_at_spectrum(const std::vector<double> &s, std::int64_t rows, std::int64_t cols,
                          lai_dtype dtype);

enum class Definiteness { not_hermitian, positive, not_positive, unknown };

// Which routine to use for a task ("solve", "svd", "cholesky", "eig"), and why, in one sentence each.
struct Recommendation {
    std::string routine, why;
};
// `finding`: the category that a trial solve was diagnosed with ("BADLY_SCALED"); empty: none.
Recommendation recommend(const std::string &task, const Matrix &A, const Entries &entries,
                         const Spectrum &spectrum, Definiteness definiteness, const std::string &finding,
                         double condition_threshold);

// The columns that nearly depend on each other: those with the large components of the right singular vector
// of the smallest singular value, the last of VT's rows, weighed by the columns' norms. Empty when no few
// (at most 8) stand out.
std::vector<std::int64_t> nearly_dependent_columns(const Matrix &A, const Matrix &VT);

// A picture of the singular values on a logarithmic axis, with the cut below which they count as zero.
std::string singular_value_svg(const std::vector<double> &s, const Spectrum &spectrum,
                               const std::string &title);

}  // namespace lapack_ai::cli
