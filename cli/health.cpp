#include "health.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <numeric>

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
    if (rows != cols || e.nonfinite > 0) return e;
    for (std::int64_t j = 0; j < cols; ++j) {
        for (std::int64_t i = j; i < rows; ++i) {
            const T below = a[j * rows + i], above = a[i * rows + j];
            const std::complex<double> difference =
                std::complex<double>(below) - std::conj(std::complex<double>(above));
            const double size = std::abs(difference);
            if (size > e.asymmetry) {
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
                         const Spectrum &spectrum, Definiteness definiteness, const std::string &finding,
                         double condition_threshold) {
    if (A.rows() == 0 || A.cols() == 0) return {"none", "the matrix is empty"};
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
    if (finding == "BACKWARD_ERROR_LARGE")
        return {"gels",
                "LU loses the digits by pivot growth, QR does not, and the matrix is well conditioned"};
    if (finding == "BADLY_SCALED")
        return {
            definiteness == Definiteness::positive ? "posv" : "gesv",
            "badly scaled, not singular: elimination is not harmed by row scaling, a rank tolerance would "
            "drop the small rows"};
    if (spectrum.rank < full)
        return {"gelsd", "rank " + std::to_string(spectrum.rank) + " of " + std::to_string(full) +
                             ": the minimum norm solution by SVD, with rcond as rank tolerance"};
    if (spectrum.condition > condition_threshold)
        return {"gelsd", "condition " + number_text(spectrum.condition) +
                             ": a rank tolerance (rcond) or regularisation is advisable"};
    if (!square) return {"gels", "full rank: least squares by QR"};
    if (definiteness == Definiteness::positive)
        return {"posv", "symmetric positive definite: Cholesky, half the work of LU"};
    // Half the digits of the type lost is where a user should know.
    const bool many = spectrum.condition > 1 / std::sqrt(epsilon_of(A.dtype()));
    const std::string condition =
        many ? "condition " + number_text(spectrum.condition) + ", so about " +
                   std::to_string(static_cast<int>(std::log10(spectrum.condition))) + " digits are lost: "
             : "";
    return {"gesv",
            condition + (entries.hermitian ? "symmetric and not positive definite: LU with partial pivoting"
                         : many            ? "LU with partial pivoting"
                                           : "square and well conditioned: LU with partial pivoting")};
}

std::vector<std::int64_t> nearly_dependent_columns(const Matrix &A, const Matrix &VT) {
    constexpr std::size_t most = 8;
    constexpr double gap = 20;  // between the last that takes part and the first that does not
    return with_type(A.dtype(), [&]<class T>(T) -> std::vector<std::int64_t> {
        const auto columns = static_cast<std::size_t>(A.cols());
        std::vector<double> weight(columns);
        for (std::size_t j = 0; j < columns; ++j) {
            const T *column = A.as<T>() + static_cast<std::int64_t>(j) * A.rows();
            double size = 0;
            for (std::int64_t i = 0; i < A.rows(); ++i)
                size = std::max(size, static_cast<double>(std::abs(column[i])));
            const T *row = VT.as<T>() + static_cast<std::int64_t>(j) * VT.rows() + VT.rows() - 1;
            weight[j] = size * static_cast<double>(std::abs(*row));
        }
        std::vector<std::int64_t> order(columns);
        std::iota(order.begin(), order.end(), 0);
        std::sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
            return weight[static_cast<std::size_t>(a)] > weight[static_cast<std::size_t>(b)];
        });
        const auto at = [&](std::size_t k) { return weight[static_cast<std::size_t>(order[k])]; };
        for (std::size_t k = 1; k <= most && k < columns; ++k) {
            if (at(k - 1) < gap * at(k)) continue;
            order.resize(k);
            std::sort(order.begin(), order.end());
            return order;
        }
        return {};
    });
}

}  // namespace lapack_ai::cli
