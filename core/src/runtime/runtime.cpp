#include "runtime/runtime.hpp"

#include <algorithm>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "cost/learned_model.hpp"
#include "cost/prior_model.hpp"
#include "cost/profile.hpp"
#include "dispatch/decision_cache.hpp"
#include "dispatch/recorder.hpp"
#include "metrics/call_file.hpp"
#include "runtime/profile_binding.hpp"
#include "runtime/runtime_impl.hpp"

namespace lapack_ai::core {

namespace {

void report_switch(Recorder *recorder, const std::string &plugin, bool enabled) {
    log(LAI_LOG_INFO, "plugin " + plugin + (enabled ? " switched on" : " switched off"));
    if (recorder == nullptr) return;
    lai_event event{};
    event.size = sizeof(event);
    event.kind = 4;
    event.end_ns = TickClock::to_ns(TickClock::now());
    event.variant = recorder->variant(plugin.c_str(), "", "");
    event.status = enabled ? LAI_OK : LAI_DECLINED;
    recorder->event(event);
}

}  // namespace

std::shared_ptr<const Settings> Runtime::Impl::effective(
    const std::shared_ptr<const Settings> &settings) const {
    if (switched.empty()) return settings;
    auto changed = std::make_shared<Settings>(*settings);
    for (const auto &[plugin, enabled] : switched) {
        changed->plugins[plugin].enabled = enabled ? Enabled::yes : Enabled::no;
        changed->provenance["plugins." + plugin + ".enabled"] = {"switched at run time", 0};
    }
    return changed;
}

void Runtime::Impl::publish(Context::Impl &context, std::shared_ptr<const Settings> settings) {
    ThreadBudget budget = thread_budget(settings->threads, thread_surroundings());
    if (forked) budget = {1, "forked child: OpenMP's threads do not survive a fork"};
    const auto seen = effective(settings);
    auto view =
        make_view(seen, plugins.registry(), plugins.absentees(*seen), budget.threads, options.recorder);
    // Looked up once: a forked child comes here while it holds the list of logs locked.
    if (seen->record.file != context.record_file) {
        context.record_file = seen->record.file;
        context.call_log = seen->record.file.empty() ? nullptr : &call_log_for(seen->record.file);
    }
    view->call_log = context.call_log;
    context.engine.publish(std::move(view));
    context.settings = std::move(settings);
    context.threads = std::move(budget);
}

void Runtime::Impl::publish_all() {
    for (Context::Impl *context : contexts) publish(*context, context->settings);
}

void Runtime::Impl::drain_all() const {
    for (const Context::Impl *context : contexts) context->engine.drain();
}

void Runtime::Impl::install_profile(const Settings &settings) {
    auto *learned = dynamic_cast<LearnedModel *>(services->model.get());
    if (learned == nullptr) return;
    profile_remarks.clear();
    const std::string path = profile_file(settings.cost_model.profile);
    std::vector<MeasuredPart> parts;
    if (!path.empty()) {
        const Profile profile = read_profile(path, this_machine(), profile_remarks);
        parts = bind_profile(profile, plugins.entries(), profile_remarks);
    }
    learned->install(path, parts);
    if (settings.cost_model.online && !settings.dispatch.deterministic)
        learned->start_learning(move_decision_generation);
    for (const std::string &remark : profile_remarks) log(LAI_LOG_WARNING, remark);
    move_decision_generation();
}

Runtime::Impl::Impl(RuntimeOptions given)
    : options(std::move(given)),
      services(std::make_shared<EngineServices>()),
      plugins(options.discover ? options.discover : discover_plugins, options.recorder) {
    services->now_ns = options.now_ns ? options.now_ns : [] { return now_ns(); };
    services->model = options.cost_model ? options.cost_model : std::make_shared<PriorModel>();
    if (!options.load) options.load = load_settings;
    install_fork_handlers();
    enlist();
}

Runtime::Runtime(RuntimeOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}

Runtime::~Runtime() {
    impl_->default_context.reset();
    impl_->plugins.stop_observers();
    for (const auto &entry : impl_->plugins.entries()) {
        if (entry.initialised) impl_->plugins.shut_down(entry.loaded->id);
    }
}

std::shared_ptr<Context> Runtime::make_context(const LoadOptions &options) {
    TickClock::calibrate();
    auto context = std::make_unique<Context::Impl>(impl_->services);
    context->runtime = impl_.get();
    context->options = options;
    const std::lock_guard lock(impl_->control);
    const auto settings = impl_->options.load(options);
    impl_->plugins.load(impl_->effective(settings));
    impl_->install_profile(*settings);
    impl_->publish(*context, settings);
    impl_->contexts.push_back(context.get());
    // What was loaded for this context is there for the others too.
    for (Context::Impl *other : impl_->contexts) {
        if (other != context.get() && other->engine.view().registry != impl_->plugins.registry()) {
            impl_->publish(*other, other->settings);
        }
    }
    apply_log_settings(*settings);
    if (settings->dashboard.enabled) impl_->plugins.start_observers();
    return std::shared_ptr<Context>(new Context(std::move(context)));
}

std::shared_ptr<Context> Runtime::default_context() {
    const std::lock_guard lock(impl_->default_mutex);
    if (!impl_->default_context) impl_->default_context = make_context({});
    return impl_->default_context;
}

lai_status Runtime::set_enabled(std::string_view plugin_id, bool enabled) {
    // Waiting for this thread's own call to end would last for ever.
    if (inside_call()) return LAI_BUSY;
    const std::lock_guard lock(impl_->control);
    PluginSet &plugins = impl_->plugins;
    if (!plugins.known(plugin_id)) {
        throw Error(ErrorKind::usage,
                    "unknown plugin '" + std::string(plugin_id) + "'; there are: " + plugins.ids());
    }
    const std::string id(plugin_id);
    const bool was_active = plugins.active(id);
    const auto before = impl_->switched;
    impl_->switched[id] = enabled;
    if (enabled && !was_active) {
        try {
            // Any context's settings will do: they differ in what they allow, not in what the plugin is.
            auto settings = impl_->contexts.empty() ? std::make_shared<const Settings>()
                                                    : impl_->contexts.front()->settings;
            plugins.bring_back(id, impl_->effective(settings));
        } catch (const Error &) {
            impl_->switched = before;
            throw;
        }
    }
    if (!enabled) plugins.withdraw(id);
    impl_->publish_all();
    if (!enabled && was_active) {
        impl_->drain_all();
        plugins.shut_down(id);
    }
    if (enabled != was_active) report_switch(impl_->options.recorder, id, enabled);
    return LAI_OK;
}

void Runtime::stop_observers() {
    const std::lock_guard lock(impl_->control);
    impl_->plugins.stop_observers();
}

}  // namespace lapack_ai::core
