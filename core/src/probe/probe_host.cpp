// See probe_host.hpp. One plugin, one thread that matters, a life of milliseconds: nothing is ever freed.
#include "probe/probe_host.hpp"

#include <time.h>

#include <algorithm>
#include <cstdlib>
#include <exception>

#include "dispatch/op_table.hpp"

namespace lapack_ai::core {

namespace {

struct Host {
    lai_host table{};  // first, so that the plugin's pointer is ours
    ProbeRequest request;
    std::map<std::string, std::uint32_t> spaces;
    std::uint32_t metrics = 0;
};

Host &host() {
    static Host &instance = *new Host;
    return instance;
}

void ignore_log(const lai_host *, std::uint32_t, const char *) {}

std::uint64_t now_ns(const lai_host *) {
    timespec time;
    ::clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000u +
           static_cast<std::uint64_t>(time.tv_nsec);
}

std::uint32_t op_number(const lai_host *, const char *id) {
    const Op *op = id ? OpTable::instance().find(std::string_view(id)) : nullptr;
    return op ? op->number : 0;
}

lai_status register_op(const lai_host *, const lai_op_schema *schema, std::uint32_t *number) {
    try {
        const std::uint32_t added = OpTable::instance().add(schema);
        if (number) *number = added;
        return LAI_OK;
    } catch (const std::exception &) {
        return LAI_INVALID;
    }
}

const lai_op_schema *op_schema(const lai_host *, std::uint32_t number) {
    const Op *op = OpTable::instance().find(number);
    return op ? op->schema : nullptr;
}

std::uint32_t intern_space(const lai_host *, const char *id) {
    auto &spaces = host().spaces;
    return spaces.emplace(id, static_cast<std::uint32_t>(spaces.size()) + 1).first->second;
}

const char *options_json(const lai_host *) {
    return host().request.options.c_str();
}

const char *setting_json(const lai_host *, const char *path) {
    const auto &settings = host().request.settings;
    const auto at = settings.find(path);
    return at == settings.end() ? nullptr : at->second.c_str();
}

void *arena_alloc(const lai_host *, const lai_call *, std::size_t bytes, std::size_t align) {
    void *memory = nullptr;
    return ::posix_memalign(&memory, align < sizeof(void *) ? sizeof(void *) : align, bytes) == 0 ? memory
                                                                                                  : nullptr;
}

lai_status parallel_for(const lai_host *, const lai_call *, std::int64_t count, lai_task_fn task,
                        void *context) {
    for (std::int64_t item = 0; item < count; ++item) task(context, item, 0);
    return LAI_OK;
}

lai_status decline_predict(const lai_host *, const lai_call *, const lai_call *, const lai_constraints *,
                           lai_cost *) {
    return LAI_DECLINED;
}

lai_status decline_invoke(const lai_host *, const lai_call *, const lai_call *, const lai_constraints *,
                          lai_result *) {
    return LAI_DECLINED;
}

std::uint32_t metric(const lai_host *, std::uint32_t, const char *, const char *) {
    return ++host().metrics;
}
void ignore_metric(const lai_host *, std::uint32_t, double) {}
const void *no_extension(const lai_host *, const char *) {
    return nullptr;
}

}  // namespace

ProbeRequest parse_request(const std::string &text) {
    ProbeRequest request;
    std::size_t at = 0;
    const auto next = [&] {
        const std::size_t end = std::min(text.find('\0', at), text.size());
        std::string part = text.substr(at, end - at);
        at = std::min(end + 1, text.size());
        return part;
    };
    if (at < text.size()) request.options = next();
    while (at < text.size()) {
        std::string path = next();
        request.settings[std::move(path)] = next();
    }
    return request;
}

const lai_host *probe_host(ProbeRequest request) {
    Host &self = host();
    self.request = std::move(request);
    lai_host &table = self.table;
    table.size = sizeof table;
    table.abi_major = LAI_ABI_MAJOR;
    table.abi_minor = LAI_ABI_MINOR;
    table.log = ignore_log;
    table.now_ns = now_ns;
    table.op_number = op_number;
    table.register_op = register_op;
    table.op_schema = op_schema;
    table.intern_space = intern_space;
    table.options_json = options_json;
    table.setting_json = setting_json;
    table.arena_alloc = arena_alloc;
    table.parallel_for = parallel_for;
    table.predict = decline_predict;
    table.invoke = decline_invoke;
    table.metric = metric;
    table.metric_add = ignore_metric;
    table.metric_set = ignore_metric;
    table.get_extension = no_extension;
    return &table;
}

}  // namespace lapack_ai::core
