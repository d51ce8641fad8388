// The SDK's option reader.
#include "lapack_ai/sdk/json.hpp"

#include <gtest/gtest.h>

namespace {

using lapack_ai::sdk::Json;

TEST(Json, ReadsEveryKind) {
    const Json options(R"( {"threads": 4, "rate" : 2.5e9, "name":"a, \"b\"", "on": true,
                            "list": [1, [2, 3], {"x": 4}], "deep": {"list": "shadow", "y": -7}, "none": null} )");
    EXPECT_EQ(options.size(), 7);
    EXPECT_EQ(options["threads"].integer(0), 4);
    EXPECT_EQ(options["rate"].number(0), 2.5e9);
    EXPECT_EQ(options["name"].string(""), "a, \"b\"");
    EXPECT_TRUE(options["on"].boolean(false));
    EXPECT_EQ(options["list"].size(), 3);
    EXPECT_EQ(options["list"].at(1).at(1).integer(0), 3);
    EXPECT_EQ(options["list"].at(2)["x"].integer(0), 4);
    EXPECT_EQ(options["deep"]["y"].integer(0), -7);
    EXPECT_FALSE(options["none"].present());
}

TEST(Json, AbsentAndMalformedGiveTheDefault) {
    for (const char *text : {"", "{", "[1", "{\"a\":}", "nonsense", "{\"a\" 1}", "{\"a"}) {
        const Json options{text};
        EXPECT_EQ(options["a"]["b"].at(3).number(1.5), 1.5) << text;
        EXPECT_EQ(options["a"].string("d"), "d") << text;
        EXPECT_TRUE(options["a"].boolean(true)) << text;
    }
    EXPECT_EQ(Json("{\"a\": \"text\"}")["a"].number(3), 3);
    EXPECT_EQ(Json("{\"a\": 3}")["a"].string("d"), "d");
    EXPECT_EQ(Json("1.5").integer(9), 9);
}

}  // namespace
