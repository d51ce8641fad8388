// From a folder of good and bad files to plugins that are ready or say why not.
#include "plugin/discovery.hpp"

#include <unistd.h>

#include <algorithm>

#include "base/log.hpp"
#include "plugin/probe_cache.hpp"
#include "plugin_test.hpp"
#include "support/plugin_fixture.hpp"

namespace lapack_ai::core {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

class DiscoverTest : public PluginTest {
  protected:
    DiscoverTest() {
        settings.plugin_search_paths = {folder};
        places = {PROBE_HELPER, ""};
        ProbeCache::forget();
    }

    void discover() { found = discover_plugins(settings, places); }

    // The plugin of a file of this test's folder; a failure when it is not listed.
    const LoadedPlugin &at(const std::string &name) {
        const auto plugin = std::find_if(found.begin(), found.end(), [&](const auto &candidate) {
            return std::filesystem::path(candidate->path).filename() == name + ".so";
        });
        if (plugin != found.end()) return **plugin;
        ADD_FAILURE() << name << " is not listed";
        static const LoadedPlugin none;
        return none;
    }

    Settings settings;
    ProbePlaces places;
    std::vector<std::shared_ptr<LoadedPlugin>> found;
};

TEST_F(DiscoverTest, BadFilesAreListedWithTheirReasonAndGoodOnesLoad) {
    for (const char *fault : {"init_crashes", "no_entry", "nothing"}) copy(fault);
    write("text.so", "this is not a plugin");
    write("notes.txt", "not even looked at");
    write("truncated.so", read(faulty("nothing")).substr(0, 5000));
    std::filesystem::create_directory(folder + "/folder.so");
    ASSERT_EQ(::symlink("nowhere", (folder + "/dangling.so").c_str()), 0);
    discover();
    EXPECT_THAT(found, SizeIs(6));
    EXPECT_EQ(at("faulty_nothing").state, PluginState::ready);
    EXPECT_EQ(at("faulty_nothing").reason, "");
    EXPECT_NE(at("faulty_nothing").entry, nullptr);
    EXPECT_EQ(at("faulty_init_crashes").state, PluginState::quarantined);
    EXPECT_EQ(at("faulty_init_crashes").entry, nullptr);
    EXPECT_EQ(at("text").state, PluginState::refused);
    EXPECT_EQ(at("text").reason, "not a shared object: no ELF header");
    EXPECT_THAT(at("truncated").reason, StartsWith("truncated: "));
    EXPECT_EQ(at("dangling").state, PluginState::refused);
}

TEST_F(DiscoverTest, AWrongAbiIsRefusedBeforeAnyCodeRuns) {
    // Its constructor would crash this very process.
    settings.probe.enabled = false;
    std::string bytes = read(faulty("load_crashes"));
    const auto abi = bytes.find("\"abi\"");
    ASSERT_NE(abi, std::string::npos);
    bytes[bytes.find('0', abi)] = '7';
    write("old.so", bytes);
    discover();
    EXPECT_EQ(at("old").state, PluginState::refused);
    EXPECT_THAT(at("old").reason, HasSubstr("made for plugin ABI 7.1"));
}

TEST_F(DiscoverTest, FilesThatOthersCanWriteAreRefused) {
    const std::string file = copy("nothing");
    std::filesystem::permissions(file, std::filesystem::perms::all);
    discover();
    EXPECT_EQ(at("faulty_nothing").state, PluginState::refused);
    EXPECT_THAT(at("faulty_nothing").reason, HasSubstr("chmod go-w '" + file + "'"));
}

TEST_F(DiscoverTest, WithoutTheProbeTheLoaderStillRefusesMalformedTables) {
    settings.probe.enabled = false;
    for (const char *fault :
         {"undefined_symbol", "no_entry", "small_entry", "entry_abi", "other_id", "no_init"}) {
        copy(fault);
    }
    discover();
    EXPECT_THAT(at("faulty_undefined_symbol").reason,
                AllOf(HasSubstr("cannot be loaded"), HasSubstr("symbol_that_nobody_defines")));
    EXPECT_EQ(at("faulty_no_entry").reason, "does not export lai_plugin_entry");
    EXPECT_EQ(at("faulty_small_entry").reason, "lai_plugin_entry is too small");
    for (const auto &plugin : found) EXPECT_EQ(plugin->state, PluginState::refused) << plugin->path;
}

TEST_F(DiscoverTest, TheFirstFileOfAnIdWins) {
    const std::string first = copy("nothing");
    const std::string second = write("zzz.so", read(first));
    discover();
    EXPECT_EQ(at("faulty_nothing").state, PluginState::ready);
    EXPECT_EQ(at("zzz").state, PluginState::refused);
    EXPECT_EQ(at("zzz").reason, "another file has the id 'faulty_nothing' and came first: " + first);

    settings.plugin_files = {second};
    discover();
    EXPECT_EQ(at("zzz").state, PluginState::ready);
    EXPECT_EQ(at("faulty_nothing").state, PluginState::refused);
}

TEST_F(DiscoverTest, ANamedFileMustHoldThePlugin) {
    settings.plugin_search_paths.clear();
    settings.plugins["something"].path = copy("nothing");
    discover();
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(found[0]->reason, "holds the plugin 'faulty_nothing', not 'something'");
    settings.plugins = {};
    settings.plugins["faulty_nothing"].path = folder + "/faulty_nothing.so";
    discover();
    EXPECT_EQ(at("faulty_nothing").state, PluginState::ready);
    settings.plugins["faulty_nothing"].path = folder + "/absent.so";
    discover();
    EXPECT_THAT(at("absent").reason, HasSubstr("No such file"));
}

TEST_F(DiscoverTest, LinksAndDetoursLeadToOneFile) {
    const std::string file = copy("nothing");
    ASSERT_EQ(::symlink("faulty_nothing.so", (folder + "/also.so").c_str()), 0);
    std::filesystem::create_directory(folder + "/sub");
    settings.plugin_search_paths = {folder + "/sub/..", folder, folder + "/none"};
    discover();
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(found[0]->path, file);
    EXPECT_EQ(found[0]->state, PluginState::ready);
}

TEST_F(DiscoverTest, NeverTheCurrentDirectory) {
    copy("nothing");
    const auto before = std::filesystem::current_path();
    std::filesystem::current_path(folder);
    settings.plugin_search_paths.clear();
    settings.plugin_files = {"faulty_nothing.so"};
    discover();
    std::filesystem::current_path(before);
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(found[0]->state, PluginState::refused);
    EXPECT_THAT(found[0]->reason, HasSubstr("not an absolute path"));
}

TEST_F(DiscoverTest, DisabledPluginsAreNotRun) {
    copy("load_crashes");
    settings.probe.enabled = false;
    settings.plugins["faulty_load_crashes"].enabled = Enabled::no;
    settings.provenance["plugins.faulty_load_crashes.enabled"] = {"/etc/x.yaml", 3};
    discover();
    EXPECT_EQ(at("faulty_load_crashes").state, PluginState::disabled);
    EXPECT_EQ(at("faulty_load_crashes").reason,
              "plugins.faulty_load_crashes.enabled is false (/etc/x.yaml:3)");
    EXPECT_EQ(at("faulty_load_crashes").manifest.title, "a plugin that goes wrong");
}

TEST_F(DiscoverTest, SchemasComeFromManifests) {
    copy("load_crashes");
    const auto schemas = plugin_option_schemas(settings);
    ASSERT_THAT(schemas, SizeIs(1));
    EXPECT_THAT(schemas.at("faulty_load_crashes"), HasSubstr("speed"));
}

TEST_F(DiscoverTest, InitialiseFetchesRolesOrKeepsTheReason) {
    settings.probe.enabled = false;
    for (const char *fault :
         {"nothing", "init_fails", "init_declines", "init_throws", "no_device", "empty_variant"}) {
        copy(fault);
    }
    discover();
    test::TestHost host;
    for (const auto &plugin : found) initialise_plugin(*plugin, host.table());
    EXPECT_EQ(at("faulty_nothing").state, PluginState::ready);
    EXPECT_NE(at("faulty_nothing").backend, nullptr);
    EXPECT_EQ(at("faulty_nothing").enhancer, nullptr);
    EXPECT_EQ(at("faulty_init_fails").state, PluginState::quarantined);
    EXPECT_EQ(at("faulty_init_fails").reason, "the library it needs is not there");
    EXPECT_EQ(at("faulty_init_declines").state, PluginState::unavailable);
    EXPECT_EQ(at("faulty_init_declines").reason, "no such device in this machine");
    EXPECT_EQ(at("faulty_init_throws").state, PluginState::quarantined);
    EXPECT_EQ(at("faulty_init_throws").reason, "init threw an exception: no such luck");
    EXPECT_EQ(at("faulty_no_device").state, PluginState::unavailable);
    EXPECT_EQ(at("faulty_no_device").reason, "no device found");
    EXPECT_EQ(at("faulty_empty_variant").state, PluginState::quarantined);
    EXPECT_EQ(at("faulty_empty_variant").backend, nullptr);
    for (const auto &plugin : found) {
        if (plugin->state == PluginState::ready) plugin->entry->shutdown();
    }
}

TEST_F(DiscoverTest, EnabledTrueWarnsAndAutoIsSilent) {
    settings.probe.enabled = false;
    for (const char *fault : {"init_declines", "no_device", "no_entry", "nothing"}) copy(fault);
    std::vector<std::string> lines;
    set_log_sink(
        [](void *sink, std::uint32_t level, const char *text) {
            EXPECT_EQ(level, LAI_LOG_WARNING);
            static_cast<std::vector<std::string> *>(sink)->push_back(text);
        },
        &lines);
    test::TestHost host;
    const auto run = [&](Enabled enabled) {
        for (const char *fault : {"init_declines", "no_device", "no_entry", "nothing"}) {
            const std::string id = std::string("faulty_") + fault;
            settings.plugins[id].enabled = enabled;
            settings.provenance["plugins." + id + ".enabled"].source = "built-in default";
        }
        lines.clear();
        discover();
        for (const auto &plugin : found) initialise_plugin(*plugin, host.table());
        return lines;
    };
    EXPECT_THAT(run(Enabled::automatic), IsEmpty());
    EXPECT_THAT(run(Enabled::no), IsEmpty());
    EXPECT_THAT(
        run(Enabled::yes),
        testing::UnorderedElementsAre(
            "plugins.faulty_no_entry.enabled is true, but it is refused: does not export lai_plugin_entry",
            "plugins.faulty_init_declines.enabled is true, but it is unavailable: no such device in this "
            "machine",
            "plugins.faulty_no_device.enabled is true, but it is unavailable: no device found"));
    set_log_sink(nullptr, nullptr);
}

TEST_F(DiscoverTest, SwitchingTheGpuOffWinsOverEnabledTrue) {
    std::string bytes = read(faulty("load_crashes"));  // whose constructor must not run
    const std::string none = "\"needs_device\" : \"\"";
    const auto place = bytes.find(none);
    ASSERT_NE(place, std::string::npos);
    bytes.replace(place, none.size(), "\"needs_device\" :\"x\"");  // as long as before
    write("gpu.so", bytes);
    settings.probe.enabled = false;
    settings.gpu.enabled = false;
    settings.plugins["faulty_load_crashes"].enabled = Enabled::yes;
    settings.provenance["gpu.enabled"] = {"environment LAPACK_GPU_ENABLED", 0};
    discover();
    EXPECT_EQ(at("gpu").state, PluginState::disabled);
    EXPECT_EQ(at("gpu").reason, "gpu.enabled is false (environment LAPACK_GPU_ENABLED)");
}

}  // namespace
}  // namespace lapack_ai::core
