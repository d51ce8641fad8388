// gemm and gemm_batch against the definition, entry by entry: |C - exact| <= (k + 2) eps (|alpha| |A||B| +
// |beta| |C0|).
#include "backends.hpp"

namespace {

using namespace lapack_ai::sdk;
using namespace lapack_ai::test;

template <typename T>
class GemmTest : public testing::Test {};
TYPED_TEST_SUITE(GemmTest, AllTypes);

struct Case {
    std::int64_t m, n, k;
    char trans_a, trans_b;
    double alpha, beta;
    std::int64_t padding;
    int threads;
};

const Case cases[] = {{0, 0, 0, 'N', 'N', 1, 0, 0, 1},     {0, 5, 3, 'N', 'N', 1, 1, 0, 1},
                      {5, 0, 3, 'N', 'N', 1, 1, 0, 1},     {5, 4, 0, 'N', 'N', 1, 2, 0, 1},
                      {1, 1, 1, 'N', 'N', 1, 0, 0, 1},     {4, 4, 4, 'N', 'N', 1, 0, 0, 1},
                      {7, 5, 3, 'T', 'N', -0.5, 1, 2, 1},  {7, 5, 3, 'N', 'T', 2, -1, 1, 1},
                      {7, 5, 3, 'C', 'C', 1, 0.5, 3, 1},   {7, 5, 3, 'T', 'C', 1, 0, 3, 1},
                      {1, 40, 17, 'N', 'N', 1, 1, 0, 1},   {40, 1, 17, 'C', 'N', 1, 1, 0, 1},
                      {33, 65, 70, 'N', 'C', 1, 0, 5, 2},  {70, 33, 65, 'T', 'T', 0, 3, 0, 1},
                      {130, 70, 90, 'N', 'N', 1, 1, 1, 2}, {3, 129, 200, 'C', 'T', 1, -2, 0, 2}};

template <typename T>
void expect_product(const Case &c, const Matrix<T> &A, const Matrix<T> &B, const Matrix<T> &before,
                    const Matrix<T> &C) {
    const auto product = multiply(op(c.trans_a, A.wide()), op(c.trans_b, B.wide()));
    for (std::int64_t j = 0; j < c.n; ++j)
        for (std::int64_t i = 0; i < c.m; ++i) {
            WideReal<T> size = std::abs(before(i, j)) * std::abs(static_cast<RealOf<T>>(c.beta));
            for (std::int64_t l = 0; l < c.k; ++l)
                size += std::abs(c.alpha) * std::abs(Wide<T>(c.trans_a == 'N' ? A(i, l) : A(l, i))) *
                        std::abs(Wide<T>(c.trans_b == 'N' ? B(l, j) : B(j, l)));
            const auto exact =
                product(i, j) * WideReal<T>(c.alpha) + Wide<T>(before(i, j)) * WideReal<T>(c.beta);
            const auto error = std::abs(Wide<T>(C(i, j)) - exact);
            // Complex multiplication loses up to a factor 2 sqrt(2) more.
            const double bound = 3 * static_cast<double>(c.k + 2) * epsilon<T>() * static_cast<double>(size);
            ASSERT_LE(static_cast<double>(error), bound) << "entry " << i << ", " << j;
        }
}

TYPED_TEST(GemmTest, MatchesTheDefinition) {
    using T = TypeParam;
    on_both([](const TestPlugin &plugin) {
        for (const Case &c : cases) {
            SCOPED_TRACE(testing::Message()
                         << c.m << "x" << c.n << "x" << c.k << " " << c.trans_a << c.trans_b);
            const auto A = c.trans_a == 'N' ? random_matrix<T>(c.m, c.k, 1, c.padding)
                                            : random_matrix<T>(c.k, c.m, 1, c.padding);
            const auto B = c.trans_b == 'N' ? random_matrix<T>(c.k, c.n, 2, c.padding)
                                            : random_matrix<T>(c.n, c.k, 2, c.padding);
            const auto before = random_matrix<T>(c.m, c.n, 3, c.padding);
            auto C = before;
            CallBuilder call(LAI_OP_GEMM, dtype_of<T>);
            call.dims(c.m, c.n, c.k).flags(c.trans_a, c.trans_b).scalars(c.alpha, c.beta).threads(c.threads);
            call.matrix(A.view()).matrix(B.view()).matrix(C.view());
            EXPECT_EQ(plugin.run(call).info, 0);
            expect_product(c, A, B, before, C);
            EXPECT_TRUE(C.padding_intact());
        }
    });
}

// As BLAS has it: beta == 0 does not read C, alpha == 0 reads neither A nor B.
TYPED_TEST(GemmTest, ZeroScalarsDoNotRead) {
    using T = TypeParam;
    const T nan = std::numeric_limits<RealOf<T>>::quiet_NaN();
    on_both([&](const TestPlugin &plugin) {
        for (const std::int64_t n : {4, 70}) {
            Matrix<T> poison(n, n), C(n, n);
            for (std::int64_t j = 0; j < n; ++j)
                for (std::int64_t i = 0; i < n; ++i) poison(i, j) = nan;
            const auto A = random_matrix<T>(n, n, 5);
            C = poison;
            CallBuilder beta_zero(LAI_OP_GEMM, dtype_of<T>);
            beta_zero.dims(n, n, n).flags('N', 'N').scalars(1, 0);
            beta_zero.matrix(A.view()).matrix(A.view()).matrix(C.view());
            plugin.run(beta_zero);
            EXPECT_TRUE(std::isfinite(norm(C)));

            C = A;
            CallBuilder alpha_zero(LAI_OP_GEMM, dtype_of<T>);
            alpha_zero.dims(n, n, n).flags('N', 'N').scalars(0, 1);
            alpha_zero.matrix(poison.view()).matrix(poison.view()).matrix(C.view());
            plugin.run(alpha_zero);
            EXPECT_TRUE(C.same_bits(A));
        }
    });
}

TYPED_TEST(GemmTest, ComplexScalars) {
    using T = TypeParam;
    if constexpr (is_complex<T>) {
        on_both([](const TestPlugin &plugin) {
            const auto A = random_matrix<T>(6, 5, 1), B = random_matrix<T>(5, 4, 2),
                       before = random_matrix<T>(6, 4, 3);
            auto C = before;
            const std::complex<double> alpha(0.5, -2), beta(-1, 0.25);
            CallBuilder call(LAI_OP_GEMM, dtype_of<T>);
            call.dims(6, 4, 5).flags('N', 'N').scalars(alpha, beta);
            call.matrix(A.view()).matrix(B.view()).matrix(C.view());
            plugin.run(call);
            auto exact = multiply(A.wide(), B.wide());
            for (std::int64_t j = 0; j < 4; ++j)
                for (std::int64_t i = 0; i < 6; ++i)
                    exact(i, j) = Wide<T>(alpha) * exact(i, j) + Wide<T>(beta) * Wide<T>(before(i, j));
            EXPECT_LE(in_units<T>(norm(subtract(C.wide(), exact)), 5, norm(exact)), threshold);
        });
    }
}

struct BatchCase {
    std::int64_t n, count;
    bool pointers;
    int threads;
};

const BatchCase batch_cases[] = {{5, 0, false, 1},    {5, 1, false, 1},  {5, 1, true, 1},
                                 {8, 100, false, 2},  {8, 100, true, 2}, {33, 7, false, 3},
                                 {16, 1000, true, 4}, {120, 3, false, 2}};

TYPED_TEST(GemmTest, BatchesStridedAndByPointers) {
    using T = TypeParam;
    on_both([](const TestPlugin &plugin) {
        for (const BatchCase &c : batch_cases) {
            SCOPED_TRACE(testing::Message()
                         << c.count << " of " << c.n << (c.pointers ? ", pointers" : ", strided"));
            const std::int64_t stride = c.n * c.n + 3;  // a gap that must stay as it is
            const auto A = random_matrix<T>(stride, std::max<std::int64_t>(1, c.count), 1);
            const auto B = random_matrix<T>(stride, std::max<std::int64_t>(1, c.count), 2);
            const auto before = random_matrix<T>(stride, std::max<std::int64_t>(1, c.count), 3);
            auto C = before;
            std::vector<const T *> pa, pb;
            std::vector<T *> pc;
            for (std::int64_t b = 0; b < c.count; ++b) {
                pa.push_back(A.view().column(b));
                pb.push_back(B.view().column(b));
                pc.push_back(C.view().column(c.count - 1 - b));  // any order
            }
            CallBuilder call(LAI_OP_GEMM_BATCH, dtype_of<T>);
            call.dims(c.n, c.n, c.n).flags('N', 'T').scalars(1, 1).batch(c.count).threads(c.threads);
            const auto add = [&](const void *data, const void *pointers) {
                call.operand(dtype_of<T>, const_cast<void *>(c.pointers ? pointers : data), c.n, c.n, c.n,
                             c.pointers ? 0 : stride, c.pointers ? LAI_OPERAND_POINTER_ARRAY : 0);
            };
            add(A.data(), pa.data());
            add(B.data(), pb.data());
            add(C.data(), pc.data());
            EXPECT_EQ(plugin.run(call).info, 0);

            const auto item = [&](const Matrix<T> &whole, std::int64_t b) {
                Matrix<T> one(c.n, c.n);
                std::copy_n(whole.view().column(b), c.n * c.n, one.data());
                return one;
            };
            for (std::int64_t b = 0; b < c.count; ++b) {
                const std::int64_t at = c.pointers ? c.count - 1 - b : b;
                expect_product<T>({c.n, c.n, c.n, 'N', 'T', 1, 1, 0, 1}, item(A, b), item(B, b),
                                  item(before, at), item(C, at));
                for (std::int64_t i = c.n * c.n; i < stride; ++i) ASSERT_EQ(C(i, at), before(i, at));
            }
        }
    });
}

}  // namespace
