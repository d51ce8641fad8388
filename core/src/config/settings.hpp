// The effective configuration: every layer merged and checked. Immutable once made; a reload makes a new one.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "lapack_ai/abi/types.h"

namespace lapack_ai::core {

enum class Enabled { no, yes, automatic };
enum class FallbackMode { automatic, warn, strict };

struct PluginSettings {
    Enabled enabled = Enabled::yes;
    std::string options_json = "{}";  // the plugin's own keys, merged
    std::string path;                 // named file (plugins.<id>.path or --plugin), empty: found by search
};

// Where an effective value came from, for `config show` and for error messages.
struct Provenance {
    std::string
        source;    // "built-in default", "/etc/lapack_ai/lapack_ai.yaml", "environment LAPACK_LOG_LEVEL"
    int line = 0;  // 1-based; 0: none
};

struct Settings {
    std::vector<std::string> plugin_search_paths;  // absolute, "default" already expanded
    std::vector<std::string> plugin_files;         // absolute, besides what the search finds (--plugin)
    std::map<std::string, PluginSettings> plugins;
    struct {
        lai_accuracy accuracy = LAI_ACCURACY_NORMWISE;
        FallbackMode fallback = FallbackMode::warn;
        bool deterministic = false;
        std::map<std::string, std::string> pin;  // op ("gesvd") -> backend
    } dispatch;
    struct {
        bool enabled = true;
        double memory_limit_percent = 80;
        std::string device = "auto";
        int max_concurrent_operations = 4;
    } gpu;
    struct {
        std::int64_t size_limit = 1024;
    } batch;
    struct {
        int failure_threshold = 5;
        double open_seconds = 300;
    } breaker;
    struct {
        std::string profile = "auto";
        bool online = true;
    } cost_model;
    struct {
        bool enabled = false;
        std::string address = "127.0.0.1";
        int port = 8080;
        int interval_ms = 1000;
    } dashboard;
    struct {
        bool enabled = true;
        std::string file;  // where this process writes its recording; empty: nowhere
    } metrics;
    struct {
        std::string file;  // where this process writes its calls by shape; empty: nowhere
    } record;
    struct {
        std::uint32_t level = LAI_LOG_INFO;
    } log;
    struct {
        bool enabled = true;             // try unseen plugin files in the helper process first
        double time_limit_seconds = 20;  // after which the helper is killed and the plugin quarantined
    } probe;
    int threads = 0;                               // dispatch.threads, threads of one call; 0: automatic
    std::string force_backend;                     // LAPACK_AI_FORCE_BACKEND or --backend; empty: none
    bool verbose_dispatch = false;                 // dispatch.verbose or LAPACK_AI_VERBOSE=dispatch
    std::map<std::string, Provenance> provenance;  // by dotted path
    std::map<std::string, std::string> values;     // dotted path -> JSON text of the effective value
    std::vector<std::string> warnings;             // what loading found worth saying
};

// One `key = value` given on the command line or through an API; the highest layer.
struct Override {
    std::string path;    // "dispatch.fallback"
    std::string value;   // YAML text
    std::string source;  // "--fallback"
};

struct LoadOptions {
    std::string config_file;  // --config; empty: LAPACK_AI_CONFIG or the /etc and XDG files
    std::vector<Override> overrides;
    // Manifest option schemas by plugin id (JSON Schema text), for keys that core has never heard of.
    std::map<std::string, std::string> plugin_schemas;
};

// Reads and merges all layers. Throws Error(configuration) naming key, value, source with line, and
// requirement.
std::shared_ptr<const Settings> load_settings(const LoadOptions &options);

// All problems of all layers, one per line "file:line: message"; empty when there is none. Never throws for
// content.
std::vector<std::string> check_settings(const LoadOptions &options);

// Sets the log's level; with verbose_dispatch at least to info, and to standard error while the host program
// has set no sink. [any]
void apply_log_settings(const Settings &settings) noexcept;

}  // namespace lapack_ai::core
