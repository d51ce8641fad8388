// The process-wide whole: plugins loaded once, and contexts, which are overlays of configuration on them.
//
// Runtime::instance() is made on first use and never destroyed: a call may still come from another library's
// exit handler, and plugins stay mapped for ever. Everything here is safe from any thread. Tests make a
// Runtime of their own with plugins and a clock put in by hand.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"
#include "dispatch/dispatcher.hpp"
#include "plugin/loaded_plugin.hpp"

namespace lapack_ai::core {

class CostModel;
struct CalibrationOptions;
struct CalibrationResult;
class Recorder;
class Runtime;

// A plugin as one context sees it, for `info` and `plugin list`.
struct PluginStatus {
    std::string id, path, version, title, license;
    PluginState state = PluginState::refused;  // disabled also when only this context disables it
    std::string reason;                        // why it is not ready, with the remedy where there is one
    std::vector<std::string> roles;            // "lai.backend/0.draft"
    std::vector<std::string> ops;              // "gemm", from its variants; the manifest's while not ready
    std::vector<std::string> variants;         // "gesvd/gesdd on cpu: CLOSED", one a variant
    std::string devices_json = "null";         // what the backend's describe() answered
    std::string observer_url;                  // where its observer can be reached; empty: not running
};

// One circuit breaker, for `info`, explain and the metrics endpoint.
struct BreakerStatus {
    std::string plugin, variant, op, device;
    std::string state;  // CLOSED, OPEN, HALF_OPEN
    int failures = 0;   // since the last success
    double open_seconds_left = 0;
};

// What `lapack-ai info` and the metrics endpoint show beside the plugins.
struct RuntimeInfo {
    std::string version;  // of the library
    std::uint32_t abi_major = 0, abi_minor = 0;
    std::int32_t threads = 1;    // the budget of this context
    std::string threads_reason;  // "OMP_NUM_THREADS=2"
    bool calibrated = false;     // a cost profile for this machine is in use
    std::string profile;         // its path; empty: none
    std::vector<PluginStatus> plugins;
    std::vector<std::string> warnings;  // of configuration and loading
};

// A configuration and the dispatcher that obeys it, over the runtime's plugins. May be used from many
// threads.
class Context {
  public:
    ~Context();
    Context(const Context &) = delete;
    Context &operator=(const Context &) = delete;

    // Lives as long as the context.
    Dispatcher &dispatcher() noexcept;
    // The effective configuration now; a reload makes a new one.
    std::shared_ptr<const Settings> settings() const;
    // Reads all layers anew with the options this context was made with; calls in flight end under the old
    // settings. Plugins named for the first time are loaded. Throws Error(configuration), and then nothing
    // has changed.
    void reload();
    std::vector<PluginStatus> plugins() const;
    RuntimeInfo info() const;
    std::vector<BreakerStatus> breakers() const;
    // Measures this machine and uses what was found (runtime/calibration.hpp). Takes up to the budget; other
    // threads may call meanwhile, at the price of noise. Throws Error(usage) for unknown ops,
    // Error(bad_input) when the profile cannot be written.
    CalibrationResult calibrate(const CalibrationOptions &options);
    // The memory role of a space ("opencl:<uuid>"), or the first there is for an empty one. Throws
    // Error(gpu_unavailable) saying why there is none.
    const lai_memory &memory(std::string_view space) const;
    // The enhancer in use, for texts behind codes; null when there is none.
    const lai_enhancer *enhancer() const noexcept;

  private:
    friend class Runtime;
    struct Impl;
    explicit Context(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

// What a Runtime is made of; empty members mean the real thing. Tests put in fakes.
struct RuntimeOptions {
    std::function<std::shared_ptr<const Settings>(const LoadOptions &)> load;
    std::function<std::vector<std::shared_ptr<LoadedPlugin>>(const Settings &)> discover;
    std::function<std::uint64_t()> now_ns;  // the breaker's clock
    std::shared_ptr<CostModel> cost_model;
    Recorder *recorder = nullptr;  // metrics; must outlive the runtime
};

class Runtime {
  public:
    explicit Runtime(RuntimeOptions options);
    ~Runtime();
    Runtime(const Runtime &) = delete;
    Runtime &operator=(const Runtime &) = delete;

    // The one of this process. The first use loads no plugin yet; the first context does.
    static Runtime &instance();

    // Makes a context; the first one loads and initialises the plugins its settings name, later ones load
    // what is new to them. Throws Error(configuration).
    std::shared_ptr<Context> make_context(const LoadOptions &options);
    // The context that calls without one use: environment and files only. Made on first use.
    std::shared_ptr<Context> default_context();

    // Turns a plugin off or on for the whole process: publishes new snapshots, waits for the calls in flight,
    // then shuts the plugin down (or initialises it). LAI_BUSY from inside a call of this thread; LAI_OK when
    // it was so already. Throws Error(usage) for an id that nobody loaded (with the ones there are) and
    // Error(configuration) with the plugin's reason when it cannot be turned on.
    lai_status set_enabled(std::string_view plugin_id, bool enabled);

    // Stops the observers' threads, for hosts that want none running at exit. [control]
    void stop_observers();

    struct Impl;

  private:
    std::unique_ptr<Impl> impl_;
};

}  // namespace lapack_ai::core
