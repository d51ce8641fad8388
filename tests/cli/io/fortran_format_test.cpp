#include "io/fortran_format.hpp"

#include <gtest/gtest.h>

namespace lapack_ai::cli {
namespace {

TEST(FortranFormat, ReadsWhatHarwellBoeingFilesState) {
    struct Case {
        const char *text;
        char letter;
        int count, width, decimals, scale;
    };
    const Case cases[] = {
        {"(13I6)", 'I', 13, 6, 0, 0},
        {"(I8)", 'I', 1, 8, 0, 0},
        {"(16I5.3)", 'I', 16, 5, 0, 0},
        {"(5E16.8)", 'E', 5, 16, 8, 0},
        {"(4d20.13)", 'E', 4, 20, 13, 0},
        {"(1P,4E20.12)", 'E', 4, 20, 12, 1},
        {"(1P4E20.12)", 'E', 4, 20, 12, 1},
        {"(-2PF10.3)", 'E', 1, 10, 3, -2},
        {"( 3 E 25.16 E3 )", 'E', 3, 25, 16, 0},
        {"(10F7.1)", 'E', 10, 7, 1, 0},
        {"(3G24.16)", 'E', 3, 24, 16, 0},
    };
    for (const Case &c : cases) {
        const auto format = parse_fortran_format(c.text);
        ASSERT_TRUE(format) << c.text;
        EXPECT_EQ(format->letter, c.letter) << c.text;
        EXPECT_EQ(format->count, c.count) << c.text;
        EXPECT_EQ(format->width, c.width) << c.text;
        EXPECT_EQ(format->decimals, c.decimals) << c.text;
        EXPECT_EQ(format->scale, c.scale) << c.text;
    }
}

TEST(FortranFormat, RefusesTheRest) {
    for (const char *text : {"", "13I6", "(13I6", "(I)", "(0I6)", "(13I0)", "(13A6)", "(13I6)x", "(P4E20.12)",
                             "(-3I6)", "(99999999999I6)", "(3(I6))", "(E16.)", "(E16.8E)", "(1PX)"})
        EXPECT_FALSE(parse_fortran_format(text)) << text;
}

TEST(FortranFormat, FieldsHaveFixedWidth) {
    const auto format = parse_fortran_format("(3I4)").value();
    EXPECT_EQ(fortran_field(format, "  12 345678", 0), "12");
    EXPECT_EQ(fortran_field(format, "  12 345678", 1), "345");
    EXPECT_EQ(fortran_field(format, "  12 345678", 2), "678");
    EXPECT_EQ(fortran_field(format, "  12", 1), "");
    EXPECT_EQ(fortran_field(format, "  12    ", 1), "");
}

TEST(FortranFormat, NumbersFollowFortransInputRules) {
    const auto plain = parse_fortran_format("(F10.3)").value();
    EXPECT_EQ(fortran_real(plain, "1.5"), 1.5);
    EXPECT_DOUBLE_EQ(fortran_real(plain, "12345").value(), 12.345);  // implied point
    EXPECT_DOUBLE_EQ(fortran_real(plain, "-12345E1").value(), -123.45);
    const auto scaled = parse_fortran_format("(1P,E20.12)").value();
    EXPECT_DOUBLE_EQ(fortran_real(scaled, "2.5").value(), 0.25);  // kP divides where no exponent stands
    EXPECT_EQ(fortran_real(scaled, "2.5D0"), 2.5);
    EXPECT_FALSE(fortran_real(plain, "*****"));
    EXPECT_FALSE(fortran_real(plain, ""));
}

}  // namespace
}  // namespace lapack_ai::cli
