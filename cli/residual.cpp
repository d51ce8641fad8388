#include "residual.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <type_traits>

namespace lapack_ai::cli {

namespace {

constexpr std::int64_t panel_width = 16;

using z = std::complex<double>;

// A few columns in double precision, real or complex.
template <class W>
struct Panel {
    std::int64_t rows, cols;
    std::vector<W> data;
    Panel(std::int64_t m, std::int64_t n) : rows(m), cols(n), data(static_cast<std::size_t>(m * n)) {}
    W *column(std::int64_t j) { return data.data() + j * rows; }
    const W *column(std::int64_t j) const { return data.data() + j * rows; }
};

template <class W, class T>
W widened(T value) {
    if constexpr (std::is_same_v<W, z>) {
        return z(std::real(value), std::imag(value));
    } else {
        return static_cast<double>(std::real(value));
    }
}

template <class W>
W conjugate(W value) {
    if constexpr (std::is_same_v<W, z>) {
        return std::conj(value);
    } else {
        return value;
    }
}

// Identity, or random signs, to apply a residual with `n` columns to. The scale makes |R X|_F an estimate of
// |R|_F.
template <class W>
Panel<W> probe(std::int64_t n) {
    if (n <= panel_width) {
        Panel<W> X(n, n);
        for (std::int64_t i = 0; i < n; ++i) X.column(i)[i] = 1;
        return X;
    }
    Panel<W> X(n, panel_width);
    std::mt19937_64 random(2024);
    const double scale = 1 / std::sqrt(static_cast<double>(panel_width));
    for (W &x : X.data) x = (random() & 1) ? scale : -scale;
    return X;
}

// The first `rows` rows of op(A) X.
template <class W>
Panel<W> apply(const Matrix &A, char trans, const Panel<W> &X, std::int64_t rows) {
    Panel<W> Y(rows, X.cols);
    const std::int64_t lda = A.ld();
    with_type(A.dtype(), [&](auto zero) {
        const auto *const a = A.as<decltype(zero)>();
        if (trans == 'N') {
            std::vector<W> wide(static_cast<std::size_t>(rows));
            for (std::int64_t j = 0; j < X.rows; ++j) {
                for (std::int64_t i = 0; i < rows; ++i)
                    wide[static_cast<std::size_t>(i)] = widened<W>(a[j * lda + i]);
                for (std::int64_t p = 0; p < X.cols; ++p) {
                    const W x = X.column(p)[j];
                    W *const y = Y.column(p);
                    for (std::int64_t i = 0; i < rows; ++i) y[i] += x * wide[static_cast<std::size_t>(i)];
                }
            }
        } else {
            std::vector<W> wide(static_cast<std::size_t>(X.rows));
            for (std::int64_t j = 0; j < rows; ++j) {
                for (std::int64_t i = 0; i < X.rows; ++i) {
                    const W value = widened<W>(a[j * lda + i]);
                    wide[static_cast<std::size_t>(i)] = trans == 'C' ? conjugate(value) : value;
                }
                for (std::int64_t p = 0; p < X.cols; ++p) {
                    const W *const x = X.column(p);
                    W sum{};
                    for (std::int64_t i = 0; i < X.rows; ++i) sum += wide[static_cast<std::size_t>(i)] * x[i];
                    Y.column(p)[j] = sum;
                }
            }
        }
    });
    return Y;
}

template <class W>
Panel<W> apply(const Matrix &A, char trans, const Panel<W> &X) {
    return apply(A, trans, X, trans == 'N' ? A.rows() : A.cols());
}

// diag(d) X.
template <class W>
void scale_rows(const Matrix &d, Panel<W> &X) {
    with_type(d.dtype(), [&](auto zero) {
        const auto *const values = d.as<decltype(zero)>();
        for (std::int64_t p = 0; p < X.cols; ++p)
            for (std::int64_t i = 0; i < X.rows; ++i) X.column(p)[i] *= widened<W>(values[i]);
    });
}

template <class W>
void add(Panel<W> &Y, W factor, const Panel<W> &X) {
    for (std::size_t i = 0; i < Y.data.size(); ++i) Y.data[i] += factor * X.data[i];
}

// Norms divide by the largest element, so that squares neither overflow nor vanish.
template <class T>
double norm(const T *data, std::size_t count) {
    double largest = 0;
    for (std::size_t i = 0; i < count; ++i) {
        for (const double part :
             {static_cast<double>(std::real(data[i])), static_cast<double>(std::imag(data[i]))}) {
            if (!std::isfinite(part)) return std::numeric_limits<double>::quiet_NaN();
            largest = std::max(largest, std::abs(part));
        }
    }
    if (largest == 0) return 0;
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const double re = static_cast<double>(std::real(data[i])) / largest;
        const double im = static_cast<double>(std::imag(data[i])) / largest;
        sum += re * re + im * im;
    }
    return largest * std::sqrt(sum);
}

template <class W>
double norm(const Panel<W> &X) {
    return norm(X.data.data(), X.data.size());
}

double epsilon(lai_dtype dtype) {
    return is_single(dtype) ? static_cast<double>(std::numeric_limits<float>::epsilon())
                            : std::numeric_limits<double>::epsilon();
}

// norm / (eps * size * scale), where 0 / 0 is 0.
double scaled(double norm_of_residual, lai_dtype dtype, std::int64_t size, double scale) {
    if (norm_of_residual == 0) return 0;
    return norm_of_residual / (epsilon(dtype) * static_cast<double>(std::max<std::int64_t>(size, 1)) * scale);
}

// Calls f with a zero of the working type that suits all matrices.
template <class F>
auto with_work(bool complex, F &&f) {
    return complex ? f(z{}) : f(double{});
}

}  // namespace

double frobenius(const Matrix &A) {
    return with_type(A.dtype(), [&](auto zero) {
        return norm(A.as<decltype(zero)>(), static_cast<std::size_t>(A.rows() * A.cols()));
    });
}

bool is_hermitian(const Matrix &A) {
    if (A.rows() != A.cols()) return false;
    return with_type(A.dtype(), [&](auto zero) {
        const auto *const a = A.as<decltype(zero)>();
        for (std::int64_t j = 0; j < A.cols(); ++j)
            for (std::int64_t i = 0; i <= j; ++i) {
                const auto upper = a[j * A.rows() + i], lower = a[i * A.rows() + j];
                if (std::real(upper) != std::real(lower) || std::imag(upper) != -std::imag(lower))
                    return false;
            }
        return true;
    });
}

bool is_finite(const Matrix &A) {
    return !std::isnan(frobenius(A));
}

Residual orthogonality(const std::string &name, const Matrix &Q) {
    const double value = with_work(is_complex(Q.dtype()), [&](auto zero) {
        using W = decltype(zero);
        const Panel<W> X = probe<W>(Q.cols());
        Panel<W> Y = apply(Q, 'C', apply(Q, 'N', X));
        add(Y, W{-1}, X);
        return scaled(norm(Y), Q.dtype(), Q.rows(), 1);
    });
    return {"|" + name + "**H " + name + " - I| / (eps m)", "orthogonality_" + name, value};
}

std::vector<Residual> svd_residuals(const Matrix &A, const Matrix &U, const Matrix &S, const Matrix &VT) {
    const std::int64_t rank = std::min(A.rows(), A.cols());
    const double value = with_work(is_complex(A.dtype()), [&](auto zero) {
        using W = decltype(zero);
        const Panel<W> X = probe<W>(A.cols());
        Panel<W> SVX = apply(VT, 'N', X, rank);
        scale_rows(S, SVX);
        Panel<W> R = apply(A, 'N', X);
        add(R, W{-1}, apply(U, 'N', SVX));
        return scaled(norm(R), A.dtype(), std::max(A.rows(), A.cols()), frobenius(A));
    });
    Matrix V(VT.dtype(), VT.cols(), VT.rows());
    with_type(VT.dtype(), [&](auto zero) {
        using T = decltype(zero);
        for (std::int64_t j = 0; j < VT.cols(); ++j)
            for (std::int64_t i = 0; i < VT.rows(); ++i)
                V.as<T>()[i * V.rows() + j] = VT.as<T>()[j * VT.rows() + i];
    });
    return {{"|A - U S VT| / (eps max(m,n) |A|)", "reconstruction", value},
            orthogonality("U", U),
            orthogonality("V", V)};
}

std::vector<Residual> solve_residuals(const Matrix &A, char trans, const Matrix &X, const Matrix &B) {
    const double value = with_work(is_complex(A.dtype()), [&](auto zero) {
        using W = decltype(zero);
        const Panel<W> P = probe<W>(X.cols());
        Panel<W> R = apply(B, 'N', P);
        add(R, W{-1}, apply(A, trans, apply(X, 'N', P)));
        return scaled(norm(R), A.dtype(), A.rows(), frobenius(A) * frobenius(X) + frobenius(B));
    });
    return {{"|B - A X| / (eps n (|A| |X| + |B|))", "backward_error", value}};
}

std::vector<Residual> least_squares_residuals(const Matrix &A, const Matrix &X, const Matrix &B) {
    double residual = 0;
    const double value = with_work(is_complex(A.dtype()), [&](auto zero) {
        using W = decltype(zero);
        const Panel<W> P = probe<W>(X.cols());
        Panel<W> R = apply(B, 'N', P);
        add(R, W{-1}, apply(A, 'N', apply(X, 'N', P)));
        residual = norm(R);
        const double a = frobenius(A);
        return scaled(norm(apply(A, 'C', R)), A.dtype(), std::max(A.rows(), A.cols()),
                      a * (a * frobenius(X) + frobenius(B)));
    });
    const double b = frobenius(B);
    return {{"|A**H (B - A X)| / (eps max(m,n) |A| (|A| |X| + |B|))", "optimality", value},
            {"|B - A X| / |B|, unscaled", "relative_misfit", b > 0 ? residual / b : residual}};
}

std::vector<Residual> eigen_residuals(const Matrix &A, const Matrix &V, const Matrix &w, bool orthonormal) {
    const bool complex = is_complex(A.dtype()) || is_complex(V.dtype()) || is_complex(w.dtype());
    const double value = with_work(complex, [&](auto zero) {
        using W = decltype(zero);
        const Panel<W> X = probe<W>(V.cols());
        Panel<W> R = apply(A, 'N', apply(V, 'N', X));
        Panel<W> scaled_X = X;
        scale_rows(w, scaled_X);
        add(R, W{-1}, apply(V, 'N', scaled_X));
        return scaled(norm(R), A.dtype(), A.rows(), frobenius(A) * frobenius(V));
    });
    std::vector<Residual> all{{"|A V - V W| / (eps n |A| |V|)", "eigenpairs", value}};
    if (orthonormal) all.push_back(orthogonality("V", V));
    return all;
}

std::vector<Residual> gemm_residuals(const Matrix &A, char trans_a, const Matrix &B, char trans_b,
                                     lai_scalar alpha, lai_scalar beta, const Matrix &C0, const Matrix &C) {
    const bool with_c = beta.re != 0 || beta.im != 0;
    const double value = with_work(is_complex(A.dtype()), [&](auto zero) {
        using W = decltype(zero);
        const W a = widened<W>(z(alpha.re, alpha.im)), b = widened<W>(z(beta.re, beta.im));
        const Panel<W> X = probe<W>(C.cols());
        Panel<W> R = apply(C, 'N', X);
        add(R, -a, apply(A, trans_a, apply(B, trans_b, X)));
        if (with_c) add(R, -b, apply(C0, 'N', X));
        const double scale =
            std::abs(a) * frobenius(A) * frobenius(B) + (with_c ? std::abs(b) * frobenius(C0) : 0.0);
        return scaled(norm(R), A.dtype(), trans_a == 'N' ? A.cols() : A.rows(), scale);
    });
    return {{"|C - alpha A B - beta C0| / (eps k (|alpha| |A| |B| + |beta| |C0|))", "product", value}};
}

std::vector<Residual> product_residuals(const std::string &name, const Matrix &A,
                                        const std::vector<const Matrix *> &factors) {
    const double value = with_work(is_complex(A.dtype()), [&](auto zero) {
        using W = decltype(zero);
        const Panel<W> X = probe<W>(A.cols());
        Panel<W> Y = X;
        for (auto factor = factors.rbegin(); factor != factors.rend(); ++factor) Y = apply(**factor, 'N', Y);
        Panel<W> R = apply(A, 'N', X);
        add(R, W{-1}, Y);
        return scaled(norm(R), A.dtype(), std::max(A.rows(), A.cols()), frobenius(A));
    });
    return {{"|A - " + name + "| / (eps max(m,n) |A|)", "reconstruction", value}};
}

}  // namespace lapack_ai::cli
