// Manifests: what is read from them and when this host refuses one.
#include "plugin/manifest.hpp"

#include "plugin/platform.hpp"
#include "plugin_test.hpp"

namespace lapack_ai::core {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using ManifestTest = PluginTest;

std::string refusal(const std::string &json) {
    try {
        parse_manifest("LAIMANI1" + json);
    } catch (const Error &error) {
        return error.what();
    }
    return {};
}

TEST_F(ManifestTest, ReadsAllOfAPluginFile) {
    const Manifest manifest = read_manifest(faulty("nothing"));
    EXPECT_EQ(manifest.id, "faulty_nothing");
    EXPECT_EQ(manifest.abi_major, LAI_ABI_MAJOR);
    EXPECT_EQ(manifest.abi_minor, LAI_ABI_MINOR);
    EXPECT_EQ(manifest.platform, platform());
    EXPECT_EQ(manifest.title, "a plugin that goes wrong");
    EXPECT_THAT(manifest.roles, ElementsAre("lai.backend/0.draft"));
    EXPECT_THAT(manifest.options_schema, HasSubstr("\"speed\""));
    EXPECT_EQ(check_manifest(manifest), "");
}

TEST_F(ManifestTest, NamesTheFileInItsErrors) {
    const std::string path = write("plugin.so", "text");
    EXPECT_EQ(error_of([&] { read_manifest(path); }), path + ": not a shared object: no ELF header");
}

TEST_F(ManifestTest, RefusesMalformedText) {
    EXPECT_EQ(refusal(R"({"abi": [0, 1], "id": "x"})"), "");
    EXPECT_THAT(refusal(""), HasSubstr("not a JSON object"));
    EXPECT_THAT(refusal("{"), HasSubstr("not a JSON object"));
    EXPECT_THAT(refusal("[1]"), HasSubstr("not a JSON object"));
    EXPECT_THAT(refusal(R"({"id": "x"})"), HasSubstr("'abi'"));
    EXPECT_THAT(refusal(R"({"abi": [0], "id": "x"})"), HasSubstr("'abi'"));
    EXPECT_THAT(refusal(R"({"abi": [-1, 0], "id": "x"})"), HasSubstr("'abi'"));
    EXPECT_THAT(refusal(R"({"abi": [0, 1]})"), HasSubstr("id ''"));
    EXPECT_THAT(refusal(R"({"abi": [0, 1], "id": "../x"})"), HasSubstr("id '../x'"));
    EXPECT_THAT(refusal(R"({"abi": [0, 1], "id": "x", "roles": "one"})"), HasSubstr("'roles'"));
    EXPECT_THAT(refusal(R"({"abi": [0, 1], "id": "x", "title": 3})"), HasSubstr("'title'"));
    EXPECT_THAT(refusal(R"({"abi": [0, 1], "id": "x", "options": []})"), HasSubstr("'options'"));
    EXPECT_THAT(error_of([] { parse_manifest("XXXXXXXX{}"); }), HasSubstr("LAIMANI1"));
}

TEST_F(ManifestTest, RefusesOtherAbisPlatformsAndProcessors) {
    Manifest manifest = read_manifest(faulty("nothing"));
    manifest.abi_major = 7;
    EXPECT_THAT(check_manifest(manifest), HasSubstr("made for plugin ABI 7."));
    manifest = read_manifest(faulty("nothing"));
    manifest.platform = "s390x-linux-gnu";
    EXPECT_EQ(check_manifest(manifest), std::string("made for s390x-linux-gnu, this is ") + platform());
    manifest = read_manifest(faulty("nothing"));
    manifest.cpu_features = {"avx1024", "quantum"};
    EXPECT_EQ(check_manifest(manifest), "needs a processor with avx1024, quantum");
}

}  // namespace
}  // namespace lapack_ai::core
