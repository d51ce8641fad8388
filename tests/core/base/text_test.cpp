// Text helpers: distances, suggestions, UTF-8.
#include "base/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lapack_ai::core {
namespace {

using testing::ElementsAre;

TEST(Text, EditDistance) {
    EXPECT_EQ(edit_distance("", ""), 0u);
    EXPECT_EQ(edit_distance("abc", ""), 3u);
    EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
    EXPECT_EQ(edit_distance("precent", "percent"), 1u) << "a swap of neighbours counts once";
    EXPECT_EQ(edit_distance("warn", "wran"), 1u);
}

TEST(Text, SuggestsOnlyWhatIsNear) {
    const std::vector<std::string> words = {"enabled", "device", "memory_limit_percent"};
    EXPECT_EQ(closest_match("enabeld", words), "enabled");
    EXPECT_EQ(closest_match("ENABLED", words), "enabled");
    EXPECT_EQ(closest_match("memory_limit", words), "");
    EXPECT_EQ(closest_match("x", words), "");
    EXPECT_EQ(closest_match("anything", {}), "");
    EXPECT_EQ(did_you_mean("devise", words), "; did you mean 'device'?");
    EXPECT_EQ(did_you_mean("zebra", words), "");
}

TEST(Text, SplitsAndTrims) {
    EXPECT_THAT(split(" a, b ,,c,", ','), ElementsAre("a", "b", "c"));
    EXPECT_THAT(split("", ','), ElementsAre());
    EXPECT_EQ(trimmed(" \t x y \r\n"), "x y");
    EXPECT_EQ(trimmed("   "), "");
    EXPECT_EQ(lower_case("GESVD é"), "gesvd é");
}

TEST(Text, Utf8) {
    EXPECT_TRUE(is_utf8_text("plain, ü, €, 😀"));
    EXPECT_FALSE(is_utf8_text(std::string_view("a\0b", 3)));
    for (const char *bad :
         {"\xff", "\xc0\xaf", "\xe2\x82", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\x80", "\xc3("}) {
        EXPECT_FALSE(is_utf8_text(bad));
    }
}

}  // namespace
}  // namespace lapack_ai::core
