// The editor's JSON Schema, the manual and the shipped YAML against the table of keys in code: same keys,
// types, ranges, defaults, variables.
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "base/file.hpp"
#include "config/keys.hpp"
#include "config/value.hpp"
#include "config_test.hpp"

namespace lapack_ai::core {
namespace {

using nlohmann::json;
using testing::HasSubstr;

std::string source_file(const std::string &name) {
    return read_file(LAPACK_AI_SOURCE_DIR "/" + name);
}

class DocumentsTest : public ConfigTest {
  protected:
    json schema = json::parse(source_file("config/lapack_ai.schema.json"));
    std::string manual = source_file("docs/configuration.md");

    // The schema's node of a dotted path; null when it has none.
    json schema_of(const std::string &path) const {
        json node = schema;
        std::string rest = path;
        for (;;) {
            const auto dot = rest.find('.');
            const std::string key = rest.substr(0, dot);
            if (!node.contains("properties") || !node["properties"].contains(key)) return nullptr;
            json next = node["properties"][key];
            node = std::move(next);
            if (dot == std::string::npos) return node;
            rest = rest.substr(dot + 1);
        }
    }

    std::string manual_row(const std::string &path) const {
        const auto at = manual.find("| `" + path + "` |");
        return at == std::string::npos ? "" : manual.substr(at, manual.find('\n', at) - at);
    }
};

struct TypeName {
    const Key &key;
    std::string operator()(bool &(*)(Settings &)) const { return "boolean"; }
    std::string operator()(int &(*)(Settings &)) const { return "integer"; }
    std::string operator()(std::int64_t &(*)(Settings &)) const { return "integer"; }
    std::string operator()(double &(*)(Settings &)) const { return "number"; }
    std::string operator()(std::string &(*)(Settings &)) const { return "string"; }
    std::string operator()(std::vector<std::string> &(*)(Settings &)) const { return "array"; }
    std::string operator()(std::map<std::string, std::string> &(*)(Settings &)) const { return "object"; }
    std::string operator()(void (*)(Settings &, std::size_t)) const { return "enum"; }
};

TEST_F(DocumentsTest, SchemaHasEveryKeyWithItsTypeRangeAndDefault) {
    const auto settings = load();
    for (const Key &key : keys()) {
        json node = schema_of(key.path);
        ASSERT_FALSE(node.is_null()) << key.path;
        EXPECT_EQ(node["default"], json::parse(settings->values.at(key.path))) << key.path;
        const std::string type = std::visit(TypeName{key}, key.target);
        if (type == "enum") {
            EXPECT_EQ(node["enum"], json(key.words)) << key.path;
            continue;
        }
        if (node.contains("anyOf")) {
            EXPECT_EQ(node["anyOf"][0]["const"], json(key.words.at(0))) << key.path;
            json number = node["anyOf"][1];
            node = std::move(number);
        }
        EXPECT_TRUE(node["type"] == type || node["type"][0] == type) << key.path;
        if (type == "integer" || type == "number") {
            EXPECT_EQ(node["minimum"].get<double>(), key.min) << key.path;
            EXPECT_EQ(node["maximum"].get<double>(), key.max) << key.path;
        }
    }
}

void collect(const json &node, const std::string &path, std::set<std::string> &leaves) {
    for (const auto &property : node["properties"].items()) {
        const std::string name = path.empty() ? property.key() : path + "." + property.key();
        if (property.value().contains("properties")) {
            collect(property.value(), name, leaves);
        } else if (name != "plugins") {
            leaves.insert(name);
        }
    }
}

TEST_F(DocumentsTest, SchemaHasNoOtherKeys) {
    std::set<std::string> leaves;
    collect(schema, "", leaves);
    for (const std::string &leaf : leaves) EXPECT_TRUE(find_key(leaf)) << leaf;
    EXPECT_EQ(leaves.size(), keys().size());
}

TEST_F(DocumentsTest, ManualHasEveryKeyWithItsDefaultRangeAndVariable) {
    const auto settings = load();
    for (const Key &key : keys()) {
        const std::string row = manual_row(key.path);
        ASSERT_FALSE(row.empty()) << key.path;
        EXPECT_THAT(row, HasSubstr("| `" + settings->values.at(key.path) + "` |")) << key.path;
        for (const std::string &word : key.words) EXPECT_THAT(row, HasSubstr("`" + word + "`")) << key.path;
        if (key.max > key.min) {
            const std::string text = requirement(key);
            const auto from = text.find(" from ") + 6;
            EXPECT_THAT(row, HasSubstr(text.substr(from, text.find_first_of(",(", from) - from - 1)))
                << key.path;
        }
        if (!key.environment) continue;
        EXPECT_THAT(row, HasSubstr("`LAPACK_" + std::string(key.environment) + "`"));
    }
}

}  // namespace
}  // namespace lapack_ai::core
