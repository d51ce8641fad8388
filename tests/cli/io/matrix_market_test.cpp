#include "io/matrix_market.hpp"

#include <cstring>
#include <limits>

#include "reading.hpp"

namespace lapack_ai::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using z = std::complex<double>;

std::string file(const std::string &kind, const std::string &rest) {
    return "%%MatrixMarket matrix " + kind + "\n" + rest;
}

TEST(MatrixMarket, ReadsCoordinates) {
    const Matrix A = read_text(
        read_matrix_market,
        file("coordinate real general", "% a comment\n\n2 3 3\n1 1 1.5\n\n2 3 -2e0\n% between\n1 2 +3\r\n"));
    EXPECT_EQ(A.dtype(), LAI_DTYPE_F64);
    EXPECT_EQ(A.rows(), 2);
    EXPECT_THAT(elements<double>(A), ElementsAre(1.5, 0, 3, 0, 0, -2));
    EXPECT_THAT(elements<double>(
                    read_text(read_matrix_market, file("COORDINATE Integer General", "1 1 2\n1 1 2\n1 1 3"))),
                ElementsAre(5));
    EXPECT_THAT(
        elements<double>(read_text(read_matrix_market, file("coordinate pattern general", "1 2 1\n1 2\n"))),
        ElementsAre(0, 1));
    EXPECT_THAT(
        elements<z>(read_text(read_matrix_market, file("coordinate complex general", "1 1 1\n1 1 1 -2\n"))),
        ElementsAre(z(1, -2)));
}

TEST(MatrixMarket, MirrorsTheLowerTriangle) {
    EXPECT_THAT(elements<double>(read_text(read_matrix_market,
                                           file("coordinate real symmetric", "2 2 2\n1 1 1\n2 1 5\n"))),
                ElementsAre(1, 5, 5, 0));
    EXPECT_THAT(elements<double>(
                    read_text(read_matrix_market, file("coordinate real skew-symmetric", "2 2 1\n2 1 5\n"))),
                ElementsAre(0, 5, -5, 0));
    EXPECT_THAT(elements<z>(read_text(read_matrix_market,
                                      file("coordinate complex hermitian", "2 2 2\n1 1 4 0\n2 1 1 2\n"))),
                ElementsAre(z(4, 0), z(1, 2), z(1, -2), z(0, 0)));
    EXPECT_THAT(
        elements<z>(read_text(read_matrix_market, file("coordinate complex symmetric", "2 2 1\n2 1 1 2\n"))),
        ElementsAre(z(0), z(1, 2), z(1, 2), z(0)));
    EXPECT_THAT(
        elements<double>(read_text(read_matrix_market, file("array real symmetric", "2 2\n1\n2\n3\n"))),
        ElementsAre(1, 2, 2, 3));
    EXPECT_THAT(
        elements<double>(read_text(read_matrix_market, file("array real skew-symmetric", "2 2\n7\n"))),
        ElementsAre(0, 7, -7, 0));
}

TEST(MatrixMarket, ReadsArraysColumnByColumn) {
    EXPECT_THAT(
        elements<double>(read_text(read_matrix_market, file("array real general", "2 2\n1\n2\n3\n4\n"))),
        ElementsAre(1, 2, 3, 4));
    EXPECT_EQ(read_text(read_matrix_market, file("array real general", "0 4000000000000000000\n")).cols(),
              4000000000000000000);
}

TEST(MatrixMarket, WritesWhatItReads) {
    Matrix A(LAI_DTYPE_F64, 2, 3);
    const double values[] = {
        1.0 / 3, -0.0, 1e-310, 1.7976931348623157e308, 12345678.9, std::numeric_limits<double>::infinity()};
    std::memcpy(A.data(), values, sizeof values);
    std::ostringstream out;
    write_matrix_market(out, A);
    const Matrix B = read_text(read_matrix_market, out.str());
    EXPECT_EQ(std::memcmp(A.data(), B.data(), A.bytes()), 0);

    Matrix C(LAI_DTYPE_C64, 1, 1);
    *C.as<z>() = {0.1, -0.2};
    std::ostringstream complex;
    write_matrix_market(complex, C);
    EXPECT_EQ(*read_text(read_matrix_market, complex.str()).as<z>(), z(0.1, -0.2));
}

TEST(MatrixMarket, MalformedFilesAreNamedWithTheirLine) {
    const std::string real = "coordinate real general", symmetric = "coordinate real symmetric";
    const Malformed cases[] = {
        {"", "truncated: the %%MatrixMarket line is missing"},
        {"1 1 1\n", "file:1: banner '1'"},
        {"%%MatrixMarket vector coordinate real general\n", "object 'vector': must be one of matrix"},
        {file("sparse real general", ""), "format 'sparse': must be one of coordinate, array"},
        {file("coordinate quaternion general", ""), "field 'quaternion'"},
        {file("coordinate real upper", ""), "symmetry 'upper'"},
        {file("coordinate real", ""), "symmetry ''"},
        {file("array pattern general", ""), "must be coordinate, not array"},
        {file("coordinate pattern skew-symmetric", ""), "cannot be skew-symmetric"},
        {file("coordinate real hermitian", ""), "the field must be complex"},
        {file(real, "% only comments\n"), "the size line is missing"},
        {file(real, "2 2\n"), "file:2: entry count ''"},
        {file(real, "2 x 1\n"), "column count 'x'"},
        {file(real, "2 2 1 9\n"), "unexpected '9'"},
        {file(real, "-2 2 1\n"), "shape -2 x 2: dimensions must be >= 0"},
        {file(real, "4294967296 4294967296 1\n"), "overflows 63 bits"},
        {file(real, "99999999999999999999 1 1\n"), "row count '99999999999999999999'"},
        {file(real, "100000 100000 1\n1 1 1\n"), "as a dense matrix, at most 64 MiB is allowed"},
        {file(real, "2 2 -1\n"), "entry count -1"},
        {file(real, "2 2 1000000\n1 1 1\n"), "entry count 1000000: must be in 0.."},
        {file("array real general", "2000 2000\n1\n"), "more values than a file of this size can hold"},
        {file(real, "2 2 2\n1 1 1\n"), "truncated: 1 entries, the size line says 2"},
        {file(real, "2 2 1\n1 1 1\n2 2 2\n"), "file:4: more entries than the size line says"},
        {file(real, "2 2 1\n3 1 1\n"), "file:3: row index 3: must be in 1..2"},
        {file(real, "2 2 1\n1 0 1\n"), "column index 0: must be in 1..2"},
        {file(real, "2 2 1\n1 1\n"), "value ''"},
        {file(real, "2 2 1\n1 1 one\n"), "value 'one': must be a number"},
        {file(real, "2 2 1\n1 1 1e999\n"), "value '1e999'"},
        {file(real, "2 2 1\n1 1 1 1\n"), "unexpected '1'"},
        {file(real, "2 2 1\n1.5 1 1\n"), "row index '1.5'"},
        {file("coordinate complex general", "1 1 1\n1 1 1\n"), "imaginary part ''"},
        {file("array real general", "2 2\n1\n2\n3\n"), "no value for entry (2, 2)"},
        {file("array real general", "1 1\n1\n2\n"), "more entries"},
        {file(symmetric, "2 3 0\n"), "must be square"},
        {file(symmetric, "2 2 1\n1 2 1\n"), "entry (1, 2) above the diagonal"},
        {file("coordinate real skew-symmetric", "1 1 1\n1 1 1\n"), "must be 0 or left out"},
        {file("coordinate complex hermitian", "1 1 1\n1 1 1 1\n"), "its imaginary part must be 0"},
        {file(real, "1 1 1\n" + std::string(70000, ' ')), "line longer than 64 KiB"},
    };
    for (const Malformed &c : cases)
        EXPECT_THAT(message_of(read_matrix_market, c.text), HasSubstr(c.message));
}

}  // namespace
}  // namespace lapack_ai::cli
