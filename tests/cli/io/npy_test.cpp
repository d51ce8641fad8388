#include "io/npy.hpp"

#include <complex>
#include <cstring>
#include <numeric>

#include "reading.hpp"

namespace lapack_ai::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string with_header(const std::string &header, const std::string &data, char version = 1) {
    std::string file("\x93NUMPY", 6);
    file += {version, '\0'};
    for (std::size_t i = 0; i < (version == 1 ? 2u : 4u); ++i)
        file += static_cast<char>(header.size() >> (8 * i) & 0xff);
    return file + header + data;
}

std::string npy(const std::string &descr, const std::string &shape, const std::string &data,
                bool fortran = false, char version = 1) {
    return with_header("{'descr': '" + descr + "', 'fortran_order': " + (fortran ? "True" : "False") +
                           ", 'shape': " + shape + ", }     \n",
                       data, version);
}

template <class T>
std::string bytes(std::initializer_list<T> values) {
    std::string out(values.size() * sizeof(T), '\0');
    std::memcpy(out.data(), values.begin(), out.size());
    return out;
}

TEST(Npy, ReadsBothOrdersInEveryVersion) {
    for (const char version : {1, 2, 3}) {
        const Matrix C =
            read_text(read_npy, npy("<f8", "(2, 3)", bytes<double>({1, 2, 3, 4, 5, 6}), false, version));
        EXPECT_EQ(C.rows(), 2);
        EXPECT_EQ(C.cols(), 3);
        EXPECT_THAT(elements<double>(C), ElementsAre(1, 4, 2, 5, 3, 6));
        const Matrix F =
            read_text(read_npy, npy("<f8", "(2, 3)", bytes<double>({1, 2, 3, 4, 5, 6}), true, version));
        EXPECT_THAT(elements<double>(F), ElementsAre(1, 2, 3, 4, 5, 6));
    }
}

TEST(Npy, KeepsOrConvertsElementTypes) {
    EXPECT_THAT(elements<float>(read_text(read_npy, npy("<f4", "(2,)", bytes<float>({1.5f, -2})))),
                ElementsAre(1.5f, -2));
    using c = std::complex<float>;
    EXPECT_THAT(elements<c>(read_text(read_npy, npy("<c8", "(1, 1)", bytes<float>({1, 2})))),
                ElementsAre(c(1, 2)));
    using z = std::complex<double>;
    EXPECT_THAT(elements<z>(read_text(read_npy, npy("<c16", "(1, 1)", bytes<double>({1, 2})))),
                ElementsAre(z(1, 2)));
    // 1, -2, the smallest subnormal, the largest, infinity
    EXPECT_THAT(elements<float>(read_text(
                    read_npy, npy("<f2", "(5,)", bytes<std::uint16_t>({0x3c00, 0xc000, 1, 0x7bff, 0x7c00})))),
                ElementsAre(1, -2, 0x1p-24f, 65504, INFINITY));
    EXPECT_TRUE(
        std::isnan(*read_text(read_npy, npy("<f2", "()", bytes<std::uint16_t>({0x7e00}))).as<float>()));
    EXPECT_THAT(elements<double>(read_text(read_npy, npy("|b1", "(3,)", bytes<char>({0, 1, 2})))),
                ElementsAre(0, 1, 1));
    EXPECT_THAT(elements<double>(read_text(read_npy, npy("|i1", "(1,)", bytes<std::int8_t>({-3})))),
                ElementsAre(-3));
    EXPECT_THAT(elements<double>(read_text(read_npy, npy("<u2", "(1,)", bytes<std::uint16_t>({65535})))),
                ElementsAre(65535));
    EXPECT_THAT(elements<double>(read_text(read_npy, npy("<i4", "(1,)", bytes<std::int32_t>({-70000})))),
                ElementsAre(-70000));
    EXPECT_THAT(elements<double>(read_text(read_npy, npy("<u8", "(1,)", bytes<std::uint64_t>({UINT64_MAX})))),
                ElementsAre(0x1p64));
}

TEST(Npy, ScalarsVectorsAndEmptyMatrices) {
    const std::tuple<const char *, std::int64_t, std::int64_t, std::size_t> cases[] = {
        {"()", 1, 1, 1},     {"(2,)", 2, 1, 2},   {"(1, 2)", 1, 2, 2},
        {"(0, 5)", 0, 5, 0}, {"(5, 0)", 5, 0, 0}, {"(2L, 1L)", 2, 1, 2}};
    for (const auto &[shape, rows, cols, count] : cases) {
        for (const bool fortran : {false, true}) {
            const Matrix A = read_text(read_npy, npy("<f8", shape, std::string(8 * count, '\0'), fortran));
            EXPECT_EQ(A.rows(), rows) << shape;
            EXPECT_EQ(A.cols(), cols) << shape;
        }
    }
}

// Larger than a group of rows, and not a multiple of one.
TEST(Npy, ReadsManyRowsInGroups) {
    const std::int64_t m = 131, n = 17;
    std::string data;
    for (std::int64_t i = 0; i < m * n; ++i) data += bytes<double>({static_cast<double>(i)});
    const Matrix A = read_text(read_npy, npy("<f8", "(131, 17)", data));
    for (std::int64_t i = 0; i < m; ++i)
        for (std::int64_t j = 0; j < n; ++j)
            ASSERT_EQ(A.as<double>()[j * m + i], static_cast<double>(i * n + j));
}

TEST(Npy, WritesWhatItReads) {
    for (const lai_dtype dtype : {LAI_DTYPE_F32, LAI_DTYPE_F64, LAI_DTYPE_C32, LAI_DTYPE_C64}) {
        Matrix A(dtype, 7, 3);
        with_type(dtype, [&](auto zero) {
            for (int i = 0; i < 21; ++i) A.as<decltype(zero)>()[i] = static_cast<float>(i) / 3;
        });
        std::ostringstream out;
        write_npy(out, A);
        EXPECT_EQ((out.str().size() - A.bytes()) % 64, 0u);
        const Matrix B = read_text(read_npy, out.str());
        EXPECT_EQ(B.dtype(), dtype);
        ASSERT_EQ(B.rows(), 7);
        ASSERT_EQ(B.cols(), 3);
        EXPECT_EQ(std::memcmp(A.data(), B.data(), A.bytes()), 0);
    }
    std::ostringstream out;
    write_npy(out, Matrix(LAI_DTYPE_F64, 4, 1), true);
    EXPECT_THAT(out.str(), HasSubstr("'shape': (4,), }"));
}

TEST(Npy, MalformedFilesAreNamed) {
    const std::string eight(8, '\0');
    const Malformed cases[] = {
        {"\x93NUM", "shorter than its magic number"},
        {"PK\x03\x04 something else", "wrong magic number"},
        {with_header("{}", "", 4), ".npy version 4: must be 1, 2 or 3"},
        {with_header("{}", "", 0), ".npy version 0"},
        {npy("<f8", "(1,)", eight).substr(0, 9), "no header length"},
        {npy("<f8", "(1,)", eight).substr(0, 40), "the header ends before its stated length"},
        {std::string("\x93NUMPY\x02\x00\xff\xff\xff\xff", 12), ".npy header length 4294967295"},
        {npy("<f8", "(2, 3)", eight), "8 bytes of data, shape 2 x 3 of <f8 needs 48"},
        {npy("<f8", "(1,)", eight + "x"), "more data than its header says: 9 bytes"},
        {npy("<f8", "(-1, 3)", eight), "shape -1 x 3: dimensions must be >= 0"},
        {npy("<f8", "(4294967296, 4294967296)", eight), "overflows 63 bits"},
        {npy("<f8", "(9223372036854775807, 2)", eight), "overflows 63 bits"},
        {npy("<f8", "(9223372036854775808, 1)", eight), "shape: must be integers of 64 bits"},
        {npy("<f8", "(100000, 100000)", eight),
         "needs 74.5 GiB as a dense matrix, at most 64 MiB is allowed"},
        {npy("<f8", "(1, 1, 1)", eight), "shape of 3 dimensions: must be a matrix or a vector"},
        {npy("<f8", "3", eight), "expected ( at"},
        {npy("<f8", "(1.5,)", eight), "header:"},
        {npy("<f8", "(a,)", eight), "shape: must be integers"},
        {npy(">f8", "(1,)", eight), "'>f8': must be little-endian"},
        {npy("|O", "(1,)", eight), "element type '|O'"},
        {npy("<f16", "(1,)", eight + eight), "element type '<f16'"},
        {npy("<U4", "(1,)", eight), "element type '<U4'"},
        {with_header("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,)}", eight),
         "structured"},
        {with_header("{'descr': '<f8', 'fortran_order': Maybe, 'shape': (1,)}", eight),
         "must be True or False, not 'Maybe"},
        {with_header("{'descr': '<f8', 'fortran_order': False}", eight), "must all be there"},
        {with_header("{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (1,)}", eight),
         "'descr' stands twice"},
        {with_header("{'evil': '<f8'}", eight), "key 'evil'"},
        {with_header("{'descr': '<f8", eight), "a string without end"},
        {with_header("", eight), "expected {"},
        {with_header("{'descr': '<f8', 'fortran_order': False, 'shape': (1,)} import os", eight),
         "after the closing brace"},
    };
    for (const Malformed &c : cases) EXPECT_THAT(message_of(read_npy, c.text), HasSubstr(c.message));
}

TEST(Npy, ControlCharactersDoNotReachTheMessage) {
    const std::string message = message_of(read_npy, npy("\x1b[31m\n", "(1,)", ""));
    EXPECT_THAT(message, HasSubstr("'?[31m?'"));
}

}  // namespace
}  // namespace lapack_ai::cli
