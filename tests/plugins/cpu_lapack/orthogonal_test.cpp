// geqrf and orgqr (ungqr): A = Q R and Q^H Q = I, through the ops themselves.
#include "backends.hpp"

namespace {

using namespace lapack_ai::sdk;
using namespace lapack_ai::test;

template <typename T>
class OrthogonalTest : public testing::Test {};
TYPED_TEST_SUITE(OrthogonalTest, AllTypes);

struct Shape {
    std::int64_t m, n, padding;
};
const Shape shapes[] = {{0, 0, 0}, {3, 0, 0},   {0, 3, 0},    {1, 1, 0},   {5, 1, 1},
                        {1, 5, 0}, {70, 70, 2}, {150, 37, 0}, {37, 150, 3}};

TYPED_TEST(OrthogonalTest, FactorsEveryShape) {
    using T = TypeParam;
    on_both([](const TestPlugin &plugin) {
        for (const Shape &s : shapes)
            for (const double condition : conditions()) {
                SCOPED_TRACE(testing::Message() << s.m << "x" << s.n << " " << condition);
                const std::int64_t k = std::min(s.m, s.n);
                const auto A = with_singular_values<T>(s.m, s.n, geometric(k, condition), 41, s.padding);
                auto QR = A;
                std::vector<T> tau(static_cast<std::size_t>(k) + 1);
                CallBuilder geqrf(LAI_OP_GEQRF, dtype_of<T>);
                geqrf.dims(s.m, s.n).matrix(QR.view()).matrix(
                    MatrixView<T>{tau.data(), k, 1, std::max<std::int64_t>(1, k)});
                EXPECT_EQ(plugin.run(geqrf).info, 0);

                Matrix<Wide<T>> upper(k, s.n);
                for (std::int64_t j = 0; j < s.n; ++j)
                    for (std::int64_t i = 0; i <= std::min(j, k - 1); ++i) upper(i, j) = Wide<T>(QR(i, j));
                Matrix<T> Q = block(QR, s.m, k);
                CallBuilder orgqr(LAI_OP_ORGQR, dtype_of<T>);
                orgqr.dims(s.m, k, k).matrix(Q.view()).matrix(
                    MatrixView<T>{tau.data(), k, 1, std::max<std::int64_t>(1, k)});
                EXPECT_EQ(plugin.run(orgqr).info, 0);
                EXPECT_LE(orthogonality(Q), threshold);
                EXPECT_LE(in_units<T>(norm(subtract(A.wide(), multiply(Q.wide(), upper))), std::max(s.m, s.n),
                                      norm(A)),
                          threshold);
                EXPECT_TRUE(QR.padding_intact());
            }
    });
}

// More columns than reflectors: the rest completes the basis.
TYPED_TEST(OrthogonalTest, CompletesTheBasis) {
    using T = TypeParam;
    on_both([](const TestPlugin &plugin) {
        const std::int64_t m = 40, k = 7;
        Matrix<T> Q = random_matrix<T>(m, m, 42);
        std::vector<T> tau(k);
        CallBuilder geqrf(LAI_OP_GEQRF, dtype_of<T>);
        geqrf.dims(m, k).matrix(Q.view().block(0, 0, m, k)).matrix(MatrixView<T>{tau.data(), k, 1, k});
        plugin.run(geqrf);
        CallBuilder orgqr(LAI_OP_ORGQR, dtype_of<T>);
        orgqr.dims(m, m, k).matrix(Q.view()).matrix(MatrixView<T>{tau.data(), k, 1, k});
        EXPECT_EQ(plugin.run(orgqr).info, 0);
        EXPECT_LE(orthogonality(Q), threshold);
    });
}

}  // namespace
