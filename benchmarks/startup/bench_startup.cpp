// What the start of a process costs before the first call: reading the configuration, finding plugins whose
// verdict is remembered, and trying one that is new in the helper process. Works on a copy of the plugins, so
// that the user's own cache is neither used nor changed.
//   bench_startup [--json]
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>

#include "config/settings.hpp"

#include "plugin/discovery.hpp"
#include "plugin/helper_process.hpp"
#include "plugin/probe_cache.hpp"
#include "support/figures.hpp"

namespace {

using namespace lapack_ai;
namespace fs = std::filesystem;

constexpr int repetitions = 51;

// Milliseconds of each repetition, the first (cold) one left out.
std::vector<double> times(const std::function<void()> &action) {
    std::vector<double> samples;
    for (int i = 0; i <= repetitions; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        action();
        const std::chrono::duration<double, std::milli> time = std::chrono::steady_clock::now() - begin;
        if (i > 0) samples.push_back(time.count());
    }
    return samples;
}

bench::Figure figure(const std::string &name, std::vector<double> samples, std::optional<double> target,
                     const std::string &baseline) {
    bench::Figure figure;
    figure.name = name;
    figure.value = bench::median(samples);
    figure.unit = "ms";
    figure.target = target;
    figure.relation = "<=";
    figure.baseline = baseline;
    figure.n = static_cast<long>(samples.size());
    const auto [low, high] = std::minmax_element(samples.begin(), samples.end());
    figure.low = *low;
    figure.high = *high;
    return figure;
}

bench::Figure probe_figure(const std::string &name, const std::string &plugin, const std::string &id,
                           double target) {
    std::string answer;
    const auto samples = times([&] {
        answer = core::run_helper(PROBE_HELPER, {plugin, id}, std::string("{}") + '\0',
                                  std::chrono::duration<double>(60))
                     .answer;
    });
    bench::Figure result = figure(name, samples, target, "process start included");
    if (answer.find("ok\n") == std::string::npos) {
        result.value.reset();
        result.reason = "the helper did not accept " + plugin;
    }
    return result;
}

}  // namespace

int main(int argc, char **argv) {
    const bool json = argc > 1 && std::strcmp(argv[1], "--json") == 0;
    std::string pattern = (fs::temp_directory_path() / "lapack_ai_bench_XXXXXX").string();
    const fs::path folder = ::mkdtemp(pattern.data());
    fs::create_directory(folder / "plugins");
    long plugins = 0;
    for (const auto &entry : fs::directory_iterator(PLUGIN_FOLDER)) {
        if (entry.path().extension() != ".so") continue;
        fs::copy(entry.path(), folder / "plugins");
        ++plugins;
    }

    core::LoadOptions options;
    options.overrides = {{"plugin_search_paths", "['" + (folder / "plugins").string() + "']", "bench"}};
    const auto settings = core::load_settings(options);
    const core::ProbePlaces places{PROBE_HELPER, (folder / "cache").string()};
    core::discover_plugins(*settings, places);

    const auto load = times([&] { core::load_settings(options); });
    const auto discover = times([&] {
        core::ProbeCache::forget();  // as in a new process: verdicts come from files
        core::discover_plugins(*settings, places);
    });
    const bool met = bench::print_figures(
        {figure("load_settings", load, std::nullopt, "shipped default, environment, one override"),
         figure("discover_plugins", discover, std::nullopt,
                std::to_string(plugins) + " plugins, mapped already, verdicts remembered"),
         probe_figure("probe of a trivial plugin", MINIMAL_PLUGIN, "minimal", 1.0),
         probe_figure("probe of cpu_lapack", std::string(PLUGIN_FOLDER) + "/cpu_lapack.so", "cpu_lapack",
                      5.0)},
        json);
    fs::remove_all(folder);
    return met ? 0 : 1;
}
