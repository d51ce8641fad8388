// Layers, precedence, merging and provenance of the configuration.
#include "config_test.hpp"

namespace lapack_ai::core {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using LoadTest = ConfigTest;

TEST_F(LoadTest, ShippedDefaultHasEveryValueOfTheOriginalSystem) {
    const auto settings = load();
    EXPECT_TRUE(settings->gpu.enabled);
    EXPECT_EQ(settings->gpu.memory_limit_percent, 80);
    EXPECT_EQ(settings->batch.size_limit, 1024);
    EXPECT_EQ(settings->dashboard.port, 8080);
    EXPECT_EQ(settings->log.level, LAI_LOG_INFO);
    EXPECT_EQ(settings->breaker.failure_threshold, 5);
    EXPECT_EQ(settings->breaker.open_seconds, 300);
    EXPECT_EQ(settings->dispatch.accuracy, LAI_ACCURACY_NORMWISE);
    EXPECT_EQ(settings->dispatch.fallback, FallbackMode::warn);
    EXPECT_EQ(settings->threads, 0);
    EXPECT_EQ(settings->plugins.at("cpu_lapack").enabled, Enabled::yes);
    EXPECT_EQ(settings->plugins.at("opencl_svd").enabled, Enabled::automatic);
    EXPECT_EQ(settings->provenance.at("gpu.memory_limit_percent").source, "built-in default");
    EXPECT_THAT(settings->warnings, ElementsAre());
}

TEST_F(LoadTest, LayersMergeKeyByKey) {
    etc_file("gpu: {memory_limit_percent: 60, device: 1}\nbatch: {size_limit: 7}\n");
    const std::string user = user_file("gpu:\n  memory_limit_percent: 70\n");
    set("LAPACK_BATCH_SIZE_LIMIT", "9");
    options.overrides = {{"dispatch.fallback", "strict", "--fallback"}};
    const auto settings = load();
    EXPECT_EQ(settings->gpu.memory_limit_percent, 70);
    EXPECT_EQ(settings->gpu.device, "1");
    EXPECT_EQ(settings->batch.size_limit, 9);
    EXPECT_EQ(settings->dispatch.fallback, FallbackMode::strict);
    EXPECT_EQ(settings->dashboard.port, 8080);

    EXPECT_EQ(settings->provenance.at("gpu.memory_limit_percent").source, user);
    EXPECT_EQ(settings->provenance.at("gpu.memory_limit_percent").line, 2);
    EXPECT_EQ(settings->provenance.at("batch.size_limit").source, "environment LAPACK_BATCH_SIZE_LIMIT");
    EXPECT_EQ(settings->provenance.at("dispatch.fallback").source, "--fallback");
    EXPECT_EQ(settings->values.at("gpu.device"), "\"1\"");
    EXPECT_EQ(settings->values.at("batch.size_limit"), "9");
}

TEST_F(LoadTest, PackagesDropFilesBelowTheAdministrators) {
    write("etc/plugins.d/20-second.yaml", "plugins: {acme: {enabled: false, speed: 2}}\n");
    write("etc/plugins.d/10-first.yaml", "plugins: {acme: {enabled: true, path: /opt/acme/acme.so}}\n");
    write("etc/plugins.d/readme.txt", "not YAML: [\n");
    EXPECT_EQ(load()->plugins.at("acme").enabled, Enabled::no);
    EXPECT_EQ(load()->plugins.at("acme").path, "/opt/acme/acme.so");
    etc_file("plugins: {acme: {enabled: auto}}\n");
    EXPECT_EQ(load()->plugins.at("acme").enabled, Enabled::automatic);
    EXPECT_EQ(load()->plugins.at("acme").options_json, "{\"speed\":2}");
    write("home/.config/lapack_ai/plugins.d/x.yaml", "plugins: {acme: {enabled: true}}\n");
    EXPECT_EQ(load()->plugins.at("acme").enabled, Enabled::yes);
}

TEST_F(LoadTest, ListsReplaceAndMapsMerge) {
    etc_file("plugin_search_paths: [/a, default]\ndispatch: {pin: {gesvd: cpu_lapack, gemm: x}}\n");
    user_file("plugin_search_paths: [/b]\ndispatch: {pin: {gemm: y}}\n");
    const auto settings = load();
    EXPECT_THAT(settings->plugin_search_paths, ElementsAre("/b"));
    EXPECT_THAT(settings->dispatch.pin,
                ElementsAre(std::pair("gemm", "y"), std::pair("gesvd", "cpu_lapack")));
    EXPECT_THAT(settings->provenance.at("dispatch.pin.gesvd").source, HasSubstr("/etc/"));
    EXPECT_THAT(settings->provenance.at("dispatch.pin.gemm").source, HasSubstr("/home/"));
    EXPECT_EQ(settings->values.at("dispatch.pin"), "{\"gesvd\":\"cpu_lapack\",\"gemm\":\"y\"}");
}

TEST_F(LoadTest, SearchPathsAreAbsolute) {
    user_file("plugin_search_paths: [default, ~/plugins, plugins, ./here, '', /abs/../x]\n");
    const auto settings = load();
    ASSERT_EQ(settings->plugin_search_paths.size(), 3u);
    EXPECT_THAT(settings->plugin_search_paths[0], testing::EndsWith("/lapack_ai/plugins"));
    EXPECT_EQ(settings->plugin_search_paths[0].front(), '/');
    EXPECT_EQ(settings->plugin_search_paths[1], folder + "/home/plugins");
    EXPECT_EQ(settings->plugin_search_paths[2], "/abs/../x");
    EXPECT_THAT(settings->warnings,
                ElementsAre(HasSubstr("yaml:1: plugin_search_paths: 'plugins' is not an absolute path"),
                            HasSubstr("'./here'"), HasSubstr("''")));
}

TEST_F(LoadTest, XdgFolderWinsOverHomeAndRelativeOnesAreIgnored) {
    user_file("batch: {size_limit: 5}\n");
    write("xdg/lapack_ai/lapack_ai.yaml", "batch: {size_limit: 6}\n");
    EXPECT_EQ(load()->batch.size_limit, 5);
    set("XDG_CONFIG_HOME", folder + "/xdg");
    EXPECT_EQ(load()->batch.size_limit, 6);
    set("XDG_CONFIG_HOME", "xdg");
    EXPECT_EQ(load()->batch.size_limit, 5);
    variables.erase("HOME");
    variables.erase("XDG_CONFIG_HOME");
    EXPECT_EQ(load()->batch.size_limit, 1024);
}

TEST_F(LoadTest, OverridesAreYaml) {
    options.overrides = {{"plugin_files", "[/x/y.so]", "--plugin"},
                         {"dispatch.force_backend", "", "--backend"},
                         {"plugins.cpu_lapack.enabled", "false", "--disable"},
                         {"plugins.acme.depth", "{a: [1, 2]}", "api"}};
    const auto settings = load();
    EXPECT_THAT(settings->plugin_files, ElementsAre("/x/y.so"));
    EXPECT_EQ(settings->plugins.at("cpu_lapack").enabled, Enabled::no);
    EXPECT_EQ(settings->plugins.at("acme").options_json, "{\"depth\":{\"a\":[1,2]}}");
    options.overrides = {{"gpu.device", "a: [", "--device"}};
    EXPECT_THAT(load_error(), testing::StartsWith("--device: not valid YAML"));
    options.overrides = {{"gpu.device", "~", "--device"}};
    EXPECT_EQ(load_error(), "--device: gpu.device needs a value");
}

TEST_F(LoadTest, ValuesAreTypedByTheKeyAndNotByTheirLook) {
    user_file("gpu: {enabled: yes, device: 0}\ndashboard: {port: '9000'}\nlog: {level: ERROR}\n");
    const auto settings = load();
    EXPECT_EQ(settings->values.at("gpu.enabled"), "true");
    EXPECT_EQ(settings->values.at("gpu.device"), "\"0\"");
    EXPECT_EQ(settings->values.at("dashboard.port"), "9000");
    EXPECT_EQ(settings->values.at("log.level"), "\"error\"");
    EXPECT_EQ(settings->values.at("dispatch.threads"), "\"auto\"");
}

TEST_F(LoadTest, FilesThatCannotBeReadAreNamed) {
    std::filesystem::create_directories(folder + "/home/.config/lapack_ai/lapack_ai.yaml");
    EXPECT_THAT(load_error(), testing::EndsWith("lapack_ai.yaml: is a folder, not a file"));
    options.config_file = write("huge.yaml", std::string(2 << 20, '#'));
    EXPECT_THAT(load_error(), testing::EndsWith("huge.yaml: is larger than 1048576 bytes"));
    options.config_file = write("list.yaml", "- 1\n");
    EXPECT_EQ(load_error(), options.config_file + ":1: must be a section of `key: value`");
}

}  // namespace
}  // namespace lapack_ai::core
