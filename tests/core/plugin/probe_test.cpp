// Verdicts of the probe and how long they are remembered. A script that counts its runs stands in for the
// helper where only the remembering is tested.
#include "plugin/probe.hpp"

#include <sys/stat.h>

#include <algorithm>

#include "plugin/manifest.hpp"
#include "plugin/probe_cache.hpp"
#include "plugin_test.hpp"

namespace lapack_ai::core {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

class ProbeTest : public PluginTest {
  protected:
    ProbeTest() {
        ProbeCache::forget();
        places = {PROBE_HELPER, folder + "/cache/probe"};
    }
    ~ProbeTest() override { ProbeCache::forget(); }

    std::string probe(const std::string &path) {
        LoadedPlugin plugin;
        plugin.path = path;
        plugin.manifest = read_manifest(path);
        plugin.id = plugin.manifest.id;
        return probe_plugin(plugin, settings, places);
    }

    void use_counting_helper(const std::string &answer) {
        places.helper = script("helper", "echo x >> " + folder + "/runs\necho '" + answer + "' >&3\n");
    }
    auto runs() const {
        const std::string log = read(folder + "/runs");
        return std::count(log.begin(), log.end(), 'x');
    }

    ProbePlaces places;
    Settings settings;
};

TEST_F(ProbeTest, GoodPluginsPass) {
    EXPECT_EQ(probe(faulty("nothing")), "");
    EXPECT_EQ(probe(faulty("no_device")), "");
    // These fail in the host in the same way, where their own reason is kept.
    EXPECT_EQ(probe(faulty("init_fails")), "");
    EXPECT_EQ(probe(faulty("init_declines")), "");
}

TEST_F(ProbeTest, EveryFaultGetsAReason) {
    EXPECT_THAT(probe(faulty("load_crashes")), StartsWith("crashed in load (Segmentation fault)"));
    EXPECT_THAT(probe(faulty("load_exits")), StartsWith("ended the process in load with exit code 0"));
    EXPECT_THAT(probe(faulty("init_crashes")), StartsWith("crashed in init (Segmentation fault)"));
    EXPECT_THAT(probe(faulty("init_throws")),
                AllOf(StartsWith("crashed in init (Aborted)"), HasSubstr("no such luck")));
    EXPECT_THAT(probe(faulty("init_aborts")), StartsWith("crashed in init (Aborted)"));
    EXPECT_THAT(probe(faulty("init_exits")), StartsWith("ended the process in init with exit code 7"));
    EXPECT_THAT(probe(faulty("shutdown_crashes")), StartsWith("crashed in shutdown"));
    EXPECT_THAT(probe(faulty("wild_backend")), HasSubstr(" in tables"));
    EXPECT_THAT(probe(faulty("empty_variant")),
                StartsWith("backend variant 0 has a table that is too small"));
    EXPECT_THAT(probe(faulty("undefined_symbol")), HasSubstr("symbol_that_nobody_defines"));
    EXPECT_THAT(probe(faulty("no_entry")), StartsWith("does not export lai_plugin_entry"));
    EXPECT_THAT(probe(faulty("small_entry")), StartsWith("lai_plugin_entry is too small"));
    EXPECT_THAT(probe(faulty("entry_abi")), HasSubstr("was compiled for ABI 99."));
    EXPECT_THAT(probe(faulty("other_id")),
                HasSubstr("says id 'somebody_else', its manifest 'faulty_other_id'"));
    EXPECT_THAT(probe(faulty("no_init")), HasSubstr("lacks init"));
}

TEST_F(ProbeTest, AHangEndsAtTheLimit) {
    settings.probe.time_limit_seconds = 0.5;
    EXPECT_THAT(probe(faulty("init_hangs")), StartsWith("hung in init: no answer within 0.5 s"));
}

TEST_F(ProbeTest, CanBeSwitchedOff) {
    settings.probe.enabled = false;
    EXPECT_EQ(probe(faulty("init_crashes")), "");
}

TEST_F(ProbeTest, AMissingOrUntrustedHelperIsNoObstacle) {
    places.helper = folder + "/none";
    EXPECT_EQ(probe(faulty("init_crashes")), "");
    use_counting_helper("ok");
    ::chmod(places.helper.c_str(), 0777);
    EXPECT_EQ(probe(faulty("init_crashes")), "");
    EXPECT_EQ(runs(), 0);
}

TEST_F(ProbeTest, AVerdictIsRememberedAcrossProcesses) {
    use_counting_helper("ok");
    const std::string file = copy("nothing");
    EXPECT_EQ(probe(file), "");
    EXPECT_EQ(probe(file), "");
    EXPECT_EQ(runs(), 1);
    ProbeCache::forget();  // what a new process knows
    EXPECT_EQ(probe(file), "");
    EXPECT_EQ(runs(), 1);
}

TEST_F(ProbeTest, ATouchedFileKeepsItsVerdictAndAChangedOneDoesNot) {
    use_counting_helper("ok");
    const std::string file = copy("nothing");
    probe(file);
    std::filesystem::last_write_time(file, std::filesystem::last_write_time(file) + std::chrono::hours(1));
    probe(file);
    EXPECT_EQ(runs(), 1);
    std::ofstream(file, std::ios::app) << "more";
    probe(file);
    EXPECT_EQ(runs(), 2);
}

TEST_F(ProbeTest, OptionsBelongToTheKey) {
    use_counting_helper("ok");
    const std::string file = copy("nothing");
    probe(file);
    settings.plugins["faulty_nothing"].options_json = "{\"speed\":9}";
    probe(file);
    EXPECT_EQ(runs(), 2);
}

TEST_F(ProbeTest, WithoutAWritableCacheOncePerProcess) {
    use_counting_helper("ok");
    write("cache", "a file where the folder should be");
    const std::string file = copy("nothing");
    probe(file);
    probe(file);
    EXPECT_EQ(runs(), 1);
    ProbeCache::forget();
    probe(file);
    EXPECT_EQ(runs(), 2);
}

TEST_F(ProbeTest, BadVerdictsFadeAndBrokenCacheFilesAreIgnored) {
    const std::string file = copy("nothing");
    const ProbeKey key{file, ProbeCache::identity_of(file), 1};
    ProbeCache cache(places.cache_folder);
    cache.remember(key, {"crashed\nin init"}, 1000);
    ProbeCache::forget();
    ASSERT_TRUE(cache.find(key, 1001));
    EXPECT_EQ(cache.find(key, 1001)->reason, "crashed in init");
    EXPECT_FALSE(cache.find(key, 1000 + 3601));
    EXPECT_FALSE(cache.find(key, 999)) << "from the future: the clock was wrong then or is now";
    ProbeKey other = key;
    other.surroundings = 2;
    EXPECT_FALSE(cache.find(other, 1001));
    for (const auto &entry : std::filesystem::directory_iterator(places.cache_folder)) {
        std::ofstream(entry.path()) << "lapack_ai probe 1\ngarbage";
    }
    EXPECT_FALSE(cache.find(key, 1001));
}

}  // namespace
}  // namespace lapack_ai::core
