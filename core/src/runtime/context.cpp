#include <algorithm>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/version.hpp"
#include "runtime/runtime_impl.hpp"

namespace lapack_ai::core {

namespace {

std::string described_devices(const lai_backend *backend) {
    if (backend == nullptr || !LAI_HAS(backend, lai_backend, self) || backend->describe == nullptr)
        return "null";
    const std::size_t length = backend->describe(backend->self, nullptr, 0);
    if (length == 0) return "null";
    std::string text(length + 1, '\0');
    const std::size_t written = backend->describe(backend->self, text.data(), text.size());
    text.resize(std::min(written, length));
    return text.empty() ? "null" : text;
}

std::vector<std::string> roles_of(const LoadedPlugin &plugin) {
    std::vector<std::string> roles;
    if (plugin.backend != nullptr) roles.push_back(LAI_ROLE_BACKEND);
    if (plugin.enhancer != nullptr) roles.push_back(LAI_ROLE_ENHANCER);
    if (plugin.observer != nullptr) roles.push_back(LAI_ROLE_OBSERVER);
    if (plugin.memory != nullptr) roles.push_back(LAI_ROLE_MEMORY);
    return roles.empty() ? plugin.manifest.roles : roles;
}

const std::string &op_name(std::uint32_t number) {
    return OpTable::instance().find(number)->short_name;
}

void add_unique(std::vector<std::string> &list, const std::string &item) {
    if (std::find(list.begin(), list.end(), item) == list.end()) list.push_back(item);
}

PluginStatus status_of(const PluginSet::Entry &entry, const View &view, std::uint64_t now) {
    const LoadedPlugin &plugin = *entry.loaded;
    PluginStatus s;
    s.id = plugin.id;
    s.path = plugin.path;
    s.version = plugin.manifest.version;
    s.title = plugin.manifest.title;
    s.license = plugin.manifest.license;
    s.state = plugin.state;
    s.reason = plugin.reason;
    s.roles = roles_of(plugin);
    if (entry.offering != nullptr) {
        for (const auto &v : entry.offering->variants) {
            add_unique(s.ops, op_name(v->op));
            s.variants.push_back(op_name(v->op) + (v->name.empty() ? "" : "/" + v->name) + " on " +
                                 v->device_name + ": " + describe(v->breaker, now));
        }
        const auto wanted = view.settings->plugins.find(plugin.id);
        if (wanted != view.settings->plugins.end() && wanted->second.enabled == Enabled::no) {
            const std::string key = "plugins." + plugin.id + ".enabled";
            s.state = PluginState::disabled;
            s.reason = key + " is false" + source_of(*view.settings, key);
        }
    } else {
        s.ops = plugin.manifest.ops;
    }
    s.devices_json = described_devices(plugin.backend);
    if (entry.observing && plugin.observer->url != nullptr) {
        const char *url = plugin.observer->url(plugin.observer->self);
        if (url != nullptr) s.observer_url = url;
    }
    return s;
}

}  // namespace

Context::Context(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Context::~Context() {
    const std::lock_guard lock(impl_->runtime->control);
    std::erase(impl_->runtime->contexts, impl_.get());
}

Dispatcher &Context::dispatcher() noexcept {
    return impl_->engine;
}

std::shared_ptr<const Settings> Context::settings() const {
    return impl_->engine.view().settings;
}

void Context::reload() {
    Runtime::Impl &runtime = *impl_->runtime;
    const std::lock_guard lock(runtime.control);
    const auto settings = runtime.options.load(impl_->options);
    runtime.plugins.load(runtime.effective(settings));
    runtime.install_profile(*settings);
    runtime.publish(*impl_, settings);
    runtime.publish_all();
    apply_log_settings(*settings);
    if (settings->dashboard.enabled) runtime.plugins.start_observers();
}

std::vector<PluginStatus> Context::plugins() const {
    const Runtime::Impl &runtime = *impl_->runtime;
    const std::lock_guard lock(runtime.control);
    std::vector<PluginStatus> list;
    for (const PluginSet::Entry &entry : runtime.plugins.entries()) {
        list.push_back(status_of(entry, impl_->engine.view(), runtime.services->now_ns()));
    }
    return list;
}

RuntimeInfo Context::info() const {
    const Runtime::Impl &runtime = *impl_->runtime;
    RuntimeInfo info;
    info.version = version();
    info.abi_major = LAI_ABI_MAJOR;
    info.abi_minor = LAI_ABI_MINOR;
    info.plugins = plugins();
    info.profile = runtime.services->model->profile_path();
    info.calibrated = !info.profile.empty();
    const std::lock_guard lock(runtime.control);
    info.threads = impl_->threads.threads;
    info.threads_reason = impl_->threads.reason;
    info.warnings = impl_->settings->warnings;
    info.warnings.insert(info.warnings.end(), runtime.plugins.problems().begin(),
                         runtime.plugins.problems().end());
    info.warnings.insert(info.warnings.end(), runtime.profile_remarks.begin(), runtime.profile_remarks.end());
    return info;
}

std::vector<BreakerStatus> Context::breakers() const {
    const View &view = impl_->engine.view();
    const std::uint64_t now = impl_->runtime->services->now_ns();
    std::vector<BreakerStatus> list;
    for (const auto &offering : view.registry->offerings()) {
        for (const auto &v : offering->variants) {
            BreakerStatus s{v->plugin,
                            v->name,
                            op_name(v->op),
                            v->device_name,
                            to_string(v->breaker.state(now)),
                            v->breaker.failures(),
                            0};
            const std::uint64_t until = v->breaker.open_until_ns();
            if (until > now) s.open_seconds_left = static_cast<double>(until - now) * 1e-9;
            list.push_back(std::move(s));
        }
    }
    return list;
}

const lai_memory &Context::memory(std::string_view space) const {
    const View &view = impl_->engine.view();
    const bool allowed = view.settings->gpu.enabled;
    std::string others;
    for (const auto &offering : view.registry->offerings()) {
        if (offering->memory == nullptr || !allowed) continue;
        if (space.empty() || space == offering->memory->space) return *offering->memory;
        others += (others.empty() ? "" : ", ") + std::string(offering->memory->space);
    }
    std::string text = space.empty() ? "no backend offers device memory"
                                     : "no backend offers device memory \"" + std::string(space) + "\"";
    if (!others.empty()) text += "; there is: " + others;
    if (!allowed) text += ": gpu.enabled is false" + source_of(*view.settings, "gpu.enabled");
    for (const Absentee &absentee : view.absentees)
        if (absentee.needs_device) text += "\n  " + absentee.id + ": " + absentee.note;
    throw Error(ErrorKind::gpu_unavailable, text);
}

const lai_enhancer *Context::enhancer() const noexcept {
    return impl_->engine.view().enhancer;
}

}  // namespace lapack_ai::core
