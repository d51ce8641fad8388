// plugin enable|disable on files as people write them: what is edited, what stays, what is refused.
#include "config/edit.hpp"

#include <sys/stat.h>

#include "config/value.hpp"
#include "config/yaml.hpp"
#include "config_test.hpp"

namespace lapack_ai::core {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

struct Case {
    const char *name;
    const char *before;
    const char *after;
    int line;
};

// Each disables the plugin `cpu`.
const Case cases[] = {
    {"value in a block", "plugins:\n  cpu:\n    enabled: true  # mine\n    threads: 2\n",
     "plugins:\n  cpu:\n    enabled: false  # mine\n    threads: 2\n", 3},
    {"value in braces", "# top\nplugins:\n  cpu: {threads: 2, enabled: auto} # why\n",
     "# top\nplugins:\n  cpu: {threads: 2, enabled: false} # why\n", 3},
    {"quoted value", "plugins: {cpu: {enabled: \"true\"}}\n", "plugins: {cpu: {enabled: false}}\n", 1},
    {"single quotes", "plugins: {'cpu': {'enabled': 'auto'}}\n", "plugins: {'cpu': {'enabled': false}}\n", 1},
    {"said so already", "plugins: {cpu: {enabled: no}}  # as it was\n",
     "plugins: {cpu: {enabled: no}}  # as it was\n", 1},
    {"block without the key", "plugins:\n  cpu:\n    # many\n    threads: 2\n",
     "plugins:\n  cpu:\n    enabled: false\n    # many\n    threads: 2\n", 3},
    {"braces without the key", "plugins:\n  cpu: {threads: 2}\n",
     "plugins:\n  cpu: {enabled: false, threads: 2}\n", 2},
    {"spaced braces", "plugins:\n  cpu: { threads: 2 }\n",
     "plugins:\n  cpu: { enabled: false, threads: 2 }\n", 2},
    {"empty braces", "plugins:\n  cpu: {}\n", "plugins:\n  cpu: {enabled: false}\n", 2},
    {"braces over lines", "plugins:\n  cpu: {\n    threads: 2,  # two\n  }\n",
     "plugins:\n  cpu: {enabled: false, \n    threads: 2,  # two\n  }\n", 2},
    {"plugin without a value", "plugins:\n  cpu:  # later\n  gpu: {}\n",
     "plugins:\n  cpu: {enabled: false}  # later\n  gpu: {}\n", 2},
    {"plugin with a null", "plugins:\n  cpu: ~ # none\n", "plugins:\n  cpu: {enabled: false} # none\n", 2},
    {"key without a value", "plugins:\n  cpu:\n    enabled:\n    threads: 1\n",
     "plugins:\n  cpu:\n    enabled: false\n    threads: 1\n", 3},
    {"other plugins only", "plugins:   # all of them\n    # the fast one\n    gpu: {enabled: true}\n",
     "plugins:   # all of them\n    cpu: {enabled: false}\n    # the fast one\n    gpu: {enabled: true}\n",
     2},
    {"other plugins in braces", "plugins: {gpu: {}}\n", "plugins: {cpu: {enabled: false}, gpu: {}}\n", 1},
    {"plugins without a value", "gpu: {enabled: true}\nplugins:  # none yet\nlog: {level: info}\n",
     "gpu: {enabled: true}\nplugins:  # none yet\n  cpu: {enabled: false}\nlog: {level: info}\n", 3},
    {"plugins null", "plugins: null\n", "plugins: {cpu: {enabled: false}}\n", 1},
    {"no plugins", "# mine\ngpu:\n  enabled: true\n",
     "# mine\ngpu:\n  enabled: true\nplugins:\n  cpu: {enabled: false}\n", 5},
    {"all in braces", "{gpu: {enabled: true}}", "{plugins: {cpu: {enabled: false}}, gpu: {enabled: true}}",
     1},
    {"JSON", "{\"plugins\": {\"cpu\": {\"enabled\": true}}}\n",
     "{\"plugins\": {\"cpu\": {\"enabled\": false}}}\n", 1},
    {"no newline at the end", "gpu: {enabled: true}",
     "gpu: {enabled: true}\nplugins:\n  cpu: {enabled: false}\n", 3},
    {"value at the very end", "plugins:\n  cpu:\n    enabled: true", "plugins:\n  cpu:\n    enabled: false",
     3},
    {"empty file", "", "plugins:\n  cpu: {enabled: false}\n", 2},
    {"only comments", "# nothing yet\n", "# nothing yet\nplugins:\n  cpu: {enabled: false}\n", 3},
    {"document marks", "---\ngpu: {}\n...\n", "---\ngpu: {}\nplugins:\n  cpu: {enabled: false}\n...\n", 4},
    {"Windows lines", "gpu: {}\r\nplugins:\r\n  gpu: {}\r\n",
     "gpu: {}\r\nplugins:\r\n  cpu: {enabled: false}\r\n  gpu: {}\r\n", 3},
    {"Windows value", "plugins:\r\n  cpu:\r\n    enabled: true\r\n",
     "plugins:\r\n  cpu:\r\n    enabled: false\r\n", 3},
    {"byte order mark", "\xef\xbb\xbfplugins: {cpu: {enabled: true}}\n",
     "\xef\xbb\xbfplugins: {cpu: {enabled: false}}\n", 1},
    {"letters of many bytes", "# größer\nlog: {level: info} # ärger\nplugins: {cpu: {enabled: true}}\n",
     "# größer\nlog: {level: info} # ärger\nplugins: {cpu: {enabled: false}}\n", 3},
    {"indented document", "  gpu: {}\n  log: {}\n",
     "  gpu: {}\n  log: {}\n  plugins:\n    cpu: {enabled: false}\n", 4},
    {"alias as the plugin", "base: &base {threads: 2}\nplugins:\n  cpu: *base\n",
     "base: &base {threads: 2}\nplugins:\n  cpu: {<<: *base, enabled: false}\n", 3},
    {"alias as the value", "on: &on true\nplugins:\n  cpu: {enabled: *on}\n",
     "on: &on true\nplugins:\n  cpu: {enabled: false}\n", 3},
    {"value from a merge", "base: &base {enabled: true}\nplugins:\n  cpu:\n    <<: *base\n    threads: 2\n",
     "base: &base {enabled: true}\nplugins:\n  cpu:\n    enabled: false\n    <<: *base\n    threads: 2\n", 4},
    {"an anchor that others do not use", "plugins:\n  cpu: &mine\n    threads: 2\n",
     "plugins:\n  cpu: &mine\n    enabled: false\n    threads: 2\n", 3},
    {"plugins as a merge", "base: &b {gpu: {}}\nplugins: *b\n",
     "base: &b {gpu: {}}\nplugins: {<<: *b, cpu: {enabled: false}}\n", 2},
};

class EditTest : public ConfigTest, public testing::WithParamInterface<Case> {};

TEST_P(EditTest, ChangesThatValueAndNothingElse) {
    const Case &test = GetParam();
    int line = 0;
    EXPECT_EQ(with_plugin_enabled(test.before, "f", "cpu", Enabled::no, line), test.after);
    EXPECT_EQ(line, test.line);
    // The second time there is nothing to do, and the line is the same.
    int again = 0;
    EXPECT_EQ(with_plugin_enabled(test.after, "f", "cpu", Enabled::no, again), test.after);
    EXPECT_EQ(again, test.line);
    // There and back again.
    const std::string on = with_plugin_enabled(test.after, "f", "cpu", Enabled::yes, line);
    EXPECT_EQ(with_plugin_enabled(on, "f", "cpu", Enabled::no, line),
              std::string(test.name) == "said so already" ? "plugins: {cpu: {enabled: false}}  # as it was\n"
                                                          : test.after);
}

INSTANTIATE_TEST_SUITE_P(AwkwardFiles, EditTest, testing::ValuesIn(cases), [](const auto &test) {
    std::string name = test.param.name;
    for (char &c : name) {
        if (c == ' ') c = '_';
    }
    return name;
});

std::string refusal(const std::string &text) {
    int line = 0;
    try {
        with_plugin_enabled(text, "f.yaml", "cpu", Enabled::no, line);
    } catch (const Error &error) {
        return error.what();
    }
    return "";
}

using EditFileTest = ConfigTest;

TEST_F(EditFileTest, RefusesWhatWouldChangeMore) {
    const std::string shared = "plugins:\n  cpu: &same {enabled: true}\n  gpu: *same\n";
    EXPECT_EQ(refusal(shared),
              "f.yaml:2: setting this here would change other values too; set plugins.cpu.enabled to false "
              "by hand");
    EXPECT_THAT(refusal("base: &b {cpu: {threads: 2}}\nplugins:\n  <<: *b\n  gpu: {}\n"),
                StartsWith("f.yaml:3: "));
    EXPECT_THAT(refusal("plugins:\n  cpu:\n    enabled: |\n      true\n"), StartsWith("f.yaml:"));
    EXPECT_THAT(refusal("plugins: [cpu]\n"), StartsWith("f.yaml:1: "));
    EXPECT_THAT(refusal("plugins:\n  cpu: fast\n"), StartsWith("f.yaml:2: "));
    EXPECT_THAT(refusal("a: 1\n---\nb: 2\n"), HasSubstr("second document"));
    EXPECT_THAT(refusal("a: [1\n"), HasSubstr("not valid YAML"));
    EXPECT_THAT(refusal("just text\n"), StartsWith("f.yaml:1: must be a section"));
}

TEST_F(EditFileTest, MakesTheFileAndItsFolder) {
    const std::string file = folder + "/new/lapack_ai.yaml";
    const Edit edit = edit_plugin_enabled(file, "cpu", Enabled::automatic);
    EXPECT_EQ(edit.line, 3);
    EXPECT_TRUE(edit.changed);
    options.config_file = file;
    const auto settings = load();
    EXPECT_EQ(settings->plugins.at("cpu").enabled, Enabled::automatic);
    EXPECT_EQ(settings->provenance.at("plugins.cpu.enabled").line, edit.line);
    EXPECT_FALSE(edit_plugin_enabled(file, "cpu", Enabled::automatic).changed);
}

TEST_F(EditFileTest, KeepsModeAndLink) {
    const std::string real = write("dotfiles/mine.yaml", "gpu: {}\n");
    ::chmod(real.c_str(), 0600);
    std::filesystem::create_symlink(real, folder + "/link.yaml");
    edit_plugin_enabled(folder + "/link.yaml", "cpu", Enabled::no);
    EXPECT_TRUE(std::filesystem::is_symlink(folder + "/link.yaml"));
    struct stat status;
    ASSERT_EQ(::stat(real.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777u, 0600u);
    int files = 0;
    for ([[maybe_unused]] const auto &entry : std::filesystem::directory_iterator(folder + "/dotfiles"))
        ++files;
    EXPECT_EQ(files, 1) << "a temporary file was left";
}

TEST_F(EditFileTest, RefusesIdsThatAreNone) {
    EXPECT_THROW(edit_plugin_enabled(folder + "/x.yaml", "../etc", Enabled::no), Error);
    EXPECT_FALSE(std::filesystem::exists(folder + "/x.yaml"));
}

}  // namespace
}  // namespace lapack_ai::core
