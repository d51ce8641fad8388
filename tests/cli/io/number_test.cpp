#include "io/number.hpp"

#include <gtest/gtest.h>

#include <clocale>
#include <cmath>

namespace lapack_ai::cli {
namespace {

TEST(Number, ReadsWhatCAndFortranWrite) {
    const std::pair<const char *, double> cases[] = {
        {"1", 1},         {"+1.5", 1.5},
        {"-.5", -0.5},    {"1e3", 1000},
        {"1.5D+01", 15},  {"2.5d-1", 0.25},
        {"1.25+02", 125}, {"-7.5-01", -0.75},
        {"1e-400", 0},    {"4.9406564584124654e-324", 5e-324},
    };
    for (const auto &[text, value] : cases) EXPECT_EQ(parse_real(text), value) << text;
    EXPECT_TRUE(std::isnan(*parse_real("nan")));
    EXPECT_EQ(parse_real("-Inf"), -INFINITY);
}

TEST(Number, RefusesTheRest) {
    for (const char *text :
         {"", "+", "-", ".", "1,5", "1e", "e5", "1e999", "-1e99999999", "0x10", "1 2", "--1", "+-1", "1e5x"})
        EXPECT_FALSE(parse_real(text)) << text;
    EXPECT_FALSE(parse_real(std::string(100000, '1')));
    for (const char *text : {"", "1.0", "9223372036854775808", "1e3", " 1", "--1"})
        EXPECT_FALSE(parse_integer(text)) << text;
    EXPECT_EQ(parse_integer("-9223372036854775808"), INT64_MIN);
}

TEST(Number, WordsAreTakenFromTheFront) {
    std::string_view line = "  a\tbc  ";
    EXPECT_EQ(next_word(line), "a");
    EXPECT_EQ(next_word(line), "bc");
    EXPECT_EQ(next_word(line), "");
    EXPECT_EQ(next_word(line), "");
}

}  // namespace
}  // namespace lapack_ai::cli
