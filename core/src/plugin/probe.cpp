// See probe.hpp.
#include "plugin/probe.hpp"

#include <string.h>

#include <atomic>
#include <chrono>

#include "base/file.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "base/version.hpp"
#include "config/surroundings.hpp"
#include "plugin/helper_process.hpp"
#include "plugin/location.hpp"
#include "plugin/opencl_drivers.hpp"
#include "plugin/probe_cache.hpp"
#include "plugin/probe_protocol.hpp"
#include "plugin/trust.hpp"

namespace lapack_ai::core {

namespace {

std::string options_of(const LoadedPlugin &plugin, const Settings &settings) {
    const auto at = settings.plugins.find(plugin.id);
    return at == settings.plugins.end() ? "{}" : at->second.options_json;
}

std::uint64_t surroundings_of(const LoadedPlugin &plugin, const Settings &settings,
                              const ProbePlaces &places) {
    std::uint64_t number = fingerprint(options_of(plugin, settings));
    number = fingerprint(std::string(version()) + ProbeCache::identity_of(places.helper), number);
    if (plugin.manifest.needs_device.empty()) return number;
    // Only what opens devices depends on drivers and on the choice among them.
    const auto device = settings.values.find("gpu.device");
    if (device != settings.values.end()) number = fingerprint(device->second, number);
    return fingerprint(std::to_string(opencl_drivers_fingerprint()), number);
}

std::string request_of(const LoadedPlugin &plugin, const Settings &settings) {
    std::string request = options_of(plugin, settings) + '\0';
    for (const auto &[path, json] : settings.values) request += path + '\0' + json + '\0';
    return request;
}

// The line that says most of what a dying program wrote: what() of an exception, else the last one.
std::string last_words(const std::string &error) {
    std::string words;
    for (const std::string &line : split(error, '\n')) {
        words = line;
        if (line.rfind("what():", 0) == 0) break;
    }
    if (words.size() > 200) words.resize(200);
    return words.empty() || !is_utf8_text(words) ? std::string() : ": " + words;
}

std::string judge(const HelperRun &run, double limit_seconds) {
    std::string stage = "before loading", bad;
    for (const std::string &line : split(run.answer, '\n')) {
        if (line == probe_ok) return {};
        if (line.rfind(probe_stage, 0) == 0) stage = "in " + line.substr(std::string(probe_stage).size());
        if (line.rfind(probe_bad, 0) == 0) bad = line.substr(std::string(probe_bad).size());
    }
    if (!bad.empty()) return bad;
    if (run.timed_out) {
        const std::string limit = std::to_string(limit_seconds);
        return "hung " + stage + ": no answer within " + limit.substr(0, limit.find('.') + 2) + " s";
    }
    if (run.signal != 0) {
        const char *name = ::sigdescr_np(run.signal);
        return "crashed " + stage + " (" + (name ? name : "signal " + std::to_string(run.signal)) + ")" +
               last_words(run.error);
    }
    return "ended the process " + stage +
           (run.exit_code >= 0 ? " with exit code " + std::to_string(run.exit_code) : "") +
           last_words(run.error);
}

}  // namespace

ProbePlaces ProbePlaces::standard() {
    const std::string cache = Surroundings::of_process().user_cache_folder();
    return {default_probe_helper(), cache.empty() ? std::string() : cache + "/probe"};
}

std::string probe_plugin(const LoadedPlugin &plugin, const Settings &settings, const ProbePlaces &places) {
    if (!settings.probe.enabled) return {};
    if (const std::string reason = distrust(places.helper); !reason.empty()) {
        static std::atomic_flag said;
        if (!said.test_and_set()) {
            log(LAI_LOG_INFO,
                "plugins are loaded without being tried first: no probe helper (" + reason + ")");
        }
        return {};
    }
    const auto now =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
            .count();
    const ProbeKey key{plugin.path, ProbeCache::identity_of(plugin.path),
                       surroundings_of(plugin, settings, places)};
    ProbeCache cache(places.cache_folder);
    if (const auto known = cache.find(key, now)) return known->reason;

    const double limit = settings.probe.time_limit_seconds;
    const HelperRun run = run_helper(places.helper, {plugin.path, plugin.id}, request_of(plugin, settings),
                                     std::chrono::duration<double>(limit));
    if (!run.started) {
        log(LAI_LOG_INFO, plugin.path + " is loaded without being tried first: " + run.error);
        return {};
    }
    std::string reason = judge(run, limit);
    if (!reason.empty()) reason += " (when tried in the helper process)";
    cache.remember(key, {reason}, now);
    return reason;
}

}  // namespace lapack_ai::core
