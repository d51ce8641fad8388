// What Runtime and Context share behind their public faces.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "dispatch/engine.hpp"
#include "runtime/plugin_set.hpp"
#include "runtime/runtime.hpp"
#include "runtime/thread_budget.hpp"

namespace lapack_ai::core {

struct Context::Impl {
    Runtime::Impl *runtime = nullptr;
    LoadOptions options;
    Engine engine;
    std::shared_ptr<const Settings> settings;  // guarded by the runtime's control mutex
    ThreadBudget threads;
    std::string record_file;           // what call_log goes to
    CallRecorder *call_log = nullptr;  // null: no recording

    explicit Impl(std::shared_ptr<EngineServices> services) : engine(std::move(services)) {}
};

struct Runtime::Impl {
    explicit Impl(RuntimeOptions given);
    ~Impl();

    RuntimeOptions options;
    std::shared_ptr<EngineServices> services;
    // Loading, switching, publishing: one thread at a time. Calls never take it.
    mutable std::mutex control;
    PluginSet plugins;
    std::map<std::string, bool, std::less<>> switched;  // by set_enabled, over every context's settings
    std::vector<Context::Impl *> contexts;
    std::vector<std::string> profile_remarks;  // what of the cost profile could not be used
    std::mutex default_mutex;
    std::shared_ptr<Context> default_context;
    bool forked = false;  // this is a forked child: one thread a call

    // The settings with set_enabled laid over them.
    std::shared_ptr<const Settings> effective(const std::shared_ptr<const Settings> &settings) const;
    // Makes the context obey `settings` from now on; nothing changes when it throws.
    void publish(Context::Impl &context, std::shared_ptr<const Settings> settings);
    void publish_all();
    void drain_all() const;
    // Gives the cost model what the settings' profile says about the plugins that are here. Under `control`.
    void install_profile(const Settings &settings);

    // pthread_atfork, for all runtimes of the process.
    static void install_fork_handlers();
    void enlist();
    void after_fork_child();
};

}  // namespace lapack_ai::core
