// See keys.hpp. The ranges are what makes sense, not what a type can hold.
#include "config/keys.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

namespace lapack_ai::core {

namespace {

using S = Settings;

constexpr double day = 86400;

std::vector<Key> make_keys() {
    return {
        {.path = "plugin_search_paths",
         .target = +[](S &s) -> std::vector<std::string> & { return s.plugin_search_paths; },
         .help = "absolute folders, or 'default' for the folder beside the library"},
        {.path = "plugin_files",
         .target = +[](S &s) -> std::vector<std::string> & { return s.plugin_files; },
         .help = "absolute paths of plugin files, besides those that are found"},

        {.path = "dispatch.accuracy",
         .target =
             +[](S &s, std::size_t word) {
                 static constexpr lai_accuracy policies[] = {LAI_ACCURACY_COMPONENTWISE,
                                                             LAI_ACCURACY_NORMWISE, LAI_ACCURACY_MIXED};
                 s.dispatch.accuracy = policies[word];
             },
         .words = {"componentwise", "normwise", "mixed"}},
        {.path = "dispatch.fallback",
         .target =
             +[](S &s, std::size_t word) {
                 static constexpr FallbackMode modes[] = {FallbackMode::automatic, FallbackMode::warn,
                                                          FallbackMode::strict};
                 s.dispatch.fallback = modes[word];
             },
         .words = {"auto", "warn", "strict"}},
        {.path = "dispatch.deterministic",
         .target = +[](S &s) -> bool & { return s.dispatch.deterministic; }},
        {.path = "dispatch.pin",
         .target = +[](S &s) -> std::map<std::string, std::string> & { return s.dispatch.pin; },
         .help = "operation: backend, as in {gesvd: cpu_lapack}"},
        {.path = "dispatch.threads",
         .target = +[](S &s) -> int & { return s.threads; },
         .min = 1,
         .max = 4096,
         .words = {"auto"}},
        {.path = "dispatch.force_backend",
         .target = +[](S &s) -> std::string & { return s.force_backend; },
         .help = "a plugin's id, or '' for none"},
        {.path = "dispatch.verbose", .target = +[](S &s) -> bool & { return s.verbose_dispatch; }},

        {.path = "gpu.enabled",
         .target = +[](S &s) -> bool & { return s.gpu.enabled; },
         .environment = "GPU_ENABLED"},
        {.path = "gpu.memory_limit_percent",
         .target = +[](S &s) -> double & { return s.gpu.memory_limit_percent; },
         .min = 10,
         .max = 95,
         .environment = "GPU_MEMORY_LIMIT",
         .help = "percent of the device's memory"},
        {.path = "gpu.device",
         .target = +[](S &s) -> std::string & { return s.gpu.device; },
         .help = "'auto', or a device's number or part of its name"},
        {.path = "gpu.max_concurrent_operations",
         .target = +[](S &s) -> int & { return s.gpu.max_concurrent_operations; },
         .min = 1,
         .max = 64},

        {.path = "batch.size_limit",
         .target = +[](S &s) -> std::int64_t & { return s.batch.size_limit; },
         .min = 1,
         .max = 1 << 20,
         .environment = "BATCH_SIZE_LIMIT",
         .help = "matrices that go to a device at once"},

        {.path = "breaker.failure_threshold",
         .target = +[](S &s) -> int & { return s.breaker.failure_threshold; },
         .min = 1,
         .max = 1000,
         .help = "device faults in a row"},
        {.path = "breaker.open_seconds",
         .target = +[](S &s) -> double & { return s.breaker.open_seconds; },
         .min = 0,
         .max = day},

        {.path = "cost_model.profile",
         .target = +[](S &s) -> std::string & { return s.cost_model.profile; },
         .help = "'auto', 'none', or the path of a calibration profile"},
        {.path = "cost_model.online", .target = +[](S &s) -> bool & { return s.cost_model.online; }},

        {.path = "dashboard.enabled", .target = +[](S &s) -> bool & { return s.dashboard.enabled; }},
        {.path = "dashboard.address",
         .target = +[](S &s) -> std::string & { return s.dashboard.address; },
         .help = "the address to listen on; 127.0.0.1 is this machine only"},
        {.path = "dashboard.port",
         .target = +[](S &s) -> int & { return s.dashboard.port; },
         .min = 0,
         .max = 65535,
         .environment = "DASHBOARD_PORT",
         .help = "0: any free port"},
        {.path = "dashboard.interval_ms",
         .target = +[](S &s) -> int & { return s.dashboard.interval_ms; },
         .min = 100,
         .max = 60000,
         .help = "milliseconds between updates"},

        {.path = "metrics.enabled", .target = +[](S &s) -> bool & { return s.metrics.enabled; }},
        {.path = "metrics.file",
         .target = +[](S &s) -> std::string & { return s.metrics.file; },
         .environment = "METRICS_FILE",
         .help = "a path, %p in it stands for the process id; '' for none"},

        {.path = "record.file",
         .target = +[](S &s) -> std::string & { return s.record.file; },
         .environment = "RECORD_FILE",
         .help = "a path, %p in it stands for the process id; '' for none"},

        {.path = "log.level",
         .target =
             +[](S &s, std::size_t word) {
                 static constexpr std::uint32_t levels[] = {LAI_LOG_DEBUG, LAI_LOG_INFO, LAI_LOG_WARNING,
                                                            LAI_LOG_ERROR, LAI_LOG_OFF};
                 s.log.level = levels[word];
             },
         .words = {"debug", "info", "warning", "error", "off"},
         .environment = "LOG_LEVEL"},

        {.path = "probe.enabled", .target = +[](S &s) -> bool & { return s.probe.enabled; }},
        {.path = "probe.time_limit_seconds",
         .target = +[](S &s) -> double & { return s.probe.time_limit_seconds; },
         .min = 0.1,
         .max = 600},
    };
}

std::string plain_number(double number) {
    char buffer[32];
    return std::string(buffer, std::to_chars(buffer, buffer + sizeof buffer, number).ptr);
}

std::string joined(const std::vector<std::string> &words) {
    std::string text;
    for (const std::string &word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

struct Describe {
    const Key &key;

    std::string range(const char *what) const {
        const std::string text = std::string("must be ") + what + " from " + plain_number(key.min) + " to " +
                                 plain_number(key.max);
        return key.words.empty() ? text : text + ", or '" + joined(key.words) + "'";
    }
    std::string operator()(bool &(*)(S &)) const { return "must be true or false"; }
    std::string operator()(int &(*)(S &)) const { return range("a whole number"); }
    std::string operator()(std::int64_t &(*)(S &)) const { return range("a whole number"); }
    std::string operator()(double &(*)(S &)) const { return range("a number"); }
    std::string operator()(std::string &(*)(S &)) const { return "must be a text"; }
    std::string operator()(std::vector<std::string> &(*)(S &)) const { return "must be a list of texts"; }
    std::string operator()(std::map<std::string, std::string> &(*)(S &)) const {
        return "must be a section of texts";
    }
    std::string operator()(void (*)(S &, std::size_t)) const { return "must be one of " + joined(key.words); }
};

}  // namespace

const std::vector<Key> &keys() {
    static const std::vector<Key> table = make_keys();
    return table;
}

const Key *find_key(std::string_view path) {
    const auto &table = keys();
    const auto at =
        std::find_if(table.begin(), table.end(), [&](const Key &key) { return key.path == path; });
    return at == table.end() ? nullptr : &*at;
}

std::string requirement(const Key &key) {
    const std::string text = std::visit(Describe{key}, key.target);
    return *key.help ? text + " (" + key.help + ")" : text;
}

std::size_t word_index(const Key &key, std::string_view word) {
    std::string wanted = lower_case(word);
    if (wanted == "warn" && std::find(key.words.begin(), key.words.end(), wanted) == key.words.end()) {
        wanted = "warning";
    }
    const auto at = std::find(key.words.begin(), key.words.end(), wanted);
    return static_cast<std::size_t>(at - key.words.begin());
}

}  // namespace lapack_ai::core
