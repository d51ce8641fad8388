// Every op, row-major against column-major: the same problem stored both ways, with padding, gives the same
// results where a transposed copy is worked on, and equally good ones where the call is mapped. What must not
// be written stays as it was, bit for bit, also when the call fails.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <lapack_ai/lapack_ai.hpp>
#include <limits>
#include <random>

namespace {

using namespace lapack_ai;

template <typename T>
Matrix<T> random_matrix(std::int64_t m, std::int64_t n, unsigned seed) {
    std::mt19937 generator(seed);
    std::normal_distribution<double> normal;
    Matrix<T> A(m, n);
    for (std::int64_t j = 0; j < n; ++j)
        for (std::int64_t i = 0; i < m; ++i) {
            if constexpr (is_complex<T>)
                A(i, j) =
                    T(static_cast<real_of<T>>(normal(generator)), static_cast<real_of<T>>(normal(generator)));
            else
                A(i, j) = static_cast<T>(normal(generator));
        }
    return A;
}

template <typename T>
T conjugate(T x) {
    if constexpr (is_complex<T>)
        return std::conj(x);
    else
        return x;
}

// op(A) by LAPACK's letter, and A B, by definition.
template <typename T>
Matrix<T> op(Trans trans, const Matrix<T> &A) {
    if (trans == Trans::none) return A;
    Matrix<T> R(A.cols(), A.rows());
    for (std::int64_t j = 0; j < A.cols(); ++j)
        for (std::int64_t i = 0; i < A.rows(); ++i)
            R(j, i) = trans == Trans::transpose ? A(i, j) : conjugate(A(i, j));
    return R;
}

template <typename T>
Matrix<T> product(const Matrix<T> &A, const Matrix<T> &B) {
    Matrix<T> C(A.rows(), B.cols());
    for (std::int64_t j = 0; j < B.cols(); ++j)
        for (std::int64_t k = 0; k < A.cols(); ++k)
            for (std::int64_t i = 0; i < A.rows(); ++i) C(i, j) += A(i, k) * B(k, j);
    return C;
}

// The largest difference over the largest element, in units of eps.
template <typename T>
double difference(const Matrix<T> &A, const Matrix<T> &B) {
    EXPECT_EQ(A.rows(), B.rows());
    EXPECT_EQ(A.cols(), B.cols());
    double most = 0, scale = 0;
    for (std::int64_t j = 0; j < A.cols(); ++j)
        for (std::int64_t i = 0; i < A.rows(); ++i) {
            most = std::max<double>(most, std::abs(A(i, j) - B(i, j)));
            scale = std::max<double>(scale, std::abs(A(i, j)));
        }
    return most / ((scale > 0 ? scale : 1) * std::numeric_limits<real_of<T>>::epsilon());
}

template <typename T>
double difference(const std::vector<T> &a, const std::vector<T> &b) {
    return difference(Matrix<T>(view_of(a)), Matrix<T>(view_of(b)));
}

// A matrix in one of the layouts with three elements of padding a line.
template <typename T>
class Stored {
  public:
    Stored(const Matrix<T> &A, Layout layout)
        : view_(make(A.rows(), A.cols(), layout)), original_(A.rows(), A.cols()) {
        for (std::int64_t j = 0; j < A.cols(); ++j)
            for (std::int64_t i = 0; i < A.rows(); ++i) view_(i, j) = A(i, j);
        before_ = storage_;
    }
    Stored(const Stored &) = delete;

    matrix_view<T> &view() { return view_; }
    Matrix<T> dense() const { return Matrix<T>(view_); }
    bool untouched() const { return storage_ == before_; }
    // Whether only elements of the matrix have changed.
    bool padding_intact() {
        std::vector<T> now = storage_;
        for (std::int64_t j = 0; j < view_.cols(); ++j)
            for (std::int64_t i = 0; i < view_.rows(); ++i)
                now[static_cast<std::size_t>(&view_(i, j) - storage_.data())] =
                    before_[static_cast<std::size_t>(&view_(i, j) - storage_.data())];
        return now == before_;
    }

  private:
    matrix_view<T> make(std::int64_t rows, std::int64_t cols, Layout layout) {
        const std::int64_t ld = (layout == Layout::col_major ? rows : cols) + 3;
        storage_.assign(static_cast<std::size_t>(ld * (layout == Layout::col_major ? cols : rows)), T(-99));
        return {storage_.data(), rows, cols, ld, layout};
    }
    std::vector<T> storage_, before_;
    matrix_view<T> view_;
    Matrix<T> original_;
};

constexpr Layout layouts[] = {Layout::col_major, Layout::row_major};
constexpr double tight = 100, loose = 20000;  // eps; loose: a solution's error carries the condition number

template <typename T>
class RowMajor : public ::testing::Test {
  protected:
    Context ctx;
    const Trans adjoint = is_complex<T> ? Trans::conj_transpose : Trans::transpose;

    Matrix<T> positive(std::int64_t n) {
        const Matrix<T> G = random_matrix<T>(n, 2 * n, 5);
        return product(G, op(Trans::conj_transpose, G));
    }
};
using Types = ::testing::Types<float, double, std::complex<float>, std::complex<double>>;
TYPED_TEST_SUITE(RowMajor, Types);

TYPED_TEST(RowMajor, Gemm) {
    using T = TypeParam;
    const Matrix<T> C0 = random_matrix<T>(4, 3, 3);
    for (const Trans ta : {Trans::none, Trans::transpose, Trans::conj_transpose})
        for (const Trans tb : {Trans::none, Trans::transpose, Trans::conj_transpose}) {
            const Matrix<T> A =
                op(ta == Trans::none ? Trans::none : Trans::transpose, random_matrix<T>(4, 5, 1));
            const Matrix<T> B =
                op(tb == Trans::none ? Trans::none : Trans::transpose, random_matrix<T>(5, 3, 2));
            Matrix<T> expected = product(op(ta, A), op(tb, B));
            for (std::int64_t j = 0; j < 3; ++j)
                for (std::int64_t i = 0; i < 4; ++i) expected(i, j) = T(2) * expected(i, j) - C0(i, j);
            for (const Layout layout : layouts) {
                Stored<T> a(A, layout), b(B, layout), c(C0, layout);
                ASSERT_EQ(this->ctx.gemm(ta, tb, T(2), a.view(), b.view(), T(-1), c.view()), 0);
                EXPECT_LT(difference(expected, c.dense()), tight);
                EXPECT_TRUE(a.untouched() && b.untouched() && c.padding_intact());
                EXPECT_EQ(last_report().copied, 0u);
            }
        }
}

TYPED_TEST(RowMajor, GemmBatch) {
    using T = TypeParam;
    constexpr std::int64_t batch = 3;
    std::vector<T> a(batch * 8), b(batch * 12), c(batch * 6), d(batch * 6);
    const Matrix<T> numbers = random_matrix<T>(100, 1, 1);
    for (std::size_t i = 0; i < a.size(); ++i) a[i] = numbers(static_cast<std::int64_t>(i), 0);
    for (std::size_t i = 0; i < b.size(); ++i) b[i] = numbers(static_cast<std::int64_t>(i) + 40, 0);
    // Row-major A (2 x 4) B (4 x 3) is column-major B' (3 x 4) A' (4 x 2) on the same numbers.
    ASSERT_EQ(this->ctx.gemm_batch(Trans::none, Trans::none, 2, 3, 4, T(1), a.data(), 4, 8, b.data(), 3, 12,
                                   T(0), c.data(), 3, 6, batch, Layout::row_major),
              0);
    ASSERT_EQ(this->ctx.gemm_batch(Trans::none, Trans::none, 3, 2, 4, T(1), b.data(), 3, 12, a.data(), 4, 8,
                                   T(0), d.data(), 3, 6, batch),
              0);
    EXPECT_EQ(c, d);
}

TYPED_TEST(RowMajor, Gesvd) {
    using T = TypeParam;
    using R = real_of<T>;
    for (const auto &[m, n] : {std::pair<std::int64_t, std::int64_t>{6, 4}, {4, 6}, {5, 5}})
        for (const JobSvd job : {JobSvd::thin, JobSvd::all, JobSvd::none}) {
            const Matrix<T> A = random_matrix<T>(m, n, 1);
            const std::int64_t k = std::min(m, n);
            std::vector<R> first;
            for (const Layout layout : layouts) {
                Stored<T> a(A, layout), u(Matrix<T>(m, job == JobSvd::all ? m : k), layout),
                    vt(Matrix<T>(job == JobSvd::all ? n : k, n), layout);
                std::vector<R> s(static_cast<std::size_t>(k));
                ASSERT_EQ(this->ctx.gesvd(job, job, a.view(), s, u.view(), vt.view()), 0) << lai_last_error();
                EXPECT_EQ(last_report().copied, 0u);
                EXPECT_TRUE(u.padding_intact() && vt.padding_intact());
                if (first.empty()) first = s;
                EXPECT_LT(difference(first, s), tight);
                if (job == JobSvd::none) continue;
                Matrix<T> us(m, k), v(k, n);
                for (std::int64_t j = 0; j < k; ++j) {
                    for (std::int64_t i = 0; i < m; ++i)
                        us(i, j) = u.view()(i, j) * T(s[static_cast<std::size_t>(j)]);
                    for (std::int64_t i = 0; i < n; ++i) v(j, i) = vt.view()(j, i);
                }
                EXPECT_LT(difference(A, product(us, v)), tight);
            }
        }
}

TYPED_TEST(RowMajor, GesvdOverwriting) {
    using T = TypeParam;
    const Matrix<T> A = random_matrix<T>(6, 4, 1);
    for (const Layout layout : layouts) {
        Stored<T> a(A, layout), vt(Matrix<T>(4, 4), layout);
        Matrix<T> none;
        std::vector<real_of<T>> s(4);
        ASSERT_EQ(this->ctx.gesvd(JobSvd::overwrite, JobSvd::thin, a.view(), s, none, vt.view()), 0)
            << lai_last_error();
        Matrix<T> us = a.dense();
        for (std::int64_t j = 0; j < 4; ++j)
            for (std::int64_t i = 0; i < 6; ++i) us(i, j) *= T(s[static_cast<std::size_t>(j)]);
        EXPECT_LT(difference(A, product(us, vt.dense())), tight);
    }
}

TYPED_TEST(RowMajor, Gesv) {
    using T = TypeParam;
    const Matrix<T> A = random_matrix<T>(6, 6, 1);
    for (const Trans trans : {Trans::none, Trans::transpose, Trans::conj_transpose})
        for (const std::int64_t nrhs : {1, 3})
            for (const Layout layout : layouts) {
                const Matrix<T> B = random_matrix<T>(6, nrhs, 2);
                Stored<T> a(A, layout), b(B, layout);
                std::vector<std::int64_t> ipiv(6);
                ASSERT_EQ(this->ctx.gesv(a.view(), ipiv, b.view(), trans), 0);
                EXPECT_LT(difference(B, product(op(trans, A), b.dense())), loose);
                EXPECT_TRUE(a.padding_intact() && b.padding_intact());
            }
    // A contiguous vector is the same in both layouts: nothing is copied.
    Stored<T> a(A, Layout::row_major);
    std::vector<T> x(6, T(1));
    std::vector<std::int64_t> ipiv(6);
    ASSERT_EQ(this->ctx.gesv(a.view(), ipiv, x), 0);
    EXPECT_EQ(last_report().copied, 0u);
}

TYPED_TEST(RowMajor, PosvPotrfPotrsPocon) {
    using T = TypeParam;
    using R = real_of<T>;
    const Matrix<T> A = this->positive(5);
    for (const Uplo uplo : {Uplo::upper, Uplo::lower}) {
        R rconds[2];
        Matrix<T> factors[2];
        for (int l = 0; l < 2; ++l) {
            // The other triangle holds rubbish, which must neither be read nor written.
            Matrix<T> half = A;
            for (std::int64_t j = 0; j < 5; ++j)
                for (std::int64_t i = 0; i < 5; ++i)
                    if (uplo == Uplo::upper ? i > j : i < j) half(i, j) = T(1e6);
            Stored<T> a(half, layouts[l]), f(half, layouts[l]);
            for (const std::int64_t nrhs : {1, 3}) {
                const Matrix<T> B = random_matrix<T>(5, nrhs, 2);
                Stored<T> a2(half, layouts[l]), b(B, layouts[l]), c(B, layouts[l]), f2(half, layouts[l]);
                ASSERT_EQ(this->ctx.posv(uplo, a2.view(), b.view()), 0);
                EXPECT_LT(difference(B, product(A, b.dense())), loose);
                ASSERT_EQ(this->ctx.potrf(uplo, f2.view()), 0);
                EXPECT_EQ(last_report().copied, 0u);
                const Matrix<T> kept = f2.dense();
                ASSERT_EQ(this->ctx.potrs(uplo, f2.view(), c.view()), 0);
                EXPECT_LT(difference(B, product(A, c.dense())), loose);
                EXPECT_EQ(difference(kept, f2.dense()), 0);
                EXPECT_TRUE(b.padding_intact() && c.padding_intact());
            }
            ASSERT_EQ(this->ctx.potrf(uplo, f.view()), 0);
            factors[l] = f.dense();
            ASSERT_EQ(this->ctx.pocon(uplo, f.view(), 10, rconds[l]), 0);
            EXPECT_EQ(last_report().copied, 0u);
        }
        EXPECT_LT(difference(factors[0], factors[1]), tight);
        EXPECT_NEAR(rconds[0], rconds[1], 1e-3 * rconds[0]);
    }
}

TYPED_TEST(RowMajor, GelsGelsd) {
    using T = TypeParam;
    for (const auto &[m, n] : {std::pair<std::int64_t, std::int64_t>{7, 4}, {4, 7}})
        for (const Trans trans : {Trans::none, this->adjoint})
            for (const std::int64_t nrhs : {1, 3}) {
                const Matrix<T> A = random_matrix<T>(m, n, 1), B = random_matrix<T>(std::max(m, n), nrhs, 2);
                const std::int64_t unknowns = trans == Trans::none ? n : m;
                const auto solution = [&](const Matrix<T> &X) {
                    return Matrix<T>(matrix_view<const T>(X.data(), unknowns, nrhs, X.rows()));
                };
                Matrix<T> first, first_gelsd;
                for (const Layout layout : layouts) {
                    Stored<T> a(A, layout), b(B, layout), c(A, layout), d(B, layout);
                    ASSERT_EQ(this->ctx.gels(trans, a.view(), b.view()), 0) << lai_last_error();
                    std::vector<real_of<T>> s(static_cast<std::size_t>(std::min(m, n)));
                    std::int64_t rank = 0;
                    ASSERT_EQ(this->ctx.gelsd(c.view(), d.view(), s, -1, rank), 0);
                    EXPECT_EQ(rank, 4);
                    EXPECT_TRUE(b.padding_intact() && d.padding_intact());
                    if (layout == Layout::col_major) {
                        first = b.dense();
                        first_gelsd = d.dense();
                        continue;
                    }
                    EXPECT_LT(difference(solution(first), solution(b.dense())), loose);
                    EXPECT_LT(difference(solution(first_gelsd), solution(d.dense())), loose);
                }
            }
}

TYPED_TEST(RowMajor, Syev) {
    using T = TypeParam;
    using R = real_of<T>;
    const Matrix<T> A = this->positive(6);
    for (const JobVectors job : {JobVectors::none, JobVectors::vectors})
        for (const Uplo uplo : {Uplo::upper, Uplo::lower}) {
            std::vector<R> first;
            for (const Layout layout : layouts) {
                Matrix<T> half = A;
                for (std::int64_t j = 0; j < 6; ++j)
                    for (std::int64_t i = 0; i < 6; ++i)
                        if (uplo == Uplo::upper ? i > j : i < j) half(i, j) = T(1e6);
                Stored<T> a(half, layout);
                std::vector<R> w(6);
                ASSERT_EQ(this->ctx.syev(job, uplo, a.view(), w), 0);
                EXPECT_TRUE(a.padding_intact());
                if (first.empty()) first = w;
                EXPECT_LT(difference(first, w), tight);
                if (job == JobVectors::none) continue;
                const Matrix<T> V = a.dense();
                Matrix<T> VW = V;
                for (std::int64_t j = 0; j < 6; ++j)
                    for (std::int64_t i = 0; i < 6; ++i) VW(i, j) *= T(w[static_cast<std::size_t>(j)]);
                EXPECT_LT(difference(product(A, V), VW), tight);
            }
        }
}

// The rest works on transposed copies: results are the same numbers.
TYPED_TEST(RowMajor, CopiedOpsGiveTheSameNumbers) {
    using T = TypeParam;
    using R = real_of<T>;
    for (const auto &[m, n] : {std::pair<std::int64_t, std::int64_t>{6, 6}, {7, 4}, {4, 7}}) {
        const Matrix<T> A = random_matrix<T>(m, n, 1);
        const auto k = static_cast<std::size_t>(std::min(m, n));
        std::vector<std::int64_t> ipiv[2];
        std::vector<T> tau[2];
        Matrix<T> lu[2], qr[2], q[2], x[2], inverse[2];
        R rcond[2] = {};
        for (int l = 0; l < 2; ++l) {
            Stored<T> a(A, layouts[l]), b(A, layouts[l]);
            ipiv[l].resize(k);
            tau[l].resize(k);
            ASSERT_EQ(this->ctx.getrf(a.view(), ipiv[l]), 0);
            lu[l] = a.dense();
            ASSERT_EQ(this->ctx.geqrf(b.view(), tau[l]), 0);
            qr[l] = b.dense();
            EXPECT_TRUE(a.padding_intact() && b.padding_intact());
            if (m >= n) {
                ASSERT_EQ(this->ctx.orgqr(b.view(), tau[l]), 0);
                q[l] = b.dense();
            }
            if (m != n) continue;
            Stored<T> rhs(random_matrix<T>(n, 2, 9), layouts[l]), factors(lu[l], layouts[l]);
            ASSERT_EQ(this->ctx.getrs(this->adjoint, factors.view(), ipiv[l], rhs.view()), 0);
            x[l] = rhs.dense();
            ASSERT_EQ(this->ctx.gecon(Norm::one, factors.view(), 5, rcond[l]), 0);
            EXPECT_TRUE(factors.untouched());
            ASSERT_EQ(this->ctx.getri(a.view(), ipiv[l]), 0);
            inverse[l] = a.dense();
        }
        EXPECT_EQ(ipiv[0], ipiv[1]);
        EXPECT_EQ(tau[0], tau[1]);
        EXPECT_EQ(difference(lu[0], lu[1]), 0);
        EXPECT_EQ(difference(qr[0], qr[1]), 0);
        EXPECT_EQ(difference(q[0], q[1]), 0);
        EXPECT_EQ(difference(x[0], x[1]), 0);
        EXPECT_EQ(difference(inverse[0], inverse[1]), 0);
        EXPECT_EQ(rcond[0], rcond[1]);
    }
}

TYPED_TEST(RowMajor, Geev) {
    using T = TypeParam;
    const Matrix<T> A = random_matrix<T>(6, 6, 1);
    std::vector<complex_of<T>> w[2];
    Matrix<T> left[2], right[2];
    for (int l = 0; l < 2; ++l) {
        Stored<T> a(A, layouts[l]), vl(Matrix<T>(6, 6), layouts[l]), vr(Matrix<T>(6, 6), layouts[l]);
        w[l].resize(6);
        ASSERT_EQ(
            this->ctx.geev(JobVectors::vectors, JobVectors::vectors, a.view(), w[l], vl.view(), vr.view()),
            0);
        left[l] = vl.dense();
        right[l] = vr.dense();
        EXPECT_TRUE(vl.padding_intact() && vr.padding_intact());
    }
    EXPECT_EQ(w[0], w[1]);
    EXPECT_EQ(difference(left[0], left[1]), 0);
    EXPECT_EQ(difference(right[0], right[1]), 0);
}

TYPED_TEST(RowMajor, Trcon) {
    using T = TypeParam;
    const Matrix<T> A = this->positive(6);
    for (const Norm norm : {Norm::one, Norm::infinity})
        for (const Uplo uplo : {Uplo::upper, Uplo::lower}) {
            real_of<T> rcond[2];
            for (int l = 0; l < 2; ++l) {
                Stored<T> a(A, layouts[l]);
                ASSERT_EQ(this->ctx.trcon(norm, uplo, Diag::non_unit, a.view(), rcond[l]), 0);
                EXPECT_EQ(last_report().copied, 0u);
                EXPECT_TRUE(a.untouched());
            }
            EXPECT_NEAR(rcond[0], rcond[1], 1e-3 * rcond[0]);
        }
}

TYPED_TEST(RowMajor, AFailedCallLeavesEverythingAsItWas) {
    using T = TypeParam;
    const options impossible{.backend = "no_such_backend"};
    const Matrix<T> A = this->positive(5), B = random_matrix<T>(5, 3, 2);
    Stored<T> a(A, Layout::row_major), b(B, Layout::row_major), v(A, Layout::row_major);
    std::vector<std::int64_t> ipiv{1, 2, 3, 4, 5};
    std::vector<T> tau(5);
    std::vector<real_of<T>> w(5);
    std::vector<complex_of<T>> cw(5);
    EXPECT_LT(this->ctx.getrf(a.view(), ipiv, impossible), 0);
    EXPECT_LT(this->ctx.getri(a.view(), ipiv, impossible), 0);
    EXPECT_LT(this->ctx.geqrf(a.view(), tau, impossible), 0);
    EXPECT_LT(this->ctx.gesv(a.view(), ipiv, b.view(), Trans::conj_transpose, impossible), 0);
    EXPECT_LT(this->ctx.posv(Uplo::upper, a.view(), b.view(), impossible), 0);
    EXPECT_LT(this->ctx.syev(JobVectors::vectors, Uplo::upper, a.view(), w, impossible), 0);
    EXPECT_LT(this->ctx.geev(JobVectors::vectors, JobVectors::vectors, a.view(), cw, v.view(), v.view(),
                             impossible),
              0);
    EXPECT_TRUE(a.untouched());
    EXPECT_TRUE(b.untouched());
    EXPECT_TRUE(v.untouched());
}

TYPED_TEST(RowMajor, EmptyAndTiny) {
    using T = TypeParam;
    for (const std::int64_t n : {0, 1}) {
        Stored<T> a(random_matrix<T>(n, n, 1), Layout::row_major),
            b(random_matrix<T>(n, 2, 2), Layout::row_major);
        std::vector<std::int64_t> ipiv(static_cast<std::size_t>(n));
        EXPECT_EQ(this->ctx.getrf(a.view(), ipiv), 0) << lai_last_error();
        EXPECT_EQ(this->ctx.getrs(Trans::none, a.view(), ipiv, b.view()), 0) << lai_last_error();
        EXPECT_EQ(this->ctx.getri(a.view(), ipiv), 0) << lai_last_error();
    }
}

}  // namespace
