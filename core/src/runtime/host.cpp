#include "runtime/host.hpp"

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "dispatch/engine.hpp"
#include "dispatch/recorder.hpp"
#include "dispatch/spaces.hpp"
#include "runtime/worker_pool.hpp"

namespace lapack_ai::core {

namespace {

void host_log(const lai_host *host, std::uint32_t level, const char *text) {
    if (text == nullptr || !log_enabled(level)) return;
    try {
        log(level, PluginHost::of(host).plugin() + ": " + text);
    } catch (const std::exception &) {
        // Without memory there is no line.
    }
}

std::uint64_t host_now_ns(const lai_host *) {
    return now_ns();
}

std::uint32_t host_op_number(const lai_host *, const char *op_id) {
    const Op *op = op_id == nullptr ? nullptr : OpTable::instance().find(op_id);
    return op == nullptr ? 0 : op->number;
}

lai_status host_register_op(const lai_host *host, const lai_op_schema *schema, std::uint32_t *number) {
    try {
        const std::uint32_t added = OpTable::instance().add(schema);
        if (number != nullptr) *number = added;
        return LAI_OK;
    } catch (const std::exception &error) {
        host_log(host, LAI_LOG_ERROR, error.what());
        return LAI_INVALID;
    }
}

const lai_op_schema *host_op_schema(const lai_host *, std::uint32_t number) {
    const Op *op = OpTable::instance().find(number);
    return op == nullptr ? nullptr : op->schema;
}

std::uint32_t host_intern_space(const lai_host *, const char *space_id) {
    return intern_space(space_id);
}

const char *host_options_json(const lai_host *host) {
    return PluginHost::of(host).options().c_str();
}

const char *host_setting_json(const lai_host *host, const char *path) {
    const auto &values = PluginHost::of(host).settings().values;
    const auto found = path == nullptr ? values.end() : values.find(path);
    return found == values.end() ? nullptr : found->second.c_str();
}

void *host_arena_alloc(const lai_host *, const lai_call *, std::size_t bytes, std::size_t align) {
    if (align == 0 || align > 4096 || (align & (align - 1)) != 0) return nullptr;
    return thread_state().scratch.allocate(bytes, align);
}

lai_status host_parallel_for(const lai_host *, const lai_call *call, std::int64_t count, lai_task_fn task,
                             void *context) {
    if (task == nullptr || count < 0) return LAI_INVALID;
    WorkerPool::instance().run(count, call == nullptr ? 1 : call->thread_budget, task, context);
    return LAI_OK;
}

lai_status host_predict(const lai_host *, const lai_call *parent, const lai_call *child,
                        const lai_constraints *constraints, lai_cost *cost) {
    return Engine::predict(parent, child, constraints, cost);
}

lai_status host_invoke(const lai_host *, const lai_call *parent, const lai_call *child,
                       const lai_constraints *constraints, lai_result *result) {
    return Engine::invoke(parent, child, constraints, result);
}

std::uint32_t host_metric(const lai_host *host, std::uint32_t kind, const char *name, const char *help) {
    const PluginHost &self = PluginHost::of(host);
    if (self.recorder() == nullptr || name == nullptr) return 0;
    try {
        return self.recorder()->metric(self.plugin().c_str(), kind, name, help == nullptr ? "" : help);
    } catch (const std::exception &) {
        return 0;
    }
}

void host_metric_add(const lai_host *host, std::uint32_t number, double value) {
    Recorder *recorder = PluginHost::of(host).recorder();
    if (recorder != nullptr && number != 0) recorder->metric_add(number, value);
}

void host_metric_set(const lai_host *host, std::uint32_t number, double value) {
    Recorder *recorder = PluginHost::of(host).recorder();
    if (recorder != nullptr && number != 0) recorder->metric_set(number, value);
}

const void *host_get_extension(const lai_host *host, const char *id) {
    Recorder *recorder = PluginHost::of(host).recorder();
    return recorder != nullptr && id != nullptr ? recorder->extension(id) : nullptr;
}

}  // namespace

PluginHost::PluginHost(std::string plugin, std::shared_ptr<const Settings> settings, Recorder *recorder)
    : plugin_(std::move(plugin)), recorder_(recorder) {
    link_.owner = this;
    lai_host &t = link_.table;
    t.size = sizeof(lai_host);
    t.abi_major = LAI_ABI_MAJOR;
    t.abi_minor = LAI_ABI_MINOR;
    t.log = host_log;
    t.now_ns = host_now_ns;
    t.op_number = host_op_number;
    t.register_op = host_register_op;
    t.op_schema = host_op_schema;
    t.intern_space = host_intern_space;
    t.options_json = host_options_json;
    t.setting_json = host_setting_json;
    t.arena_alloc = host_arena_alloc;
    t.parallel_for = host_parallel_for;
    t.predict = host_predict;
    t.invoke = host_invoke;
    t.metric = host_metric;
    t.metric_add = host_metric_add;
    t.metric_set = host_metric_set;
    t.get_extension = host_get_extension;
    renew(std::move(settings));
}

void PluginHost::renew(std::shared_ptr<const Settings> settings) {
    settings_ = std::move(settings);
    const auto found = settings_->plugins.find(plugin_);
    options_ = found == settings_->plugins.end() ? "{}" : found->second.options_json;
}

const PluginHost &PluginHost::of(const lai_host *host) noexcept {
    return *reinterpret_cast<const Link *>(host)->owner;
}

}  // namespace lapack_ai::core
