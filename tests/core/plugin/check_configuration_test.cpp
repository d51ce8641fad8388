// `config check` with the plugins that are there.
#include "plugin/check_configuration.hpp"

#include "base/log.hpp"
#include "plugin_test.hpp"

namespace lapack_ai::core {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;

class CheckConfigurationTest : public PluginTest {
  protected:
    // Problems of a file that finds the plugin faulty_load_crashes, of which nothing may run.
    std::vector<std::string> check(const std::string &text) {
        if (!std::filesystem::exists(folder + "/faulty_load_crashes.so")) copy("load_crashes");
        LoadOptions options;
        options.config_file = write("x.yaml", "plugin_search_paths: [" + folder + "]\n" + text);
        return check_configuration(options);
    }
};

TEST_F(CheckConfigurationTest, KnowsThePluginsOptions) {
    EXPECT_THAT(check("plugins: {faulty_load_crashes: {speed: 9}}\n"), IsEmpty());
    EXPECT_THAT(check("plugins: {faulty_load_crashes: {speed: 10}}\n"),
                ElementsAre(EndsWith(
                    "x.yaml:2: plugins.faulty_load_crashes.speed = 10: must be a whole number from 1 to 9")));
    EXPECT_THAT(check("plugins: {faulty_load_crashes: {sped: 3}}\n"),
                ElementsAre(HasSubstr("did you mean 'speed'?")));
}

TEST_F(CheckConfigurationTest, NoticesMisspeltPluginsAndLeavesOthersAlone) {
    EXPECT_THAT(check("plugins: {faulty_load_crash: {enabled: true}, acme: {enabled: true}}\n"),
                ElementsAre(EndsWith(
                    "x.yaml:2: plugins.faulty_load_crash: no plugin of this id was found; did you mean "
                    "'faulty_load_crashes'?")));
}

TEST_F(CheckConfigurationTest, ABrokenFileIsStillChecked) {
    EXPECT_THAT(check("gpu: {enabled: 7}\nzebra: 1\n"),
                ElementsAre(HasSubstr(":2: gpu.enabled"), HasSubstr(":3: ")));
    EXPECT_THAT(check("gpu: {enabled\n"), ElementsAre(HasSubstr("not valid YAML")));
}

TEST_F(CheckConfigurationTest, KnownPluginsAreFoundOrNamed) {
    check("plugins: {acme: {enabled: true}}\n");
    LoadOptions options;
    options.config_file = folder + "/x.yaml";
    EXPECT_EQ(error_of([&] { require_known_plugin(options, "faulty_load_crashes"); }), "");
    EXPECT_EQ(error_of([&] { require_known_plugin(options, "acme"); }), "");
    EXPECT_THAT(
        error_of([&] { require_known_plugin(options, "acmee"); }),
        testing::StartsWith("there is no plugin 'acmee'; did you mean 'acme'? (known: acme, alpha_gemm, "));
}

TEST_F(CheckConfigurationTest, VerboseSpeaksAtAnyLevel) {
    Settings settings;
    settings.log.level = LAI_LOG_ERROR;
    settings.verbose_dispatch = true;
    apply_log_settings(settings);
    EXPECT_TRUE(log_enabled(LAI_LOG_INFO));
    settings.verbose_dispatch = false;
    apply_log_settings(settings);
    EXPECT_FALSE(log_enabled(LAI_LOG_ERROR)) << "nobody listens";
    set_log_level(LAI_LOG_INFO);
}

}  // namespace
}  // namespace lapack_ai::core
