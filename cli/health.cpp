#include "health.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>

#include "text.hpp"

namespace lapack_ai::cli {

namespace {

// 1, or the smallest nonzero entry over the largest.
double ratio_of(const std::vector<double> &maxima) {
    double low = std::numeric_limits<double>::infinity(), high = 0;
    for (const double v : maxima) {
        if (v > 0) low = std::min(low, v);
        high = std::max(high, v);
    }
    return high > 0 ? low / high : 1;
}

std::vector<std::int64_t> zeros_of(const std::vector<double> &maxima) {
    std::vector<std::int64_t> list;
    for (std::size_t i = 0; i < maxima.size(); ++i)
        if (maxima[i] == 0) list.push_back(static_cast<std::int64_t>(i));
    return list;
}

template <class T>
Entries look(const T *a, std::int64_t rows, std::int64_t cols) {
    Entries e;
    std::vector<double> row_max(static_cast<std::size_t>(rows)), column_max(static_cast<std::size_t>(cols));
    e.smallest = std::numeric_limits<double>::infinity();
    for (std::int64_t j = 0; j < cols; ++j) {
        for (std::int64_t i = 0; i < rows; ++i) {
            const double size = static_cast<double>(std::abs(a[j * rows + i]));
            if (!std::isfinite(size)) {
                if (e.nonfinite++ == 0) {
                    e.nonfinite_row = i;
                    e.nonfinite_column = j;
                }
                continue;
            }
            auto &row = row_max[static_cast<std::size_t>(i)],
                 &column = column_max[static_cast<std::size_t>(j)];
            row = std::max(row, size);
            column = std::max(column, size);
            e.largest = std::max(e.largest, size);
            if (size > 0) e.smallest = std::min(e.smallest, size);
        }
    }
    if (e.largest == 0) e.smallest = 0;
    e.row_ratio = ratio_of(row_max);
    e.column_ratio = ratio_of(column_max);
    if (e.nonfinite == 0) {
        e.zero_rows = zeros_of(row_max);
        e.zero_columns = zeros_of(column_max);
    }
    if (rows != cols || rows == 0) return e;
    for (std::int64_t j = 0; j < cols; ++j) {
        for (std::int64_t i = j; i < rows; ++i) {
            const T below = a[j * rows + i], above = a[i * rows + j];
            const std::complex<double> difference =
                std::complex<double>(below) - std::conj(std::complex<double>(above));
            const double size = std::abs(difference);
            if (size > e.asymmetry || std::isnan(size)) {
                e.asymmetry = size;
                e.asymmetry_row = i;
                e.asymmetry_column = j;
            }
        }
        if (e.nonpositive_diagonal < 0 && !(std::real(a[j * rows + j]) > 0)) e.nonpositive_diagonal = j;
    }
    e.hermitian = e.asymmetry == 0;
    return e;
}

double epsilon_of(lai_dtype dtype) {
    return is_single(dtype) ? std::numeric_limits<float>::epsilon() : std::numeric_limits<double>::epsilon();
}

}  // namespace

Entries look_at_entries(const Matrix &A) {
    return with_type(A.dtype(), [&]<class T>(T) { return look(A.as<T>(), A.rows(), A.cols()); });
}

Spectrum look_at_spectrum(const std::vector<double> &s, std::int64_t rows, std::int64_t cols,
                          lai_dtype dtype) {
    Spectrum spectrum;
    if (s.empty()) return spectrum;
    spectrum.cut = static_cast<double>(std::max(rows, cols)) * epsilon_of(dtype) * s.front();
    spectrum.rank = std::count_if(s.begin(), s.end(), [&](double v) { return v > spectrum.cut; });
    spectrum.condition = s.back() > 0 ? s.front() / s.back() : std::numeric_limits<double>::infinity();
    return spectrum;
}

Recommendation recommend(const std::string &task, const Matrix &A, const Entries &entries,
                         const Spectrum &spectrum, Definiteness definiteness, double condition_threshold) {
    if (entries.nonfinite > 0) return {"none", "the matrix holds NaN or Inf; repair it first"};
    const bool square = A.rows() == A.cols();
    if (task == "svd") return {"gesvd", "singular values and vectors of any matrix"};
    if (task == "eig") {
        if (!square) return {"none", "eigenvalues need a square matrix; use svd"};
        if (entries.hermitian)
            return {"syev", "the matrix is symmetric (Hermitian): real eigenvalues, orthonormal vectors"};
        return {"geev", "the matrix is not symmetric"};
    }
    if (task == "cholesky") {
        if (!square || !entries.hermitian) return {"gesv", "Cholesky needs a symmetric (Hermitian) matrix"};
        if (definiteness == Definiteness::positive)
            return {"potrf", "the matrix is symmetric positive definite"};
        return {"gesv", "the matrix is symmetric and not positive definite"};
    }
    const std::int64_t full = std::min(A.rows(), A.cols());
    if (spectrum.rank < full)
        return {"gelsd", "rank " + std::to_string(spectrum.rank) + " of " + std::to_string(full) +
                             ": the minimum norm solution by SVD, with rcond as rank tolerance"};
    if (spectrum.condition > condition_threshold)
        return {"gelsd", "condition " + number_text(spectrum.condition) +
                             ": a rank tolerance (rcond) or regularisation is advisable"};
    if (!square) return {"gels", "full rank: least squares by QR"};
    if (definiteness == Definiteness::positive)
        return {"posv", "symmetric positive definite: Cholesky, half the work of LU"};
    return {"gesv", entries.hermitian ? "symmetric and not positive definite: LU with partial pivoting"
                                      : "square and well conditioned: LU with partial pivoting"};
}

}  // namespace lapack_ai::cli
