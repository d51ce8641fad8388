// potrf, potrs, posv: the factor of the named triangle, the other triangle untouched.
#include "backends.hpp"

namespace {

using namespace lapack_ai::sdk;
using namespace lapack_ai::test;

template <typename T>
class CholeskyTest : public testing::Test {};
TYPED_TEST_SUITE(CholeskyTest, AllTypes);

// The triangle of uplo, the rest zero.
template <typename W>
Matrix<W> triangle(char uplo, const Matrix<W> &A) {
    Matrix<W> out(A.rows(), A.cols());
    for (std::int64_t j = 0; j < A.cols(); ++j)
        for (std::int64_t i = 0; i < A.rows(); ++i)
            if (uplo == 'U' ? i <= j : i >= j) out(i, j) = A(i, j);
    return out;
}

template <typename T>
Matrix<Wide<T>> recompose(char uplo, const Matrix<T> &factor) {
    const auto F = triangle(uplo, factor.wide());
    return uplo == 'U' ? multiply(op('C', F), F) : multiply(F, op('C', F));
}

template <typename T>
bool other_triangle_intact(char uplo, const Matrix<T> &before, const Matrix<T> &after) {
    for (std::int64_t j = 0; j < before.cols(); ++j)
        for (std::int64_t i = 0; i < before.rows(); ++i)
            if ((uplo == 'U' ? i > j : i < j) && before(i, j) != after(i, j)) return false;
    return true;
}

TYPED_TEST(CholeskyTest, FactorsAndSolves) {
    using T = TypeParam;
    on_both([](const TestPlugin &plugin) {
        for (const std::int64_t n : {0, 1, 2, 31, 70})
            for (const double condition : {1.0, 1e3})
                for (const char uplo : {'U', 'L'}) {
                    SCOPED_TRACE(testing::Message() << n << " " << condition << " " << uplo);
                    const auto A = with_eigenvalues<T>(geometric(n, condition), 31, 2);
                    auto factor = A;
                    CallBuilder potrf(LAI_OP_POTRF, dtype_of<T>);
                    potrf.dims(n).flags(uplo).matrix(factor.view()).threads(2);
                    EXPECT_EQ(plugin.run(potrf).info, 0);
                    EXPECT_LE(in_units<T>(norm(subtract(A.wide(), recompose(uplo, factor))), n, norm(A)),
                              threshold);
                    EXPECT_TRUE(other_triangle_intact(uplo, A, factor));
                    EXPECT_TRUE(factor.padding_intact());

                    const auto B = random_matrix<T>(n, 3, 32, 1);
                    auto X = B;
                    CallBuilder potrs(LAI_OP_POTRS, dtype_of<T>);
                    potrs.dims(n, 3).flags(uplo).matrix(factor.view()).matrix(X.view());
                    EXPECT_EQ(plugin.run(potrs).info, 0);
                    const auto residual = [&] {
                        return in_units<T>(norm(subtract(B.wide(), multiply(A.wide(), X.wide()))), n,
                                           norm(A) * norm(X));
                    };
                    EXPECT_LE(residual(), threshold);

                    auto copy = A;
                    X = B;
                    CallBuilder posv(LAI_OP_POSV, dtype_of<T>);
                    posv.dims(n, 3).flags(uplo).matrix(copy.view()).matrix(X.view());
                    EXPECT_EQ(plugin.run(posv).info, 0);
                    EXPECT_LE(residual(), threshold);
                    EXPECT_TRUE(X.padding_intact());
                }
    });
}

// INFO is the order of the first minor that is not positive; the leading part of the factor is valid.
TYPED_TEST(CholeskyTest, IndefiniteGivesTheMinor) {
    using T = TypeParam;
    on_both([](const TestPlugin &plugin) {
        for (const char uplo : {'U', 'L'}) {
            Matrix<T> A = with_eigenvalues<T>(geometric(8, 10), 33);
            A(5, 5) = T(-1);
            auto factor = A;
            CallBuilder potrf(LAI_OP_POTRF, dtype_of<T>);
            potrf.dims(8).flags(uplo).matrix(factor.view());
            EXPECT_EQ(plugin.run(potrf).info, 6);
            const auto leading = block(A, 5, 5);
            EXPECT_LE(in_units<T>(norm(subtract(leading.wide(), recompose(uplo, block(factor, 5, 5)))), 5,
                                  norm(leading)),
                      threshold);

            auto B = random_matrix<T>(8, 1, 34);
            const auto before = B;
            factor = A;
            CallBuilder posv(LAI_OP_POSV, dtype_of<T>);
            posv.dims(8, 1).flags(uplo).matrix(factor.view()).matrix(B.view());
            EXPECT_EQ(plugin.run(posv).info, 6);
            EXPECT_TRUE(B.same_bits(before));
        }
    });
}

}  // namespace
