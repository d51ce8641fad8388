// gesvd in every pair of job letters and shape: A = U S VT, orthonormal vectors, descending values that are
// the known ones; and the same answers whichever algorithm the plugin picks.
#include "backends.hpp"

namespace {

using namespace lapack_ai::sdk;
using namespace lapack_ai::test;

template <typename T>
class SvdTest : public testing::Test {};
TYPED_TEST_SUITE(SvdTest, AllTypes);

// A call of gesvd with everything it touches.
template <typename T>
struct Svd {
    Svd(const Matrix<T> &matrix, char jobu_letter, char jobvt_letter)
        : A(matrix),
          jobu(jobu_letter),
          jobvt(jobvt_letter),
          least(std::min(A.rows(), A.cols())),
          S(static_cast<std::size_t>(least) + 1, RealOf<T>(-1)) {
        if (jobu == 'A' || jobu == 'S') U = Matrix<T>(A.rows(), jobu == 'A' ? A.rows() : least, 1);
        if (jobvt == 'A' || jobvt == 'S') VT = Matrix<T>(jobvt == 'A' ? A.cols() : least, A.cols(), 2);
    }
    lai_status execute(const TestPlugin &plugin, lai_result &result) {
        CallBuilder call(LAI_OP_GESVD, dtype_of<T>);
        call.dims(A.rows(), A.cols()).flags(jobu, jobvt).matrix(A.view()).threads(2);
        call.matrix(MatrixView<RealOf<T>>{S.data(), least, 1, std::max<std::int64_t>(1, least)});
        if (U.rows() > 0 || U.cols() > 0)
            call.matrix(U.view());
        else
            call.absent(dtype_of<T>);
        if (VT.rows() > 0 || VT.cols() > 0)
            call.matrix(VT.view());
        else
            call.absent(dtype_of<T>);
        return plugin.execute(call, result);
    }
    lai_result run(const TestPlugin &plugin) {
        lai_result result;
        EXPECT_EQ(execute(plugin, result), LAI_OK) << (result.detail ? result.detail : "");
        if (jobu == 'O') U = block(A, A.rows(), least);
        if (jobvt == 'O') VT = block(A, least, A.cols());
        return result;
    }

    Matrix<T> A;
    char jobu, jobvt;
    std::int64_t least;
    std::vector<RealOf<T>> S;
    Matrix<T> U, VT;
};

// Largest error of the values in units of eps * size * ||A||.
template <typename T>
double values_error(const std::vector<RealOf<T>> &found, const std::vector<double> &exact,
                    std::int64_t size) {
    double worst = 0;
    for (std::size_t i = 0; i < exact.size(); ++i)
        worst =
            std::max(worst, in_units<T>(std::abs(static_cast<double>(found[i]) - exact[i]), size, exact[0]));
    return worst;
}

template <typename T>
void expect_svd(const Matrix<T> &before, const Svd<T> &svd) {
    const std::int64_t size = std::max(before.rows(), before.cols());
    for (std::int64_t i = 0; i < svd.least; ++i) {
        const auto at = static_cast<std::size_t>(i);
        ASSERT_GE(svd.S[at], 0);
        if (i > 0) {
            ASSERT_LE(svd.S[at], svd.S[at - 1]);
        }
    }
    EXPECT_EQ(svd.S[static_cast<std::size_t>(svd.least)], RealOf<T>(-1)) << "wrote past S";
    const bool has_u = svd.jobu != 'N', has_vt = svd.jobvt != 'N';
    const auto V = op('C', svd.VT);
    EXPECT_LE(has_u ? orthogonality(svd.U) : 0, threshold);
    EXPECT_LE(has_vt ? orthogonality(V) : 0, threshold);
    const double scale = svd.least > 0 ? norm(before) : 1;
    const auto W = before.wide();
    if (has_u && has_vt) {
        auto US = block(svd.U.wide(), before.rows(), svd.least);
        for (std::int64_t j = 0; j < svd.least; ++j)
            for (std::int64_t i = 0; i < before.rows(); ++i) US(i, j) *= svd.S[static_cast<std::size_t>(j)];
        const auto product = multiply(US, block(svd.VT.wide(), svd.least, before.cols()));
        EXPECT_LE(in_units<T>(norm(subtract(W, product)), size, scale), threshold);
    } else if (has_u || has_vt) {
        // ||U^H A|| row by row, or ||A V|| column by column, are the values.
        const auto image = has_u
                               ? op('C', multiply(op('C', block(svd.U.wide(), before.rows(), svd.least)), W))
                               : multiply(W, block(V.wide(), before.cols(), svd.least));
        for (std::int64_t j = 0; j < svd.least; ++j) {
            Matrix<Wide<T>> column(image.rows(), 1);
            for (std::int64_t i = 0; i < image.rows(); ++i) column(i, 0) = image(i, j);
            EXPECT_LE(
                in_units<T>(std::abs(norm(column) - static_cast<double>(svd.S[static_cast<std::size_t>(j)])),
                            size, scale),
                threshold);
        }
    }
}

struct Shape {
    std::int64_t m, n;
};
const Shape shapes[] = {{1, 1}, {1, 9}, {9, 1}, {2, 2}, {30, 30}, {33, 20}, {20, 33}, {90, 20}, {20, 90}};
// All but OO, which LAPACK excludes.
const char *const letters[] = {"NN", "SS", "AA", "SN", "NS", "AN", "NA", "AS",
                               "SA", "ON", "NO", "OS", "SO", "OA", "AO"};

TYPED_TEST(SvdTest, EveryShapeAndJobLetter) {
    using T = TypeParam;
    on_both([](const TestPlugin &plugin) {
        for (const Shape &s : shapes)
            for (const char *job : letters) {
                SCOPED_TRACE(testing::Message() << s.m << "x" << s.n << " " << job);
                const std::int64_t least = std::min(s.m, s.n);
                const auto exact = geometric(least, 1e3);
                const auto A = with_singular_values<T>(s.m, s.n, exact, 61, 2);
                Svd<T> svd(A, job[0], job[1]);
                const lai_result result = svd.run(plugin);
                EXPECT_EQ(result.info, 0);
                EXPECT_EQ(result.remark & LAI_REMARK_FALLBACK_ALGORITHM, 0u);
                expect_svd(A, svd);
                EXPECT_LE(values_error<T>(svd.S, exact, std::max(s.m, s.n)), threshold);
                EXPECT_TRUE(svd.A.padding_intact() && svd.U.padding_intact() && svd.VT.padding_intact());
            }
    });
}

TYPED_TEST(SvdTest, TallWithOneSideFactorsFirst) {
    using T = TypeParam;
    on_both([](const TestPlugin &plugin) {
        const auto A = random_matrix<T>(60, 10, 62);
        EXPECT_STREQ(Svd<T>(A, 'N', 'S').run(plugin).algorithm, "geqrf, gesdd");
        EXPECT_STREQ(Svd<T>(op('T', A), 'S', 'N').run(plugin).algorithm, "gelqf, gesdd");
        EXPECT_STREQ(Svd<T>(A, 'S', 'S').run(plugin).algorithm, "gesdd");
    });
}

// Ill-conditioned, rank-deficient, zero, graded, huge and tiny.
TYPED_TEST(SvdTest, UglyMatrices) {
    using T = TypeParam;
    using R = RealOf<T>;
    on_both([](const TestPlugin &plugin) {
        const std::int64_t m = 40, n = 25;
        std::vector<Matrix<T>> ugly;
        for (const double condition : conditions())
            ugly.push_back(with_singular_values<T>(m, n, geometric(n, condition), 63));
        ugly.push_back(with_singular_values<T>(m, n, geometric(7, 10), 64));  // rank 7
        ugly.push_back(Matrix<T>(m, n));
        ugly.push_back(random_matrix<T>(m, n, 65));
        for (std::int64_t j = 0; j < n; ++j)
            for (std::int64_t i = 0; i < m; ++i)
                ugly.back()(i, j) *=
                    static_cast<R>(std::pow(10.0, -12.0 * static_cast<double>(i + j) / (m + n)));
        for (const double scale : {static_cast<double>(std::numeric_limits<R>::max()) / 1e4,
                                   static_cast<double>(std::numeric_limits<R>::min()) * 1e4}) {
            ugly.push_back(random_matrix<T>(m, n, 66));
            for (std::int64_t j = 0; j < n; ++j)
                for (std::int64_t i = 0; i < m; ++i) ugly.back()(i, j) *= static_cast<R>(scale);
        }
        for (std::size_t i = 0; i < ugly.size(); ++i) {
            SCOPED_TRACE(i);
            Svd<T> svd(ugly[i], 'S', 'S');
            EXPECT_EQ(svd.run(plugin).info, 0);
            expect_svd(ugly[i], svd);
        }
    });
}

// 'A' of an empty matrix is a basis of the whole space.
TYPED_TEST(SvdTest, Empty) {
    using T = TypeParam;
    on_both([](const TestPlugin &plugin) {
        for (const Shape &s : {Shape{0, 0}, Shape{0, 4}, Shape{4, 0}})
            for (const char *job : {"NN", "SS", "AA"}) {
                Svd<T> svd(Matrix<T>(s.m, s.n), job[0], job[1]);
                EXPECT_EQ(svd.run(plugin).info, 0);
                if (job[0] == 'A') {
                    EXPECT_EQ(orthogonality(svd.U), 0);
                    EXPECT_EQ(orthogonality(svd.VT), 0);
                }
            }
    });
}

// gesdd does not return on Inf: refused by argument number, nothing touched.
TYPED_TEST(SvdTest, RefusesWhatCouldHang) {
    using T = TypeParam;
    using R = RealOf<T>;
    on_both([](const TestPlugin &plugin) {
        for (const R bad : {std::numeric_limits<R>::infinity(), std::numeric_limits<R>::quiet_NaN()}) {
            auto A = random_matrix<T>(20, 10, 67);
            A(13, 4) = T(bad);
            Svd<T> svd(A, 'S', 'S');
            lai_result result{};
            EXPECT_EQ(svd.execute(plugin, result), LAI_INVALID);
            EXPECT_EQ(result.argument, 5u);
            EXPECT_EQ(result.info, -5);
            EXPECT_TRUE(svd.A.same_bits(A));
            EXPECT_EQ(svd.S[0], R(-1));
        }
    });
}

// A batch of any op is a loop over items: here with gesvd, more items than threads.
TYPED_TEST(SvdTest, Batch) {
    using T = TypeParam;
    using R = RealOf<T>;
    on_both([](const TestPlugin &plugin) {
        const std::int64_t m = 12, n = 8, count = 50;
        const auto before = random_matrix<T>(m * n, count, 68);
        auto A = before;
        Matrix<T> U(m * n, count), VT(n * n, count);
        std::vector<R> S(static_cast<std::size_t>(n * count));
        CallBuilder call(LAI_OP_GESVD, dtype_of<T>);
        call.dims(m, n).flags('S', 'S').batch(count).threads(3);
        call.operand(dtype_of<T>, A.data(), m, n, m, m * n).operand(dtype_of<R>, S.data(), n, 1, n, n);
        call.operand(dtype_of<T>, U.data(), m, n, m, m * n).operand(dtype_of<T>, VT.data(), n, n, n, n * n);
        EXPECT_EQ(plugin.run(call).info, 0);
        for (std::int64_t b = 0; b < count; ++b) {
            Matrix<T> one(m, n);
            std::copy_n(before.view().column(b), m * n, one.data());
            Svd<T> svd(one, 'S', 'S');
            svd.U = Matrix<T>(m, n);
            std::copy_n(U.view().column(b), m * n, svd.U.data());
            svd.VT = Matrix<T>(n, n);
            std::copy_n(VT.view().column(b), n * n, svd.VT.data());
            std::copy_n(S.data() + b * n, n, svd.S.data());
            expect_svd(one, svd);
        }

        // One bad item: all items stay as they were.
        A = before;
        A(3, 37) = T(std::numeric_limits<R>::quiet_NaN());
        const auto poisoned = A;
        lai_result result{};
        EXPECT_EQ(plugin.execute(call, result), LAI_INVALID);
        EXPECT_EQ(result.batch_index, 37);
        EXPECT_TRUE(A.same_bits(poisoned));
    });
}

}  // namespace
