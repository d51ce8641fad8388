// YAML text to trees: positions, quoting, aliases, and what is refused.
#include "config/yaml.hpp"

#include <random>

#include "config_test.hpp"

namespace lapack_ai::core {
namespace {

using testing::HasSubstr;

std::shared_ptr<const Source> file() {
    return std::make_shared<const Source>(Source{"f.yaml", true});
}

Value parse(const std::string &text) {
    return parse_yaml(text, file());
}

std::string refusal(const std::string &text) {
    try {
        parse(text);
    } catch (const Error &error) {
        EXPECT_EQ(error.kind(), ErrorKind::configuration);
        return error.what();
    }
    return {};
}

TEST(Yaml, NodesKnowWhereTheyStand) {
    const std::string text = "# ü\na:\n  b: [1, 'two']\n  c: {d: yes}\n";
    const Value root = parse(text);
    const Value *list = find_path(root, "a.b");
    ASSERT_TRUE(list);
    EXPECT_EQ(list->where(), "f.yaml:3");
    EXPECT_TRUE(list->flow);
    EXPECT_EQ(list->items.at(1).text, "two");
    EXPECT_TRUE(list->items.at(1).quoted);
    EXPECT_EQ(text.substr(list->items.at(1).position, 5), "'two'");
    const Value *d = find_path(root, "a.c.d");
    ASSERT_TRUE(d);
    EXPECT_EQ(text.substr(d->position), "yes}\n");
    EXPECT_EQ(text.substr(find_path(root, "a.c")->entries.at(0).position, 2), "d:");
}

TEST(Yaml, ANullHasTheLineOfItsKey) {
    EXPECT_EQ(find_path(parse("a:\n  b:\n\n\n  c: 1\n"), "a.b")->line, 2);
    EXPECT_EQ(find_path(parse("a:\n  b:\n\n\n"), "a.b")->line, 2);
    EXPECT_EQ(parse("").kind, Value::Kind::null);
    EXPECT_EQ(parse("# only a comment\n").kind, Value::Kind::null);
}

TEST(Yaml, AliasesAreExpandedAndMergesBringWhatIsNotThere) {
    const Value root =
        parse("base: &b {x: 1, y: 2}\nplain: *b\nmerged: {<<: *b, y: 3}\nmany: {<<: [*b, {z: 4}]}\n");
    EXPECT_EQ(to_json(*find_path(root, "plain")), "{\"x\":1,\"y\":2}");
    EXPECT_EQ(find_path(root, "merged.x")->text, "1");
    EXPECT_EQ(find_path(root, "merged.y")->text, "3");
    EXPECT_EQ(find_path(root, "many.z")->text, "4");
    EXPECT_THAT(refusal("a: {<<: 3}\n"), HasSubstr("f.yaml:1: '<<' needs a section"));
    EXPECT_NE(refusal("a: &a [*a]\n"), "");
    EXPECT_NE(refusal("a: *nowhere\n"), "");
}

TEST(Yaml, RefusesDuplicateKeys) {
    EXPECT_EQ(refusal("a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n"), "f.yaml:5: duplicate key 'c', first on line 3");
    EXPECT_EQ(refusal("{a: 1, a: 2}"), "f.yaml:1: duplicate key 'a', first on line 1");
}

TEST(Yaml, RefusesWhatIsNoConfiguration) {
    EXPECT_EQ(refusal(std::string("a: 1\0b", 6)), "f.yaml: not a text file in UTF-8");
    EXPECT_EQ(refusal("a: \xff\xfe\n"), "f.yaml: not a text file in UTF-8");
    EXPECT_THAT(refusal("a: 1\n---\nb: 2\n"), HasSubstr("a second document"));
    EXPECT_EQ(refusal("? [a, b]\n: 1\n"), "f.yaml:1: a key must be a plain word; is a bracket not closed?");
    EXPECT_THAT(refusal("[1"), HasSubstr("is a bracket not closed?"));
    EXPECT_THAT(refusal("a: !secret 3\n"), HasSubstr("f.yaml:1: unknown tag '!secret'"));
    EXPECT_THAT(refusal("a: 1\n  b: 2\n"), HasSubstr("f.yaml:2: not valid YAML: "));
    EXPECT_THAT(refusal("a: [1, 2\n"), HasSubstr("not valid YAML"));
    EXPECT_THAT(refusal("a: \"open"), HasSubstr("not valid YAML"));
    // The rest of the file would be swallowed as text.
    EXPECT_EQ(refusal("a: 1\nb: \"open\nc: 2\n"), "f.yaml:2: not valid YAML: a quote is not closed");
    EXPECT_EQ(refusal("b: &x 'it''s open\nc: 2\n"), "f.yaml:1: not valid YAML: a quote is not closed");
    EXPECT_EQ(refusal("b: &x 'it''s shut'\nc: \"\\\"\"\n"), "");
    EXPECT_THAT(refusal("\tb: 1\n"), HasSubstr("not valid YAML"));
}

TEST(Yaml, DepthAndSizeAreBounded) {
    for (const char *bracket : {"[", "{a: ", "- ", "&a ["}) {
        std::string deep;
        for (int i = 0; i < 100'000; ++i) deep += bracket;
        EXPECT_NE(refusal(deep), "") << bracket;
    }
    std::string indented;
    for (int i = 0; i < 1000; ++i) indented += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
    EXPECT_THAT(refusal(indented), HasSubstr("nested deeper than 64 levels"));
    EXPECT_THAT(refusal(std::string(2 << 20, 'x')), HasSubstr("larger than 1 MiB"));
    std::string laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 10; ++i) {
        const std::string last = "*a" + std::to_string(i - 1);
        std::string line = "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + last;
        for (int j = 1; j < 10; ++j) line += ", " + last;
        laughs += line + "]\n";
    }
    EXPECT_THAT(refusal(laughs), HasSubstr("too many values"));
}

TEST(Yaml, SurvivesRandomText) {
    const std::string pieces[] = {"a",  ": ", "\n",   "  ",  "- ",   "[", "]", "{", "}",     ",",
                                  "'",  "\"", "#",    "&x ", "*x",   "|", ">", "!", "---\n", "...\n",
                                  "? ", "~",  "\r\n", "\t",  "<<: ", "%", "@", "é"};
    std::mt19937 random(11);
    std::uniform_int_distribution<std::size_t> pick(0, std::size(pieces) - 1);
    int parsed = 0;
    for (int round = 0; round < 5000; ++round) {
        std::string text;
        for (int i = 0; i < 12; ++i) text += pieces[pick(random)];
        parsed += refusal(text).empty() ? 1 : 0;
    }
    EXPECT_GT(parsed, 0);
}

TEST(Value, JsonOfPlainAndQuotedText) {
    EXPECT_EQ(to_json(parse("{a: true, b: 'true', c: 0.25, d: 1e3, e: 08, f: ~, g: no, h: \"x\\n\\\"\"}")),
              "{\"a\":true,\"b\":\"true\",\"c\":0.25,\"d\":1000,\"e\":8,\"f\":null,\"g\":\"no\",\"h\":"
              "\"x\\n\\\"\"}");
}

TEST(Value, NumbersAreDecimalAndFinite) {
    const auto number = [](const char *text) { return as_number(Value::scalar(text, nullptr)); };
    EXPECT_EQ(number("0.25"), 0.25);
    EXPECT_EQ(number("+3"), 3);
    EXPECT_EQ(number("-1e-3"), -1e-3);
    for (const char *text : {"", "+", "-", "0x10", "1,5", "inf", "nan", ".inf", "1e999", "3 ", "3x", "++3"}) {
        EXPECT_FALSE(number(text)) << text;
    }
}

}  // namespace
}  // namespace lapack_ai::core
