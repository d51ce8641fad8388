// gecon, pocon, trcon: estimates of 1 / (||A|| ||A^-1||) within the factor that the method is known for,
// against an inverse computed in wider precision.
#include "backends.hpp"

namespace {

using namespace lapack_ai::sdk;
using namespace lapack_ai::test;

template <typename T>
class ConditionTest : public testing::Test {};
TYPED_TEST_SUITE(ConditionTest, AllTypes);

// Gauss-Jordan with partial pivoting.
template <typename W>
Matrix<W> inverse(Matrix<W> A) {
    const std::int64_t n = A.rows();
    Matrix<W> X = identity<W>(n);
    for (std::int64_t k = 0; k < n; ++k) {
        std::int64_t pivot = k;
        for (std::int64_t i = k; i < n; ++i)
            if (std::abs(A(i, k)) > std::abs(A(pivot, k))) pivot = i;
        for (std::int64_t j = 0; j < n; ++j) {
            std::swap(A(k, j), A(pivot, j));
            std::swap(X(k, j), X(pivot, j));
        }
        const W diagonal = A(k, k);
        for (std::int64_t j = 0; j < n; ++j) {
            A(k, j) /= diagonal;
            X(k, j) /= diagonal;
        }
        for (std::int64_t i = 0; i < n; ++i) {
            const W factor = i == k ? W{} : A(i, k);
            for (std::int64_t j = 0; j < n; ++j) {
                A(i, j) -= factor * A(k, j);
                X(i, j) -= factor * X(k, j);
            }
        }
    }
    return X;
}

// The 1-norm, or for 'I' the infinity norm.
template <typename W>
double matrix_norm(char which, const Matrix<W> &A) {
    const auto B = which == 'I' ? op('T', A) : A;
    double largest = 0;
    for (std::int64_t j = 0; j < B.cols(); ++j) {
        double sum = 0;
        for (std::int64_t i = 0; i < B.rows(); ++i) sum += static_cast<double>(std::abs(B(i, j)));
        largest = std::max(largest, sum);
    }
    return largest;
}

// The estimate may exceed the truth, by a factor of 3 as a rule (Higham 1988); 10 is never seen on these
// matrices.
template <typename T>
void expect_close(double estimate, char which, const Matrix<T> &A) {
    const double exact = 1 / (matrix_norm(which, A.wide()) * matrix_norm(which, inverse(A.wide())));
    EXPECT_GE(estimate, exact * 0.9);
    EXPECT_LE(estimate, exact * 10);
}

TYPED_TEST(ConditionTest, General) {
    using T = TypeParam;
    using R = RealOf<T>;
    on_both([](const TestPlugin &plugin) {
        for (const std::int64_t n : {1, 2, 40})
            for (const double condition : {1.0, 1e3})
                for (const char which : {'1', 'O', 'I'}) {
                    const auto A = with_singular_values<T>(n, n, geometric(n, condition), 51, 1);
                    auto LU = A;
                    std::vector<std::int64_t> ipiv(static_cast<std::size_t>(n));
                    CallBuilder getrf(LAI_OP_GETRF, dtype_of<T>);
                    getrf.dims(n, n).matrix(LU.view()).indices(ipiv.data(), n);
                    plugin.run(getrf);
                    R rcond = -1;
                    CallBuilder gecon(LAI_OP_GECON, dtype_of<T>);
                    gecon.dims(n).flags(which).scalars(matrix_norm(which, A)).matrix(LU.view());
                    gecon.matrix(MatrixView<R>{&rcond, 1, 1, 1});
                    EXPECT_EQ(plugin.run(gecon).info, 0);
                    expect_close(rcond, which, A);
                }
    });
}

TYPED_TEST(ConditionTest, PositiveDefinite) {
    using T = TypeParam;
    using R = RealOf<T>;
    on_both([](const TestPlugin &plugin) {
        for (const char uplo : {'U', 'L'}) {
            const auto A = with_eigenvalues<T>(geometric(30, 1e3), 52);
            auto factor = A;
            CallBuilder potrf(LAI_OP_POTRF, dtype_of<T>);
            potrf.dims(30).flags(uplo).matrix(factor.view());
            plugin.run(potrf);
            R rcond = -1;
            CallBuilder pocon(LAI_OP_POCON, dtype_of<T>);
            pocon.dims(30).flags(uplo).scalars(matrix_norm('1', A)).matrix(factor.view());
            pocon.matrix(MatrixView<R>{&rcond, 1, 1, 1});
            EXPECT_EQ(plugin.run(pocon).info, 0);
            expect_close(rcond, '1', A);
        }
    });
}

TYPED_TEST(ConditionTest, Triangular) {
    using T = TypeParam;
    using R = RealOf<T>;
    on_both([](const TestPlugin &plugin) {
        for (const char uplo : {'U', 'L'})
            for (const char diag : {'N', 'U'})
                for (const char which : {'1', 'I'}) {
                    const std::int64_t n = 25;
                    Matrix<T> A = random_matrix<T>(n, n, 53, 2);
                    Matrix<T> meant(n, n);  // what the flags say A is
                    for (std::int64_t j = 0; j < n; ++j) {
                        for (std::int64_t i = 0; i < n; ++i) A(i, j) *= RealOf<T>(0.1);
                        A(j, j) += T(2);
                        for (std::int64_t i = 0; i < n; ++i)
                            if (uplo == 'U' ? i <= j : i >= j)
                                meant(i, j) = i == j && diag == 'U' ? T(1) : A(i, j);
                    }
                    R rcond = -1;
                    CallBuilder trcon(LAI_OP_TRCON, dtype_of<T>);
                    trcon.dims(n)
                        .flags(which, uplo, diag)
                        .matrix(A.view())
                        .matrix(MatrixView<R>{&rcond, 1, 1, 1});
                    EXPECT_EQ(plugin.run(trcon).info, 0);
                    expect_close(rcond, which, meant);
                }
    });
}

// Empty: perfectly conditioned. A zero pivot: 0. A norm that is none: an argument at fault, by LAPACK's
// number.
TYPED_TEST(ConditionTest, Edges) {
    using T = TypeParam;
    using R = RealOf<T>;
    on_both([](const TestPlugin &plugin) {
        Matrix<T> A(3, 3);
        A(0, 0) = A(1, 1) = T(1);
        R rcond = -1;
        const auto gecon = [&](std::int64_t n, double anorm, lai_result &result) {
            CallBuilder call(LAI_OP_GECON, dtype_of<T>);
            call.dims(n).flags('1').scalars(anorm).matrix(A.view()).matrix(MatrixView<R>{&rcond, 1, 1, 1});
            return plugin.execute(call, result);
        };
        lai_result result{};
        EXPECT_EQ(gecon(0, 0, result), LAI_OK);
        EXPECT_EQ(rcond, R(1));
        EXPECT_EQ(gecon(3, 1, result), LAI_OK);
        EXPECT_EQ(rcond, R(0));
        rcond = R(-7);
        for (const double bad : {-1.0, std::numeric_limits<double>::quiet_NaN()}) {
            EXPECT_EQ(gecon(3, bad, result), LAI_INVALID);
            EXPECT_EQ(result.argument, 5u);
            EXPECT_EQ(result.info, -5);
            EXPECT_EQ(rcond, R(-7));
        }
    });
}

}  // namespace
