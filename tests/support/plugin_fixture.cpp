#include "support/plugin_fixture.hpp"

#include <dlfcn.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <stdexcept>
#include <thread>

namespace lapack_ai::test {

TestHost &TestHost::of(const lai_host *host) {
    return *reinterpret_cast<const Table *>(host)->self;  // the table is the first member
}

TestHost::TestHost() {
    host_.self = this;
    lai_host &t = host_.table;
    t.size = sizeof t;
    t.abi_major = LAI_ABI_MAJOR;
    t.abi_minor = LAI_ABI_MINOR;
    t.log = [](const lai_host *host, std::uint32_t, const char *text) {
        TestHost &self = of(host);
        const std::lock_guard lock(self.mutex_);
        self.log_.emplace_back(text);
    };
    t.now_ns = [](const lai_host *) {
        const auto now = std::chrono::steady_clock::now().time_since_epoch();
        return static_cast<std::uint64_t>(std::chrono::nanoseconds(now).count());
    };
    t.op_number = [](const lai_host *host, const char *op_id) -> std::uint32_t {
        TestHost &self = of(host);
        const std::lock_guard lock(self.mutex_);
        for (std::size_t i = 0; i < self.ops_.size(); ++i)
            if (std::strcmp(self.ops_[i]->id, op_id) == 0) return static_cast<std::uint32_t>(100 + i);
        return 0;
    };
    t.register_op = [](const lai_host *host, const lai_op_schema *schema, std::uint32_t *number) {
        TestHost &self = of(host);
        const std::lock_guard lock(self.mutex_);
        *number = static_cast<std::uint32_t>(100 + self.ops_.size());
        self.ops_.push_back(schema);
        return lai_status(LAI_OK);
    };
    t.op_schema = [](const lai_host *host, std::uint32_t number) -> const lai_op_schema * {
        TestHost &self = of(host);
        const std::lock_guard lock(self.mutex_);
        return number >= 100 && number - 100 < self.ops_.size() ? self.ops_[number - 100] : nullptr;
    };
    t.intern_space = [](const lai_host *host, const char *space) {
        TestHost &self = of(host);
        const std::lock_guard lock(self.mutex_);
        auto found = std::find(self.spaces_.begin(), self.spaces_.end(), space);
        if (found == self.spaces_.end()) found = self.spaces_.insert(self.spaces_.end(), space);
        return static_cast<std::uint32_t>(found - self.spaces_.begin() + 1);
    };
    t.options_json = [](const lai_host *host) { return of(host).options.c_str(); };
    t.setting_json = [](const lai_host *host, const char *path) -> const char * {
        const auto &known = of(host).settings;
        const auto found = known.find(path);
        return found == known.end() ? nullptr : found->second.c_str();
    };
    t.arena_alloc = [](const lai_host *host, const lai_call *, std::size_t bytes,
                       std::size_t align) -> void * {
        TestHost &self = of(host);
        if (self.arena_is_empty) return nullptr;
        const std::lock_guard lock(self.mutex_);
        self.arena_.push_back(std::make_unique<std::byte[]>(bytes + align));
        void *memory = self.arena_.back().get();
        std::size_t room = bytes + align;
        return std::align(align, bytes, memory, room);
    };
    t.parallel_for = [](const lai_host *, const lai_call *call, std::int64_t count, lai_task_fn task,
                        void *context) {
        std::atomic<std::int64_t> next{0};
        const auto work = [&](std::int32_t worker) {
            for (std::int64_t item; (item = next.fetch_add(1)) < count;) task(context, item, worker);
        };
        std::vector<std::thread> helpers;
        for (std::int32_t worker = 1; worker < call->thread_budget && worker < count; ++worker)
            helpers.emplace_back(work, worker);
        work(0);
        for (std::thread &helper : helpers) helper.join();
        return lai_status(LAI_OK);
    };
    t.predict = [](const lai_host *host, const lai_call *, const lai_call *child, const lai_constraints *,
                   lai_cost *cost) {
        TestHost &self = of(host);
        return self.on_predict ? self.on_predict(*child, *cost) : lai_status(LAI_DECLINED);
    };
    t.invoke = [](const lai_host *host, const lai_call *, const lai_call *child, const lai_constraints *,
                  lai_result *result) {
        TestHost &self = of(host);
        return self.on_invoke ? self.on_invoke(*child, *result) : lai_status(LAI_DECLINED);
    };
    t.metric = [](const lai_host *, std::uint32_t, const char *, const char *) { return std::uint32_t{1}; };
    t.metric_add = [](const lai_host *, std::uint32_t, double) {};
    t.metric_set = [](const lai_host *, std::uint32_t, double) {};
    t.get_extension = [](const lai_host *, const char *) -> const void * { return nullptr; };
}

std::vector<std::string> TestHost::log() const {
    const std::lock_guard lock(mutex_);
    return log_;
}

std::vector<const lai_op_schema *> TestHost::registered_ops() const {
    const std::lock_guard lock(mutex_);
    return ops_;
}

TestPlugin::TestPlugin(const std::string &path, const TestHost &host) {
    void *file = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);  // never closed, like in core
    if (!file) throw std::runtime_error(dlerror());
    entry_ = static_cast<const lai_plugin_entry *>(dlsym(file, LAI_PLUGIN_ENTRY_SYMBOL));
    if (!entry_) throw std::runtime_error(path + " has no " + LAI_PLUGIN_ENTRY_SYMBOL);
    char reason[256] = "";
    if (entry_->init(host.table(), reason, sizeof reason) != LAI_OK) throw std::runtime_error(reason);
}

TestPlugin::~TestPlugin() {
    entry_->shutdown();
}

const lai_backend &TestPlugin::backend() const {
    const void *table = entry_->get_extension(LAI_ROLE_BACKEND);
    if (!table) throw std::runtime_error(std::string(entry_->id) + " is no backend");
    return *static_cast<const lai_backend *>(table);
}

const lai_variant *TestPlugin::variant(const std::string &op_id, const std::string &name) const {
    const lai_backend &table = backend();
    for (std::uint32_t i = 0; i < table.variant_count; ++i)
        if (op_id == table.variants[i]->op_id && (name.empty() || name == table.variants[i]->name))
            return table.variants[i];
    return nullptr;
}

lai_status TestPlugin::query(sdk::CallBuilder &call, lai_cost &cost, const std::string &name) const {
    cost = {};
    cost.size = sizeof cost;
    const lai_variant *v = variant(call.call().op_id, name);
    if (!v) throw std::runtime_error(std::string("no variant for ") + call.call().op_id);
    return v->query(v->self, &call.call(), &cost);
}

lai_status TestPlugin::execute(sdk::CallBuilder &call, lai_result &result, const std::string &name) const {
    result = {};
    result.size = sizeof result;
    lai_cost cost;
    if (const lai_status status = query(call, cost, name); status != LAI_OK) {
        result.detail = cost.note;
        return status;
    }
    const auto free_aligned = [](void *memory) { std::free(memory); };
    const std::unique_ptr<void, decltype(free_aligned)> workspace(
        cost.host_workspace_bytes ? std::aligned_alloc(64, (cost.host_workspace_bytes + 63) / 64 * 64)
                                  : nullptr,
        free_aligned);
    lai_call &raw = call.call();
    raw.workspace = workspace.get();
    raw.workspace_bytes = cost.host_workspace_bytes;
    const lai_variant *v = variant(raw.op_id, name);
    return v->execute(v->self, &raw, &result);
}

lai_result TestPlugin::run(sdk::CallBuilder &call, const std::string &name) const {
    lai_result result;
    const lai_status status = execute(call, result, name);
    if (status != LAI_OK)
        throw std::runtime_error(std::string(call.call().op_id) + ": status " + std::to_string(status) +
                                 ", " + (result.detail ? result.detail : "no detail"));
    return result;
}

}  // namespace lapack_ai::test
