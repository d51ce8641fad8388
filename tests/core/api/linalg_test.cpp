// The functions that own their results, in all four types, judged by residuals in units of eps * size.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <lapack_ai/lapack_ai.hpp>
#include <limits>
#include <random>
#include <thread>

namespace {

using lapack_ai::Context;
using lapack_ai::Layout;
using lapack_ai::Matrix;
using lapack_ai::matrix_view;
using lapack_ai::real_of;

template <typename T>
Matrix<T> random_matrix(std::int64_t m, std::int64_t n, unsigned seed = 1) {
    std::mt19937 generator(seed);
    std::normal_distribution<double> normal;
    Matrix<T> A(m, n);
    for (std::int64_t j = 0; j < n; ++j)
        for (std::int64_t i = 0; i < m; ++i) {
            if constexpr (lapack_ai::is_complex<T>)
                A(i, j) =
                    T(static_cast<real_of<T>>(normal(generator)), static_cast<real_of<T>>(normal(generator)));
            else
                A(i, j) = static_cast<T>(normal(generator));
        }
    return A;
}

template <typename T>
T conjugate(T x) {
    if constexpr (lapack_ai::is_complex<T>)
        return std::conj(x);
    else
        return x;
}

template <typename T>
Matrix<T> adjoint(const Matrix<T> &A) {
    Matrix<T> B(A.cols(), A.rows());
    for (std::int64_t j = 0; j < A.cols(); ++j)
        for (std::int64_t i = 0; i < A.rows(); ++i) B(j, i) = conjugate(A(i, j));
    return B;
}

// By definition, independent of the library.
template <typename T>
Matrix<T> product(const Matrix<T> &A, const Matrix<T> &B) {
    Matrix<T> C(A.rows(), B.cols());
    for (std::int64_t j = 0; j < B.cols(); ++j)
        for (std::int64_t k = 0; k < A.cols(); ++k)
            for (std::int64_t i = 0; i < A.rows(); ++i) C(i, j) += A(i, k) * B(k, j);
    return C;
}

template <typename T>
double norm(const Matrix<T> &A) {
    double sum = 0;
    for (std::int64_t j = 0; j < A.cols(); ++j)
        for (std::int64_t i = 0; i < A.rows(); ++i) sum += std::norm(A(i, j));
    return std::sqrt(sum);
}

// |A - B| / (|A| eps size).
template <typename T>
double residual(const Matrix<T> &A, const Matrix<T> &B) {
    EXPECT_EQ(A.rows(), B.rows());
    EXPECT_EQ(A.cols(), B.cols());
    Matrix<T> D(A.rows(), A.cols());
    for (std::int64_t j = 0; j < A.cols(); ++j)
        for (std::int64_t i = 0; i < A.rows(); ++i) D(i, j) = A(i, j) - B(i, j);
    const double scale = norm(A) > 0 ? norm(A) : 1;
    return norm(D) / (scale * std::numeric_limits<real_of<T>>::epsilon() *
                      static_cast<double>(std::max<std::int64_t>({A.rows(), A.cols(), 1})));
}

template <typename T>
Matrix<T> identity(std::int64_t n) {
    Matrix<T> I(n, n);
    for (std::int64_t i = 0; i < n; ++i) I(i, i) = T(1);
    return I;
}

template <typename T>
double orthogonality(const Matrix<T> &Q) {
    return residual(identity<T>(Q.cols()), product(adjoint(Q), Q));
}

template <typename T, typename S>
Matrix<T> scaled_columns(const Matrix<T> &A, const S &s) {
    Matrix<T> B(A.rows(), static_cast<std::int64_t>(s.size()));
    for (std::int64_t j = 0; j < B.cols(); ++j)
        for (std::int64_t i = 0; i < B.rows(); ++i) B(i, j) = A(i, j) * T(s[static_cast<std::size_t>(j)]);
    return B;
}

constexpr double small = 10;  // residuals of backward stable algorithms stay below it

template <typename T>
class Linalg : public ::testing::Test {
  protected:
    Context ctx;
};
using Types = ::testing::Types<float, double, std::complex<float>, std::complex<double>>;
TYPED_TEST_SUITE(Linalg, Types);

TYPED_TEST(Linalg, Svd) {
    using T = TypeParam;
    for (const auto &[m, n] : {std::pair{1, 1}, {9, 5}, {5, 9}, {20, 20}, {0, 3}}) {
        const Matrix<T> A = random_matrix<T>(m, n);
        const auto thin = this->ctx.svd(A);
        EXPECT_LT(residual(A, product(scaled_columns(thin.U, thin.S), thin.VT)), small) << m << ' ' << n;
        EXPECT_LT(orthogonality(thin.U), small);
        EXPECT_LT(orthogonality(adjoint(thin.VT)), small);
        EXPECT_TRUE(std::is_sorted(thin.S.rbegin(), thin.S.rend()));
        const auto full = this->ctx.svd(A, lapack_ai::Vectors::full);
        EXPECT_EQ(full.U.cols(), m);
        EXPECT_EQ(full.VT.rows(), n);
        if (m > 0) {
            EXPECT_LT(orthogonality(full.U), small);
        }
        const auto values = this->ctx.singular_values(A);
        for (std::size_t i = 0; i < values.size(); ++i)
            EXPECT_NEAR(values[i], thin.S[i], 50 * std::numeric_limits<real_of<T>>::epsilon() * thin.S[0]);
    }
}

TYPED_TEST(Linalg, Solve) {
    using T = TypeParam;
    const Matrix<T> A = random_matrix<T>(12, 12), B = random_matrix<T>(12, 3, 2);
    const auto r = this->ctx.solve(A, B);
    EXPECT_LT(residual(B, product(A, r.X)), 100 * small);
    EXPECT_STRNE(r.report.backend, "");
    // A row-major view of the same numbers is the transposed system.
    const matrix_view<const T> rows(A.data(), 12, 12, 0, Layout::row_major);
    EXPECT_LT(residual(B, product(Matrix<T>(rows), this->ctx.solve(rows, B).X)), 100 * small);
}

TYPED_TEST(Linalg, PositiveDefinite) {
    using T = TypeParam;
    const Matrix<T> G = random_matrix<T>(8, 12), A = product(G, adjoint(G)), B = random_matrix<T>(8, 2, 3);
    for (const lapack_ai::Uplo uplo : {lapack_ai::Uplo::lower, lapack_ai::Uplo::upper}) {
        EXPECT_LT(residual(B, product(A, this->ctx.solve_positive(A, B, uplo).X)), 100 * small);
        const Matrix<T> factor = this->ctx.cholesky(A, uplo).value;
        EXPECT_LT(residual(A, uplo == lapack_ai::Uplo::lower ? product(factor, adjoint(factor))
                                                             : product(adjoint(factor), factor)),
                  small);
    }
}

TYPED_TEST(Linalg, LeastSquares) {
    using T = TypeParam;
    for (const auto &[m, n] : {std::pair{9, 4}, {4, 9}}) {
        const Matrix<T> A = random_matrix<T>(m, n), B = random_matrix<T>(m, 2, 4);
        const auto r = this->ctx.lstsq(A, B);
        EXPECT_EQ(r.rank, 4);
        EXPECT_EQ(r.X.rows(), n);
        // The normal equations hold: A^H (A X - B) = 0.
        EXPECT_LT(residual(product(adjoint(A), B), product(adjoint(A), product(A, r.X))), 100 * small);
    }
    const Matrix<T> rank_one(5, 3, T(1));
    EXPECT_EQ(this->ctx.lstsq(rank_one, std::vector<T>(5, T(1))).rank, 1);
}

TYPED_TEST(Linalg, SymmetricEigenvalues) {
    using T = TypeParam;
    const Matrix<T> G = random_matrix<T>(10, 10), H = adjoint(G);
    Matrix<T> A(10, 10);
    for (std::int64_t j = 0; j < 10; ++j)
        for (std::int64_t i = 0; i < 10; ++i) A(i, j) = G(i, j) + H(i, j);
    const auto r = this->ctx.eigh(A);
    EXPECT_LT(residual(product(A, r.V), scaled_columns(r.V, r.W)), small);
    EXPECT_LT(orthogonality(r.V), small);
    EXPECT_TRUE(std::is_sorted(r.W.begin(), r.W.end()));
}

TYPED_TEST(Linalg, GeneralEigenvalues) {
    using T = TypeParam;
    using C = lapack_ai::complex_of<T>;
    const Matrix<T> A = random_matrix<T>(11, 11);
    Matrix<C> complex_a(11, 11);
    for (std::int64_t j = 0; j < 11; ++j)
        for (std::int64_t i = 0; i < 11; ++i) complex_a(i, j) = A(i, j);
    const auto r = this->ctx.eig(A);
    EXPECT_LT(residual(product(complex_a, r.VR), scaled_columns(r.VR, r.W)), 10 * small);
    EXPECT_EQ(this->ctx.eig(A, lapack_ai::JobVectors::none).VR.rows(), 0);
}

TYPED_TEST(Linalg, QrLuInverseProduct) {
    using T = TypeParam;
    for (const auto &[m, n] : {std::pair{9, 5}, {5, 9}, {6, 6}}) {
        const Matrix<T> A = random_matrix<T>(m, n);
        const auto qr = this->ctx.qr(A);
        EXPECT_LT(residual(A, product(qr.Q, qr.R)), small);
        EXPECT_LT(orthogonality(qr.Q), small);
        EXPECT_LT(residual(product(qr.Q, qr.R), this->ctx.matmul(qr.Q, qr.R).value), small);
    }
    const Matrix<T> A = random_matrix<T>(7, 7);
    EXPECT_LT(residual(identity<T>(7), product(A, this->ctx.inverse(A).value)), 100 * small);
    const auto lu = this->ctx.lu(A);
    Matrix<T> L = identity<T>(7), U(7, 7), PA = A;
    for (std::int64_t j = 0; j < 7; ++j)
        for (std::int64_t i = 0; i < 7; ++i) (i > j ? L(i, j) : U(i, j)) = lu.LU(i, j);
    for (std::int64_t i = 0; i < 7; ++i)
        for (std::int64_t j = 0; j < 7; ++j)
            std::swap(PA(i, j), PA(lu.ipiv[static_cast<std::size_t>(i)] - 1, j));
    EXPECT_LT(residual(PA, product(L, U)), small);
}

// 1 / cond_1 by the inverse.
template <typename T>
double true_rcond(const Context &ctx, const Matrix<T> &A) {
    const auto norm1 = [](const Matrix<T> &M) {
        double most = 0;
        for (std::int64_t j = 0; j < M.cols(); ++j) {
            double sum = 0;
            for (std::int64_t i = 0; i < M.rows(); ++i) sum += std::abs(M(i, j));
            most = std::max(most, sum);
        }
        return most;
    };
    return 1 / norm1(A) / norm1(ctx.inverse(A).value);
}

TYPED_TEST(Linalg, ConditionIsEstimatedWhenAsked) {
    using T = TypeParam;
    const Matrix<T> A = random_matrix<T>(12, 12), B = random_matrix<T>(12, 2);
    const double exact = true_rcond(this->ctx, A);
    const auto near = [](double estimate, double value) {  // an estimate is never too pessimistic
        EXPECT_GT(estimate, 0.5 * value);
        EXPECT_LT(estimate, 10 * value);
    };
    const auto x = this->ctx.solve(A, B);
    near(x.rcond(), exact);
    EXPECT_EQ(x.rcond(), x.rcond());
    near(this->ctx.lu(A).rcond(), exact);
    Matrix<T> P = product(adjoint(A), A);
    for (std::int64_t i = 0; i < 12; ++i) P(i, i) += T(1);
    for (const auto uplo : {lapack_ai::Uplo::lower, lapack_ai::Uplo::upper})
        near(this->ctx.solve_positive(P, B, uplo).rcond(), true_rcond(this->ctx, P));
    const auto s = this->ctx.svd(A);
    EXPECT_NEAR(this->ctx.lstsq(A, B).rcond(), s.rcond(), 1e-3 * s.rcond());
    EXPECT_EQ(this->ctx.solve(Matrix<T>(0, 0), Matrix<T>(0, 1)).rcond(), 1);
}

TEST(LinalgContext, ConditionOfSingularAndOfUnmeasuredMatrices) {
    Matrix<double> A = identity<double>(4), b = random_matrix<double>(4, 1);
    A(2, 2) = 0;
    Context ctx;
    const auto singular = ctx.solve(std::nothrow, A, b);
    EXPECT_GT(singular.info, 0);
    EXPECT_EQ(singular.rcond(), 0);
    ASSERT_NE(singular.diagnosis, nullptr);
    EXPECT_EQ(singular.diagnosis->code, "LA0201");
    EXPECT_TRUE(std::isnan(ctx.solve_positive(std::nothrow, A, b).rcond()));
    EXPECT_TRUE(std::isnan(ctx.solve(std::nothrow, A, random_matrix<double>(3, 1)).rcond()));
    A(2, 2) = 0.5;
    lapack_ai::solve_result<double> outlives;
    {
        Context plain({{{"plugins.diagnostics.enabled", "false"}}, "", lapack_ai::Language::inherit});
        EXPECT_TRUE(std::isnan(plain.solve(A, b).rcond()));
        Context brief({{{"dispatch.fallback", "strict"}}, "", lapack_ai::Language::inherit});
        outlives = brief.solve(A, b);
    }
    EXPECT_EQ(outlives.rcond(), 0.5);
    EXPECT_EQ(outlives.diagnosis, nullptr);
}

TEST(LinalgContext, WarningsComeWithTheResult) {
    Matrix<double> hilbert(12, 12);
    for (std::int64_t j = 0; j < 12; ++j)
        for (std::int64_t i = 0; i < 12; ++i) hilbert(i, j) = 1.0 / static_cast<double>(i + j + 1);
    const auto x = Context().solve(hilbert, random_matrix<double>(12, 1));
    ASSERT_NE(x.diagnosis, nullptr);
    EXPECT_EQ(x.diagnosis->code, "LA0206");
    EXPECT_EQ(x.diagnosis->severity, LAI_SEVERITY_WARNING);
    EXPECT_NEAR(x.rcond() * x.diagnosis->condition_number, 1, 1);
}

TEST(LinalgContext, IndicesAreInTheCallersLanguage) {
    Matrix<double> A = identity<double>(4), b = random_matrix<double>(4, 1);
    for (std::int64_t j = 0; j < 4; ++j) A(2, j) = 0;
    const auto text = [&](const Context &ctx, lapack_ai::Language language) {
        return ctx.solve(std::nothrow, A, b, {.language = language}).diagnosis->semantic_message;
    };
    using lapack_ai::Language;
    const Context plain, python({{}, "", Language::python});
    EXPECT_NE(text(plain, Language::inherit).find("row 3 of A is zero"), std::string::npos);
    EXPECT_NE(text(plain, Language::c).find("row [2] of A is zero"), std::string::npos);
    EXPECT_NE(text(plain, Language::python).find("row A[2, :] is zero"), std::string::npos);
    EXPECT_NE(text(python, Language::inherit).find("row A[2, :] is zero"), std::string::npos);
    EXPECT_NE(text(python, Language::lapack).find("row 3 of A is zero"), std::string::npos);
    EXPECT_THROW(Context({{}, "", static_cast<Language>(9)}), lapack_ai::usage_error);
}

TYPED_TEST(Linalg, GemmOfMixedLayouts) {
    using T = TypeParam;
    using lapack_ai::Trans;
    const Matrix<T> A = random_matrix<T>(5, 5, 1), B = random_matrix<T>(5, 5, 2),
                    C0 = random_matrix<T>(5, 5, 3);
    const auto op = [](const Matrix<T> &M, Trans trans) {
        Matrix<T> R = trans == Trans::none ? M : adjoint(M);
        if (trans == Trans::transpose)
            for (std::int64_t j = 0; j < 5; ++j)
                for (std::int64_t i = 0; i < 5; ++i) R(i, j) = conjugate(R(i, j));
        return R;
    };
    // How a matrix is stored: column-major, row-major, or with both strides larger than one.
    const auto store = [](const Matrix<T> &M, int way, std::vector<T> &storage) {
        storage.assign(200, T(-7));
        const auto view = way == 0   ? matrix_view<T>(storage.data(), 5, 5, 6)
                          : way == 1 ? matrix_view<T>(storage.data(), 5, 5, 7, Layout::row_major)
                                     : matrix_view<T>::strided(storage.data(), 5, 5, 2, 13);
        for (std::int64_t j = 0; j < 5; ++j)
            for (std::int64_t i = 0; i < 5; ++i) view(i, j) = M(i, j);
        return view;
    };
    for (int ways = 0; ways < 27; ++ways)
        for (const Trans ta : {Trans::none, Trans::transpose, Trans::conj_transpose})
            for (const Trans tb : {Trans::none, Trans::transpose, Trans::conj_transpose}) {
                std::vector<T> sa, sb, sc;
                const auto a = store(A, ways % 3, sa), b = store(B, ways / 3 % 3, sb);
                auto c = store(C0, ways / 9, sc);
                ASSERT_EQ(this->ctx.gemm(ta, tb, T(2), a, b, T(-1), c), 0) << lai_last_error();
                Matrix<T> expected = product(op(A, ta), op(B, tb));
                for (std::int64_t j = 0; j < 5; ++j)
                    for (std::int64_t i = 0; i < 5; ++i) expected(i, j) = T(2) * expected(i, j) - C0(i, j);
                EXPECT_LT(residual(expected, Matrix<T>(c)), small) << ways;
            }
}

TEST(LinalgContext, OptionsReachTheDispatcher) {
    Context ctx({{{"dispatch.fallback", "strict"}}, ""});
    const Matrix<double> A = random_matrix<double>(4, 4);
    for (const char *backend : {"cpu_lapack", "cpu_reference"})
        EXPECT_STREQ(ctx.svd(A, lapack_ai::Vectors::thin, {.backend = backend, .threads = 1}).report.backend,
                     backend);
    const char *const without[] = {"cpu_lapack"};
    EXPECT_STRNE(ctx.solve(A, std::vector<double>(4), {.disable = without}).report.backend, "cpu_lapack");
    EXPECT_NE(ctx.explain<double>("gesvd", {100, 50}).find("chosen"), std::string::npos);
    EXPECT_NE(ctx.document("config").find("strict"), std::string::npos);
    ctx.reload();
    Context moved = std::move(ctx);
    EXPECT_NE(moved.document("config").find("strict"), std::string::npos);
}

TEST(LinalgContext, ManyThreadsShareAContext) {
    Context ctx;
    std::vector<std::thread> threads;
    for (unsigned t = 0; t < 8; ++t)
        threads.emplace_back([&ctx, t] {
            for (int i = 0; i < 50; ++i) {
                const Matrix<double> A = random_matrix<double>(6, 6, t + 1),
                                     B = random_matrix<double>(6, 1, t + 9);
                EXPECT_LT(residual(B, product(A, ctx.solve(A, B).X)), 1000 * small);
            }
        });
    for (std::thread &thread : threads) thread.join();
}

}  // namespace
