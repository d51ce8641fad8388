// Every family of matrices through every path, in single and double precision, against reference LAPACK.
#include "svd_fixture.hpp"

namespace {

using namespace lapack_ai::test;
using Shape = std::pair<std::int64_t, std::int64_t>;
using OpenclSvdAccuracy = OpenclSvd;

TEST_F(OpenclSvdAccuracy, EveryFamilyInBothPrecisions) {
    for (const auto &[m, n] : {Shape{1, 1}, Shape{7, 7}, Shape{33, 20}, Shape{13, 40}, Shape{47, 47},
                               Shape{71, 71}, Shape{50, 129}, Shape{100, 66}, Shape{700, 37}})
        for (const std::string &family : families()) {
            check(member<double>(family, m, n, 1), 'S', 'S', "double " + family);
            check(member<float>(family, m, n), 'S', 'S', "float " + family);
        }
}

TEST_F(OpenclSvdAccuracy, EveryPairOfJobLetters) {
    for (const auto &[m, n] : {Shape{9, 9}, Shape{12, 5}, Shape{4, 11}, Shape{66, 53}, Shape{50, 67}})
        for (const char jobu : {'S', 'O', 'N', 'A'})
            for (const char jobvt : {'S', 'O', 'N', 'A'})
                if (!(jobu == 'O' && jobvt == 'O'))
                    check(random_matrix<double>(m, n, 5, 1), jobu, jobvt, "letters");
}

// More rows than a group keeps in registers; more leaves than one; a panel that ends where the matrix does.
TEST_F(OpenclSvdAccuracy, SizesAroundPanelsAndLeaves) {
    for (const auto &[m, n] :
         {Shape{49, 1}, Shape{64, 64}, Shape{65, 33}, Shape{97, 96}, Shape{330, 34}, Shape{2, 280}})
        for (const char job : {'S', 'N'}) check(random_matrix<double>(m, n, 9, 1), job, job, "sizes");
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
