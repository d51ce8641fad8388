// Matrices for numerical tests: owned storage with a padded leading dimension whose padding is watched,
// generators with a chosen spectrum, and the few operations that residuals need, done naively in the next
// wider precision so that they share nothing with what they judge. Random numbers come from a fixed
// generator: failures repeat.
#pragma once

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include "lapack_ai/sdk/call_builder.hpp"

namespace lapack_ai::conformance {

using sdk::ComplexOf;
using sdk::MatrixView;
using sdk::RealOf;

// The type residuals are computed in.
template <typename T>
struct WideOf;
template <>
struct WideOf<float> {
    using type = double;
};
template <>
struct WideOf<double> {
    using type = long double;
};
template <>
struct WideOf<long double> {
    using type = long double;
};
template <>
struct WideOf<std::int64_t> {  // pivots stay what they are
    using type = std::int64_t;
};
template <typename R>
struct WideOf<std::complex<R>> {
    using type = std::complex<typename WideOf<R>::type>;
};
template <typename T>
using Wide = typename WideOf<T>::type;
template <typename T>
using WideReal = typename WideOf<RealOf<T>>::type;

template <typename T>
T conjugate(const T &x) {
    if constexpr (requires { x.imag(); })
        return std::conj(x);
    else
        return x;
}

template <typename T>
double epsilon() {
    return static_cast<double>(std::numeric_limits<RealOf<T>>::epsilon());
}

// Column-major rows x cols with ld = rows + padding.
template <typename T>
class Matrix {
  public:
    Matrix() = default;
    Matrix(std::int64_t rows, std::int64_t cols, std::int64_t padding = 0)
        : rows_(rows), cols_(cols), ld_(std::max<std::int64_t>(1, rows + padding)) {
        // The padding holds a mark; the matrix itself starts as zero. One column of room behind the last: see
        // docs/adr/0041-openblas-reads-past-the-end.md.
        data_.assign(static_cast<std::size_t>(ld_ * (cols + 1)), mark());
        for (std::int64_t j = 0; j < cols; ++j)
            for (std::int64_t i = 0; i < rows; ++i) (*this)(i, j) = T{};
    }

    std::int64_t rows() const { return rows_; }
    std::int64_t cols() const { return cols_; }
    std::int64_t ld() const { return ld_; }
    T *data() { return data_.data(); }
    const T *data() const { return data_.data(); }
    T &operator()(std::int64_t i, std::int64_t j) { return data_[static_cast<std::size_t>(i + j * ld_)]; }
    const T &operator()(std::int64_t i, std::int64_t j) const {
        return data_[static_cast<std::size_t>(i + j * ld_)];
    }
    MatrixView<T> view() { return {data(), rows_, cols_, ld_}; }
    MatrixView<const T> view() const { return {data(), rows_, cols_, ld_}; }

    // Whether nothing was written between the columns and behind the last.
    bool padding_intact() const {
        for (std::int64_t j = 0; j <= cols_; ++j)
            for (std::int64_t i = j < cols_ ? rows_ : 0; i < ld_; ++i)
                if ((*this)(i, j) != mark()) return false;
        return true;
    }
    // Bit for bit, padding included; NaN equals itself.
    bool same_bits(const Matrix &other) const {
        return data_.size() == other.data_.size() &&
               std::equal(reinterpret_cast<const char *>(data_.data()),
                          reinterpret_cast<const char *>(data_.data() + data_.size()),
                          reinterpret_cast<const char *>(other.data_.data()));
    }

    template <typename U>
    Matrix<U> as() const {
        Matrix<U> out(rows_, cols_);
        for (std::int64_t j = 0; j < cols_; ++j)
            for (std::int64_t i = 0; i < rows_; ++i) out(i, j) = static_cast<U>((*this)(i, j));
        return out;
    }
    Matrix<Wide<T>> wide() const { return as<Wide<T>>(); }

  private:
    static T mark() { return T(-777); }
    std::int64_t rows_ = 0, cols_ = 0, ld_ = 1;
    std::vector<T> data_ = {mark()};
};

// --- operations of any type, by definition
// -------------------------------------------------------------------------------

template <typename W>
Matrix<W> multiply(const Matrix<W> &A, const Matrix<W> &B) {
    Matrix<W> C(A.rows(), B.cols());
    for (std::int64_t j = 0; j < B.cols(); ++j)
        for (std::int64_t l = 0; l < A.cols(); ++l)
            for (std::int64_t i = 0; i < A.rows(); ++i) C(i, j) += A(i, l) * B(l, j);
    return C;
}

// op(A) by LAPACK's letter.
template <typename W>
Matrix<W> op(char trans, const Matrix<W> &A) {
    if (trans == 'N') return A;
    Matrix<W> out(A.cols(), A.rows());
    for (std::int64_t j = 0; j < A.cols(); ++j)
        for (std::int64_t i = 0; i < A.rows(); ++i) out(j, i) = trans == 'C' ? conjugate(A(i, j)) : A(i, j);
    return out;
}

template <typename W>
Matrix<W> subtract(const Matrix<W> &A, const Matrix<W> &B) {
    Matrix<W> out(A.rows(), A.cols());
    for (std::int64_t j = 0; j < A.cols(); ++j)
        for (std::int64_t i = 0; i < A.rows(); ++i) out(i, j) = A(i, j) - B(i, j);
    return out;
}

template <typename W>
Matrix<W> identity(std::int64_t n) {
    Matrix<W> out(n, n);
    for (std::int64_t i = 0; i < n; ++i) out(i, i) = W(1);
    return out;
}

template <typename W>
Matrix<W> block(const Matrix<W> &A, std::int64_t rows, std::int64_t cols) {
    Matrix<W> out(rows, cols);
    for (std::int64_t j = 0; j < cols; ++j)
        for (std::int64_t i = 0; i < rows; ++i) out(i, j) = A(i, j);
    return out;
}

// Frobenius norm, scaled so that it neither overflows nor underflows. NaN if an element is.
template <typename W>
double norm(const Matrix<W> &A) {
    long double largest = 0;
    for (std::int64_t j = 0; j < A.cols(); ++j)
        for (std::int64_t i = 0; i < A.rows(); ++i) {
            const long double x = static_cast<long double>(std::abs(A(i, j)));
            if (!(x <= std::numeric_limits<long double>::max()))
                return std::numeric_limits<double>::quiet_NaN();
            largest = std::max(largest, x);
        }
    if (largest == 0) return 0;
    long double sum = 0;
    for (std::int64_t j = 0; j < A.cols(); ++j)
        for (std::int64_t i = 0; i < A.rows(); ++i) {
            const long double x = static_cast<long double>(std::abs(A(i, j))) / largest;
            sum += x * x;
        }
    return static_cast<double>(largest * std::sqrt(sum));
}

// ||Q^H Q - I|| in units of eps * rows.
template <typename T>
double orthogonality(const Matrix<T> &Q) {
    if (Q.rows() == 0 || Q.cols() == 0) return 0;
    const auto W = Q.wide();
    return norm(subtract(multiply(op('C', W), W), identity<Wide<T>>(Q.cols()))) /
           (epsilon<T>() * static_cast<double>(Q.rows()));
}

// value / (eps * size * scale); 0 over 0 is 0.
template <typename T>
double in_units(double value, std::int64_t size, double scale) {
    if (value == 0) return 0;
    return value / (epsilon<T>() * static_cast<double>(std::max<std::int64_t>(1, size)) * scale);
}

// --- generators
// ----------------------------------------------------------------------------------------------------------

class Random {
  public:
    explicit Random(std::uint64_t seed) : engine_(seed) {}
    // Uniform in (-1, 1), both parts for complex T.
    template <typename T>
    T next() {
        if constexpr (sdk::is_complex<T>) {
            const auto re = real();
            return T(static_cast<RealOf<T>>(re), static_cast<RealOf<T>>(real()));
        } else {
            return static_cast<T>(real());
        }
    }
    std::int64_t below(std::int64_t n) {
        return static_cast<std::int64_t>(engine_() % static_cast<std::uint64_t>(n));
    }

  private:
    double real() { return static_cast<double>(engine_() >> 11) * 0x1p-52 - 1.0; }
    std::mt19937_64 engine_;
};

template <typename T>
Matrix<T> random_matrix(std::int64_t rows, std::int64_t cols, std::uint64_t seed, std::int64_t padding = 0) {
    Random random(seed);
    Matrix<T> A(rows, cols, padding);
    for (std::int64_t j = 0; j < cols; ++j)
        for (std::int64_t i = 0; i < rows; ++i) A(i, j) = random.next<T>();
    return A;
}

// n x k with orthonormal columns: Gram-Schmidt twice, in double or double complex.
template <typename T>
Matrix<T> random_orthonormal(std::int64_t n, std::int64_t k, std::uint64_t seed) {
    Matrix<T> Q = random_matrix<T>(n, k, seed);
    for (std::int64_t j = 0; j < k; ++j)
        for (int pass = 0; pass < 2; ++pass) {
            for (std::int64_t l = 0; l < j; ++l) {
                T dot{};
                for (std::int64_t i = 0; i < n; ++i) dot += conjugate(Q(i, l)) * Q(i, j);
                for (std::int64_t i = 0; i < n; ++i) Q(i, j) -= dot * Q(i, l);
            }
            RealOf<T> sum = 0;
            for (std::int64_t i = 0; i < n; ++i) sum += std::norm(Q(i, j));
            for (std::int64_t i = 0; i < n; ++i) Q(i, j) /= std::sqrt(sum);
        }
    return Q;
}

// Double precision relative of T, in which test matrices are made.
template <typename T>
using DoubleOf = std::conditional_t<sdk::is_complex<T>, std::complex<double>, double>;

// U diag(s) V^H with random orthonormal U and V and the given singular values, rounded to T.
template <typename T>
Matrix<T> with_singular_values(std::int64_t rows, std::int64_t cols, const std::vector<double> &s,
                               std::uint64_t seed, std::int64_t padding = 0) {
    using D = DoubleOf<T>;
    const auto k = static_cast<std::int64_t>(s.size());
    Matrix<D> U = random_orthonormal<D>(rows, k, seed);
    const Matrix<D> V = random_orthonormal<D>(cols, k, seed + 1);
    for (std::int64_t j = 0; j < k; ++j)
        for (std::int64_t i = 0; i < rows; ++i) U(i, j) *= s[static_cast<std::size_t>(j)];
    const Matrix<D> product = multiply(U, op('C', V));
    Matrix<T> A(rows, cols, padding);
    for (std::int64_t j = 0; j < cols; ++j)
        for (std::int64_t i = 0; i < rows; ++i) A(i, j) = static_cast<T>(product(i, j));
    return A;
}

// Values falling geometrically from 1 to 1 / condition.
inline std::vector<double> geometric(std::int64_t count, double condition) {
    std::vector<double> s(static_cast<std::size_t>(count));
    for (std::int64_t i = 0; i < count; ++i)
        s[static_cast<std::size_t>(i)] =
            count == 1 ? 1 : std::pow(condition, -static_cast<double>(i) / static_cast<double>(count - 1));
    return s;
}

// Hermitian with the given eigenvalues; exactly Hermitian.
template <typename T>
Matrix<T> with_eigenvalues(const std::vector<double> &w, std::uint64_t seed, std::int64_t padding = 0) {
    using D = DoubleOf<T>;
    const auto n = static_cast<std::int64_t>(w.size());
    const Matrix<D> Q = random_orthonormal<D>(n, n, seed);
    Matrix<D> scaled = Q;
    for (std::int64_t j = 0; j < n; ++j)
        for (std::int64_t i = 0; i < n; ++i) scaled(i, j) *= w[static_cast<std::size_t>(j)];
    const Matrix<D> product = multiply(scaled, op('C', Q));
    Matrix<T> A(n, n, padding);
    for (std::int64_t j = 0; j < n; ++j)
        for (std::int64_t i = 0; i <= j; ++i) {
            A(i, j) = static_cast<T>(i == j ? D(std::real(product(i, j))) : product(i, j));
            A(j, i) = conjugate(A(i, j));
        }
    return A;
}

}  // namespace lapack_ai::conformance
