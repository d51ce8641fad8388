// gels and gelsd: the residual is orthogonal to the range (or the system is solved and the solution has least
// norm), rank and singular values are right.
#include "backends.hpp"

namespace {

using namespace lapack_ai::sdk;
using namespace lapack_ai::test;

template <typename T>
class LeastSquaresTest : public testing::Test {};
TYPED_TEST_SUITE(LeastSquaresTest, AllTypes);

struct Shape {
    std::int64_t m, n;
};
const Shape shapes[] = {{1, 1}, {7, 7}, {40, 12}, {12, 40}, {90, 70}, {3, 1}, {1, 3}};

// Judges X of min ||B - M X||, M of full rank, in eps * size: overdetermined ||M^H R|| / (||M||^2 ||X|| +
// ||M|| ||B||); underdetermined ||R|| / (||M|| ||X||).
template <typename T>
void expect_least_squares(const Matrix<T> &A, char trans, const Matrix<T> &solution, const Matrix<T> &B) {
    const auto M = op(trans, A.wide());
    const auto X = block(solution.wide(), M.cols(), B.cols());
    const auto R = subtract(block(B.wide(), M.rows(), B.cols()), multiply(M, X));
    const std::int64_t size = std::max(M.rows(), M.cols());
    if (M.rows() >= M.cols()) {
        const double scale = norm(M) * (norm(M) * norm(X) + norm(B));
        EXPECT_LE(in_units<T>(norm(multiply(op('C', M), R)), size, scale), threshold);
    } else {
        EXPECT_LE(in_units<T>(norm(R), size, norm(M) * norm(X)), threshold);
    }
}

// Right-hand sides in a max(m, n) x nrhs array.
template <typename T>
Matrix<T> right_hand_sides(std::int64_t rows, std::int64_t room, std::int64_t nrhs) {
    Matrix<T> B(room, nrhs, 1);
    const auto values = random_matrix<T>(rows, nrhs, 82);
    for (std::int64_t j = 0; j < nrhs; ++j)
        for (std::int64_t i = 0; i < rows; ++i) B(i, j) = values(i, j);
    return B;
}

TYPED_TEST(LeastSquaresTest, GelsEveryShapeAndTranspose) {
    using T = TypeParam;
    on_both([](const TestPlugin &plugin) {
        for (const Shape &s : shapes)
            for (const char trans : {'N', 'T', 'C'}) {
                SCOPED_TRACE(testing::Message() << s.m << "x" << s.n << " " << trans);
                const auto A = with_singular_values<T>(s.m, s.n, geometric(std::min(s.m, s.n), 100), 81, 1);
                const auto B = right_hand_sides<T>(trans == 'N' ? s.m : s.n, std::max(s.m, s.n), 3);
                auto copy = A, X = B;
                CallBuilder call(LAI_OP_GELS, dtype_of<T>);
                call.dims(s.m, s.n, 3).flags(trans).matrix(copy.view()).matrix(X.view());
                lai_result result{};
                const lai_status status = plugin.execute(call, result);
                if (is_complex<T> && trans == 'T') {
                    EXPECT_EQ(status, LAI_DECLINED);
                    continue;
                }
                ASSERT_EQ(status, LAI_OK);
                EXPECT_EQ(result.info, 0);
                expect_least_squares(A, trans, X, B);
                EXPECT_TRUE(X.padding_intact());
            }
    });
}

// The least-norm solution is orthogonal to the null space: adding any null vector makes it longer.
TYPED_TEST(LeastSquaresTest, UnderdeterminedHasLeastNorm) {
    using T = TypeParam;
    on_both([](const TestPlugin &plugin) {
        // A = [I 0] Q^H with Q of 12 columns: the null space is spanned by the last 5.
        const auto Q = random_orthonormal<DoubleOf<T>>(12, 12, 83);
        Matrix<T> A(7, 12), null(12, 5);
        for (std::int64_t i = 0; i < 12; ++i) {
            for (std::int64_t j = 0; j < 7; ++j) A(j, i) = static_cast<T>(conjugate(Q(i, j)));
            for (std::int64_t j = 0; j < 5; ++j) null(i, j) = static_cast<T>(Q(i, 7 + j));
        }
        const auto B = right_hand_sides<T>(7, 12, 2);
        for (const char *op_id : {LAI_OP_GELS, LAI_OP_GELSD}) {
            auto copy = A, X = B;
            std::vector<RealOf<T>> S(7);
            CallBuilder call(op_id, dtype_of<T>);
            call.dims(7, 12, 2);
            if (op_id == std::string(LAI_OP_GELS))
                call.flags('N').matrix(copy.view()).matrix(X.view());
            else
                call.scalars(-1)
                    .matrix(copy.view())
                    .matrix(X.view())
                    .matrix(MatrixView<RealOf<T>>{S.data(), 7, 1, 7});
            EXPECT_EQ(plugin.run(call).info, 0);
            expect_least_squares(A, 'N', X, B);
            EXPECT_LE(in_units<T>(norm(multiply(op('C', null.wide()), X.wide())), 12, norm(X)), threshold);
        }
    });
}

TYPED_TEST(LeastSquaresTest, GelsReportsRankDeficiency) {
    using T = TypeParam;
    on_both([](const TestPlugin &plugin) {
        auto A = random_matrix<T>(9, 4, 84);
        for (std::int64_t i = 0; i < 9; ++i) A(i, 2) = T{};
        auto B = right_hand_sides<T>(9, 9, 1);
        CallBuilder call(LAI_OP_GELS, dtype_of<T>);
        call.dims(9, 4, 1).flags('N').matrix(A.view()).matrix(B.view());
        EXPECT_EQ(plugin.run(call).info, 3);
    });
}

TYPED_TEST(LeastSquaresTest, GelsdFindsRankAndValues) {
    using T = TypeParam;
    using R = RealOf<T>;
    on_both([](const TestPlugin &plugin) {
        for (const Shape &s : shapes)
            for (const std::int64_t lost : {0, 2}) {
                const std::int64_t least = std::min(s.m, s.n), rank = std::max<std::int64_t>(1, least - lost);
                SCOPED_TRACE(testing::Message() << s.m << "x" << s.n << " rank " << rank);
                const auto exact = geometric(rank, 50);
                const auto A = with_singular_values<T>(s.m, s.n, exact, 85, 1);
                const auto B = right_hand_sides<T>(s.m, std::max(s.m, s.n), 2);
                auto copy = A, X = B;
                std::vector<R> S(static_cast<std::size_t>(least));
                CallBuilder call(LAI_OP_GELSD, dtype_of<T>);
                call.dims(s.m, s.n, 2).scalars(1e-4).matrix(copy.view()).matrix(X.view());
                call.matrix(MatrixView<R>{S.data(), least, 1, least});
                const lai_result result = plugin.run(call);
                EXPECT_EQ(result.info, 0);
                EXPECT_EQ(result.rank, rank);
                for (std::int64_t i = 0; i < rank; ++i) {
                    const auto at = static_cast<std::size_t>(i);
                    EXPECT_LE(
                        in_units<T>(std::abs(static_cast<double>(S[at]) - exact[at]), std::max(s.m, s.n), 1),
                        threshold);
                }
                // With the rank cut the residual is still orthogonal to the range of A.
                const auto residual =
                    subtract(block(B.wide(), s.m, 2), multiply(A.wide(), block(X.wide(), s.n, 2)));
                const double scale = norm(A) * (norm(A) * norm(X) + norm(B));
                EXPECT_LE(in_units<T>(norm(multiply(op('C', A.wide()), residual)), std::max(s.m, s.n), scale),
                          threshold);
            }
    });
}

TYPED_TEST(LeastSquaresTest, EmptySolutionsAreZero) {
    using T = TypeParam;
    using R = RealOf<T>;
    on_both([](const TestPlugin &plugin) {
        for (const Shape &s : {Shape{0, 3}, Shape{3, 0}})
            for (const char *op_id : {LAI_OP_GELS, LAI_OP_GELSD}) {
                Matrix<T> A(s.m, s.n);
                auto B = random_matrix<T>(3, 2, 86);
                R none = 0;
                CallBuilder call(op_id, dtype_of<T>);
                call.dims(s.m, s.n, 2);
                if (op_id == std::string(LAI_OP_GELS))
                    call.flags('N').matrix(A.view()).matrix(B.view());
                else
                    call.scalars(-1).matrix(A.view()).matrix(B.view()).matrix(MatrixView<R>{&none, 0, 1, 1});
                EXPECT_EQ(plugin.run(call).info, 0);
                EXPECT_EQ(norm(B), 0);
            }
    });
}

TYPED_TEST(LeastSquaresTest, GelsdRefusesWhatCouldHang) {
    using T = TypeParam;
    using R = RealOf<T>;
    on_both([](const TestPlugin &plugin) {
        auto A = random_matrix<T>(6, 4, 87), B = random_matrix<T>(6, 1, 88);
        std::vector<R> S(4);
        const auto run = [&] {
            CallBuilder call(LAI_OP_GELSD, dtype_of<T>);
            call.dims(6, 4, 1).scalars(-1).matrix(A.view()).matrix(B.view()).matrix(
                MatrixView<R>{S.data(), 4, 1, 4});
            lai_result result{};
            EXPECT_EQ(plugin.execute(call, result), LAI_INVALID);
            return result.argument;
        };
        B(5, 0) = T(std::numeric_limits<R>::infinity());
        EXPECT_EQ(run(), 6u);
        A(0, 0) = T(std::numeric_limits<R>::quiet_NaN());
        EXPECT_EQ(run(), 4u);
    });
}

}  // namespace
