// What is said about wrong settings: key, value, where, requirement, suggestion.
#include <clocale>

#include "config/keys.hpp"
#include "config_test.hpp"

namespace lapack_ai::core {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class CheckTest : public ConfigTest {
  protected:
    // The one problem of a user file with this text, without the file's name.
    std::string problem(const std::string &text) {
        const std::string file = user_file(text);
        const auto problems = check();
        if (problems.size() != 1) {
            ADD_FAILURE() << problems.size() << " problems, first: " << (problems.empty() ? "" : problems[0]);
            return {};
        }
        return problems[0].rfind(file, 0) == 0 ? problems[0].substr(file.size()) : problems[0];
    }
};

TEST_F(CheckTest, ValuesOutOfRangeOrOfAnotherType) {
    EXPECT_EQ(problem("gpu:\n  memory_limit_percent: 120\n"),
              ":2: gpu.memory_limit_percent = 120: must be a number from 10 to 95 (percent of the device's "
              "memory)");
    EXPECT_THAT(problem("gpu: {memory_limit_percent: 9.99}\n"), HasSubstr("from 10 to 95"));
    EXPECT_THAT(problem("gpu: {memory_limit_percent: 80%}\n"), EndsWith("; leave the % sign away"));
    EXPECT_THAT(problem("gpu: {memory_limit_percent: 8GiB}\n"),
                EndsWith("; it is a percentage, not an amount of memory"));
    EXPECT_EQ(problem("gpu: {enabled: maybe}\n"), ":1: gpu.enabled = maybe: must be true or false");
    EXPECT_THAT(problem("batch: {size_limit: 2.5}\n"), HasSubstr("must be a whole number from 1 to 1048576"));
    EXPECT_THAT(problem("dashboard: {port: 70000}\n"), HasSubstr("from 0 to 65535"));
    EXPECT_EQ(problem("dispatch: {fallback: wran}\n"),
              ":1: dispatch.fallback = wran: must be one of auto, warn, strict; did you mean 'warn'?");
    EXPECT_THAT(problem("dispatch: {threads: 0}\n"), HasSubstr("from 1 to 4096, or 'auto'"));
    EXPECT_THAT(problem("plugin_search_paths: /usr/lib\n"), HasSubstr("must be a list of texts"));
    EXPECT_THAT(problem("dispatch: {pin: [gesvd]}\n"), HasSubstr("must be a section of texts"));
    EXPECT_THAT(problem("gpu: true\n"), HasSubstr("gpu = true: must be a section"));
    EXPECT_THAT(problem("log: {level: [info]}\n"), HasSubstr("log.level = a list: must be one of"));
}

TEST_F(CheckTest, KeysWithoutAValue) {
    EXPECT_EQ(
        problem("gpu:\n  enabled: true\n  device:\n\n"),
        ":3: gpu.device has no value; it must be a text ('auto', or a device's number or part of its name)");
    EXPECT_EQ(problem("plugins:\n  cpu:\n    enabled:\n"),
              ":3: plugins.cpu.enabled has no value; it must be true, false or auto");
    // A section whose keys are all commented out says nothing, and is fine.
    user_file("gpu:\n  # enabled: true\nplugins:\n  cpu:\n");
    EXPECT_THAT(check(), IsEmpty());
}

TEST_F(CheckTest, UnknownKeysWithTheNearestKnownOne) {
    EXPECT_EQ(problem("gpu:\n  memory_limit_precent: 70\n"),
              ":2: unknown key 'gpu.memory_limit_precent'; did you mean 'memory_limit_percent'?");
    EXPECT_EQ(problem("plugin: {}\n"), ":1: unknown key 'plugin'; did you mean 'plugins'?");
    EXPECT_EQ(problem("dispach: {fallback: warn}\n"), ":1: unknown key 'dispach'; did you mean 'dispatch'?");
    EXPECT_EQ(problem("memory_limit_percent: 70\n"),
              ":1: unknown key 'memory_limit_percent'; did you mean 'gpu.memory_limit_percent'?");
    EXPECT_EQ(problem("zebra: 1\n"), ":1: unknown key 'zebra'");
}

TEST_F(CheckTest, Plugins) {
    EXPECT_EQ(problem("plugins: {cpu: {enabled: maybe}}\n"),
              ":1: plugins.cpu.enabled = maybe: must be true, false or auto");
    EXPECT_EQ(problem("plugins: {cpu: false}\n"),
              ":1: plugins.cpu = false: must be a section, as in {enabled: false}");
    EXPECT_THAT(problem("plugins: {Cpu: {}}\n"), HasSubstr("a plugin's id is made of a-z, 0-9 and _"));
    EXPECT_EQ(problem("plugins: {cpu: {path: cpu.so}}\n"),
              ":1: plugins.cpu.path = cpu.so: must be an absolute path");
    EXPECT_THAT(problem("plugins: [cpu]\n"), HasSubstr("must be a section with one section per plugin"));
    user_file("plugins: {cpu: {enabled: auto, path: /x/cpu.so, whatever: [it, {wants: 3}]}}\n");
    EXPECT_THAT(check(), IsEmpty());
    EXPECT_EQ(load()->plugins.at("cpu").options_json, "{\"whatever\":[\"it\",{\"wants\":3}]}");
    EXPECT_EQ(load()->plugins.at("cpu").path, "/x/cpu.so");
}

TEST_F(CheckTest, PluginOptionsByTheirOwnSchema) {
    options.plugin_schemas["alpha"] = R"({"type": "object", "additionalProperties": false, "properties": {
        "threads": {"anyOf": [{"const": "auto"}, {"type": "integer", "minimum": 1, "maximum": 64}], "default": "auto"},
        "scheme": {"enum": ["auto", "strassen"], "default": "auto"},
        "ratio": {"type": "number", "exclusiveMinimum": 0, "default": 0.25},
        "names": {"type": "array", "items": {"type": "string", "minLength": 2}},
        "deep": {"type": "object", "properties": {"on": {"type": "boolean"}}}}})";
    const auto one = [&](const std::string &given) {
        return problem("plugins:\n  alpha: {" + given + "}\n");
    };
    EXPECT_EQ(one("threads: 65"),
              ":2: plugins.alpha.threads = 65: must be auto, or a whole number from 1 to 64");
    EXPECT_THAT(one("threads: '4'"), HasSubstr("must be auto, or a whole number"));
    EXPECT_EQ(one("scheme: strasen"), ":2: plugins.alpha.scheme = strasen: must be one of auto, strassen");
    EXPECT_THAT(one("ratio: 0"), HasSubstr("must be a number above 0"));
    EXPECT_THAT(one("names: [ab, c]"), HasSubstr("plugins.alpha.names[1] = c: must be a text"));
    EXPECT_THAT(one("names: ab"), HasSubstr("must be a list"));
    EXPECT_THAT(one("deep: {on: yes}"), HasSubstr("plugins.alpha.deep.on = yes: must be true or false"));
    EXPECT_EQ(one("shceme: auto"), ":2: unknown key 'plugins.alpha.shceme'; did you mean 'scheme'?");
    user_file("plugins: {alpha: {threads: 3, scheme: strassen, names: [ab], deep: {on: true}}}\n");
    EXPECT_THAT(check(), IsEmpty());

    // What nobody set comes from the schema, and says so.
    user_file("plugins: {alpha: {threads: 3}}\n");
    const auto settings = load();
    EXPECT_EQ(settings->plugins.at("alpha").options_json,
              "{\"ratio\":0.25,\"scheme\":\"auto\",\"threads\":3}");
    EXPECT_EQ(settings->provenance.at("plugins.alpha.scheme").source, "default of plugin alpha");

    // A schema that lists options and says nothing of others has no others; one that lists none takes all.
    options.plugin_schemas["alpha"] = R"({"properties": {"threads": {}}})";
    EXPECT_EQ(one("thread: 65"), ":2: unknown key 'plugins.alpha.thread'; did you mean 'threads'?");
    options.plugin_schemas["alpha"] = R"({"type": "object"})";
    user_file("plugins: {alpha: {whatever: 3}}\n");
    EXPECT_THAT(check(), IsEmpty());

    options.plugin_schemas["alpha"] = "{broken";
    EXPECT_THAT(check(), ElementsAre(HasSubstr("not valid JSON")));
}

TEST_F(CheckTest, AllProblemsOfAllLayersAreListedAndLoadingNamesTheFirst) {
    etc_file("gpu: {enabled: 7}\n");
    user_file("zebra: 1\nbatch: {size_limit: 0}\n");
    set("LAPACK_DASHBOARD_PORT", "many");
    options.overrides = {{"dispatch.fallbck", "warn", "--set"}};
    EXPECT_THAT(check(),
                ElementsAre(HasSubstr("gpu.enabled = 7"), HasSubstr(":1: unknown key 'zebra'"),
                            HasSubstr(":2: batch.size_limit = 0"),
                            HasSubstr("environment LAPACK_DASHBOARD_PORT: dashboard.port = many"),
                            HasSubstr("--set: unknown key 'dispatch.fallbck'; did you mean 'fallback'?")));
    EXPECT_THAT(load_error(),
                HasSubstr("/etc/lapack_ai.yaml:1: gpu.enabled = 7: must be true or false (and 4 more"));
}

TEST_F(CheckTest, NumbersDoNotDependOnTheLocale) {
    // Whatever locale the host program sets: some of these exist on any machine, and C always does.
    for (const char *locale : {"de_DE.UTF-8", "de_DE", "fr_FR.UTF-8", "C"}) {
        std::setlocale(LC_ALL, locale);
        user_file("gpu: {memory_limit_percent: 42.5}\nbreaker: {open_seconds: 0.25}\n");
        EXPECT_EQ(load()->gpu.memory_limit_percent, 42.5);
        EXPECT_EQ(load()->breaker.open_seconds, 0.25);
        EXPECT_EQ(load()->values.at("breaker.open_seconds"), "0.25");
        user_file("gpu: {memory_limit_percent: '42,5'}\n");
        EXPECT_THAT(check(), SizeIs(1));
    }
    std::setlocale(LC_ALL, "C");
}

TEST_F(CheckTest, EveryKeyHasADefaultAndARequirement) {
    const auto settings = load();
    for (const Key &key : keys()) {
        EXPECT_TRUE(settings->values.count(key.path)) << key.path << " is missing in config/lapack_ai.yaml";
        EXPECT_THAT(requirement(key), HasSubstr("must be ")) << key.path;
    }
}

}  // namespace
}  // namespace lapack_ai::core
