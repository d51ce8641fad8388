// getrf, getrs, getri, gesv: residuals against the original matrix, pivots checked by applying them.
#include "backends.hpp"

namespace {

using namespace lapack_ai::sdk;
using namespace lapack_ai::test;

template <typename T>
class LuTest : public testing::Test {};
TYPED_TEST_SUITE(LuTest, AllTypes);

// P L U from getrf's packing.
template <typename T>
Matrix<Wide<T>> recompose(const Matrix<T> &LU, const std::vector<std::int64_t> &ipiv) {
    const std::int64_t m = LU.rows(), n = LU.cols(), k = std::min(m, n);
    Matrix<Wide<T>> L(m, k), U(k, n);
    for (std::int64_t j = 0; j < k; ++j)
        for (std::int64_t i = j; i < m; ++i) L(i, j) = i == j ? Wide<T>(1) : Wide<T>(LU(i, j));
    for (std::int64_t j = 0; j < n; ++j)
        for (std::int64_t i = 0; i <= std::min(j, k - 1); ++i) U(i, j) = Wide<T>(LU(i, j));
    auto A = multiply(L, U);
    for (std::int64_t i = k - 1; i >= 0; --i) {
        const std::int64_t other = ipiv[static_cast<std::size_t>(i)] - 1;
        for (std::int64_t j = 0; j < n; ++j) std::swap(A(i, j), A(other, j));
    }
    return A;
}

template <typename T>
lai_result getrf(const TestPlugin &plugin, Matrix<T> &A, std::vector<std::int64_t> &ipiv, int threads = 1) {
    ipiv.assign(static_cast<std::size_t>(std::min(A.rows(), A.cols())), -1);
    CallBuilder call(LAI_OP_GETRF, dtype_of<T>);
    call.dims(A.rows(), A.cols()).matrix(A.view()).threads(threads);
    call.indices(ipiv.data(), static_cast<std::int64_t>(ipiv.size()));
    return plugin.run(call);
}

struct Shape {
    std::int64_t m, n, padding;
};
const Shape shapes[] = {{0, 0, 0}, {0, 4, 0},   {4, 0, 0},   {1, 1, 0},  {2, 2, 3},
                        {5, 5, 0}, {70, 70, 1}, {90, 20, 2}, {20, 90, 0}};

TYPED_TEST(LuTest, FactorsEveryShape) {
    using T = TypeParam;
    on_both([](const TestPlugin &plugin) {
        for (const Shape &s : shapes) {
            SCOPED_TRACE(testing::Message() << s.m << "x" << s.n);
            const auto A = random_matrix<T>(s.m, s.n, 11, s.padding);
            auto LU = A;
            std::vector<std::int64_t> ipiv;
            EXPECT_EQ(getrf(plugin, LU, ipiv, 2).info, 0);
            for (std::size_t i = 0; i < ipiv.size(); ++i) {
                ASSERT_GE(ipiv[i], static_cast<std::int64_t>(i) + 1);
                ASSERT_LE(ipiv[i], s.m);
            }
            EXPECT_LE(in_units<T>(norm(subtract(A.wide(), recompose(LU, ipiv))), std::max(s.m, s.n), norm(A)),
                      threshold);
            EXPECT_TRUE(LU.padding_intact());
        }
    });
}

// A zero pivot is an answer: INFO names it, the factors stand.
TYPED_TEST(LuTest, SingularMatricesGiveInfoAndFactors) {
    using T = TypeParam;
    on_both([](const TestPlugin &plugin) {
        Matrix<T> A = random_matrix<T>(6, 6, 12);
        for (std::int64_t i = 0; i < 6; ++i) A(i, 3) = T{};
        auto LU = A;
        std::vector<std::int64_t> ipiv;
        EXPECT_EQ(getrf(plugin, LU, ipiv).info, 4);
        EXPECT_LE(in_units<T>(norm(subtract(A.wide(), recompose(LU, ipiv))), 6, norm(A)), threshold);

        LU = A;
        Matrix<T> B = random_matrix<T>(6, 2, 13);
        const auto before = B;
        CallBuilder gesv(LAI_OP_GESV, dtype_of<T>);
        gesv.dims(6, 2).flags('N').matrix(LU.view()).indices(ipiv.data(), 6).matrix(B.view());
        EXPECT_EQ(plugin.run(gesv).info, 4);
        EXPECT_LE(in_units<T>(norm(subtract(A.wide(), recompose(LU, ipiv))), 6, norm(A)), threshold);
        EXPECT_TRUE(B.same_bits(before));
    });
}

// ||B - op(A) X|| / (eps n ||A|| ||X||), whatever the condition.
template <typename T>
double solve_residual(const Matrix<T> &A, char trans, const Matrix<T> &X, const Matrix<T> &B) {
    return in_units<T>(norm(subtract(B.wide(), multiply(op(trans, A.wide()), X.wide()))), A.rows(),
                       norm(A) * norm(X));
}

TYPED_TEST(LuTest, SolvesInEveryTransposeAndCondition) {
    using T = TypeParam;
    on_both([](const TestPlugin &plugin) {
        for (const std::int64_t n : {1, 2, 30, 70})
            for (const double condition : conditions())
                for (const char trans : {'N', 'T', 'C'})
                    for (const std::int64_t nrhs : {1, 5}) {
                        SCOPED_TRACE(testing::Message()
                                     << n << " " << condition << " " << trans << " " << nrhs);
                        // Beyond 1 / eps a 2 x 2 matrix may round to one that is exactly singular.
                        if (n == 2 && condition > 1 / epsilon<T>()) continue;
                        const auto A = with_singular_values<T>(n, n, geometric(n, condition), 21, 2);
                        const auto B = random_matrix<T>(n, nrhs, 22, 1);
                        auto LU = A, X = B;
                        std::vector<std::int64_t> ipiv(static_cast<std::size_t>(n));
                        CallBuilder gesv(LAI_OP_GESV, dtype_of<T>);
                        gesv.dims(n, nrhs)
                            .flags(trans)
                            .matrix(LU.view())
                            .indices(ipiv.data(), n)
                            .matrix(X.view());
                        EXPECT_EQ(plugin.run(gesv).info, 0);
                        EXPECT_LE(solve_residual(A, trans, X, B), threshold);
                        EXPECT_TRUE(X.padding_intact());

                        auto again = B;
                        CallBuilder getrs(LAI_OP_GETRS, dtype_of<T>);
                        getrs.dims(n, nrhs).flags(trans).matrix(LU.view()).indices(ipiv.data(), n);
                        getrs.matrix(again.view());
                        EXPECT_EQ(plugin.run(getrs).info, 0);
                        EXPECT_LE(solve_residual(A, trans, again, B), threshold);
                    }
    });
}

TYPED_TEST(LuTest, EmptySolves) {
    using T = TypeParam;
    on_both([](const TestPlugin &plugin) {
        for (const Shape &s : {Shape{0, 3, 0}, Shape{3, 0, 0}, Shape{0, 0, 0}}) {
            auto A = random_matrix<T>(s.m, s.m, 23), B = random_matrix<T>(s.m, s.n, 24);
            std::vector<std::int64_t> ipiv(static_cast<std::size_t>(s.m) + 1);
            CallBuilder gesv(LAI_OP_GESV, dtype_of<T>);
            gesv.dims(s.m, s.n).flags('N').matrix(A.view()).indices(ipiv.data(), s.m).matrix(B.view());
            EXPECT_EQ(plugin.run(gesv).info, 0);
        }
    });
}

TYPED_TEST(LuTest, Inverts) {
    using T = TypeParam;
    on_both([](const TestPlugin &plugin) {
        for (const std::int64_t n : {0, 1, 3, 70})
            for (const double condition : {1.0, 1e3}) {
                SCOPED_TRACE(testing::Message() << n << " " << condition);
                const auto A = with_singular_values<T>(n, n, geometric(n, condition), 25, 3);
                auto inverse = A;
                std::vector<std::int64_t> ipiv;
                getrf(plugin, inverse, ipiv);
                CallBuilder getri(LAI_OP_GETRI, dtype_of<T>);
                getri.dims(n).matrix(inverse.view()).indices(ipiv.data(), n);
                EXPECT_EQ(plugin.run(getri).info, 0);
                const auto residual = subtract(multiply(inverse.wide(), A.wide()), identity<Wide<T>>(n));
                EXPECT_LE(in_units<T>(norm(residual), n, norm(A) * norm(inverse)), threshold);
                EXPECT_TRUE(inverse.padding_intact());
            }
    });
}

// Entries near overflow and near underflow, and rows whose sizes span fifteen decades.
TYPED_TEST(LuTest, HugeTinyAndGraded) {
    using T = TypeParam;
    using R = RealOf<T>;
    on_both([](const TestPlugin &plugin) {
        const std::int64_t n = 20;
        for (const double scale :
             {std::sqrt(static_cast<double>(std::numeric_limits<R>::max())) / 1e3,
              std::sqrt(static_cast<double>(std::numeric_limits<R>::min())) * 1e3, 1.0}) {
            auto A = random_matrix<T>(n, n, 26);
            for (std::int64_t j = 0; j < n; ++j)
                for (std::int64_t i = 0; i < n; ++i)
                    A(i, j) *= static_cast<R>(
                        scale == 1.0 ? std::pow(10.0, -15.0 * static_cast<double>(i) / n) : scale);
            const auto B = random_matrix<T>(n, 1, 27);
            auto LU = A, X = B;
            std::vector<std::int64_t> ipiv(n);
            CallBuilder gesv(LAI_OP_GESV, dtype_of<T>);
            gesv.dims(n, 1).flags('N').matrix(LU.view()).indices(ipiv.data(), n).matrix(X.view());
            EXPECT_EQ(plugin.run(gesv).info, 0);
            EXPECT_LE(solve_residual(A, 'N', X, B), threshold) << scale;
        }
    });
}

}  // namespace
