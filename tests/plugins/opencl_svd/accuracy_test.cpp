// Every family of matrices through every path, in single and double precision, against reference LAPACK.
#include "svd_fixture.hpp"

namespace {

using namespace lapack_ai::test;
using Shape = std::pair<std::int64_t, std::int64_t>;
using OpenclSvdAccuracy = OpenclSvd;

TEST_F(OpenclSvdAccuracy, EveryFamilyInBothPrecisions) {
    for (const auto &[m, n] : {Shape{1, 1}, Shape{7, 7}, Shape{33, 20}, Shape{13, 40}, Shape{47, 47}})
        for (const std::string &family : families()) {
            check(member<double>(family, m, n, 1), 'S', 'S', "double " + family);
            check(member<float>(family, m, n), 'S', 'S', "float " + family);
        }
}

TEST_F(OpenclSvdAccuracy, EveryPairOfJobLetters) {
    for (const auto &[m, n] : {Shape{9, 9}, Shape{12, 5}, Shape{4, 11}})
        for (const char jobu : {'S', 'O', 'N', 'A'})
            for (const char jobvt : {'S', 'O', 'N', 'A'})
                if (!(jobu == 'O' && jobvt == 'O') && (m == n || (m > n ? jobu : jobvt) != 'A'))
                    check(random_matrix<double>(m, n, 5, 1), jobu, jobvt, "letters");
}

TEST_F(OpenclSvdAccuracy, EmptyMatricesHaveIdentityVectors) {
    for (const auto &[m, n] : {Shape{0, 0}, Shape{3, 0}, Shape{0, 4}}) {
        const auto d = decompose(plugin, Matrix<double>(m, n), 'A', 'A');
        ASSERT_EQ(d.status, LAI_OK);
        EXPECT_EQ(norm(subtract(d.U.wide(), identity<long double>(m))), 0);
        EXPECT_EQ(norm(subtract(d.VT.wide(), identity<long double>(n))), 0);
    }
}

TEST_F(OpenclSvdAccuracy, NonfiniteInputIsRefusedAsLapackDoes) {
    for (const double bad :
         {std::numeric_limits<double>::quiet_NaN(), -std::numeric_limits<double>::infinity()})
        for (const auto &[m, n] : {Shape{5, 5}, Shape{90, 70}}) {
            auto A = random_matrix<double>(m, n, 1);
            A(m - 1, 0) = bad;
            const auto d = decompose(plugin, A, 'S', 'S');
            ASSERT_EQ(d.status, LAI_OK);
            EXPECT_EQ(d.result.info, -5);
        }
}

}  // namespace
