// The examples in docs/api.md are the programs of examples/api/, word for word; those are built and run as
// tests.
#include <gtest/gtest.h>

#include <fstream>
#include <string>

namespace {

std::string contents(const std::string &path) {
    std::ifstream file(LAPACK_AI_SOURCE_DIR "/" + path);
    return {(std::istreambuf_iterator<char>(file)), {}};
}

TEST(ApiDocument, ShowsTheExamplesAsTheyAre) {
    const std::string document = contents("docs/api.md");
    for (const char *name : {"solve.c", "svd.cpp", "in_place.cpp", "device.cpp"}) {
        const std::string example = contents(std::string("examples/api/") + name);
        ASSERT_FALSE(example.empty()) << name;
        EXPECT_NE(document.find(example), std::string::npos)
            << name << " differs from what docs/api.md shows";
    }
}

}  // namespace
