// See kit_host.hpp.
#include "kit_host.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>

#include "dispatch/op_table.hpp"
#include "nested.hpp"

namespace lapack_ai::conformance {

namespace {

constexpr std::size_t guard_bytes = 64;
constexpr std::byte guard{0xA7};

}  // namespace

const char *to_string(Service service) {
    constexpr const char *names[] = {"arena_alloc", "parallel_for", "predict",     "invoke",
                                     "metric",      "register_op",  "intern_space"};
    return names[static_cast<std::size_t>(service)];
}

KitHost &KitHost::of(const lai_host *host) noexcept {
    return *reinterpret_cast<const Link *>(host)->owner;
}

void KitHost::fail(Service service, std::int64_t nth, bool from_then_on) noexcept {
    fail_at_[index(service)] = calls(service) + nth;
    fail_on_[index(service)] = from_then_on;
}

void KitHost::mend() noexcept {
    for (std::size_t i = 0; i < service_count; ++i) {
        fail_at_[i] = -1;
        fail_on_[i] = false;
    }
}

bool KitHost::fails(Service service) noexcept {
    const std::size_t i = index(service);
    const std::int64_t call = calls_[i].fetch_add(1), at = fail_at_[i].load();
    return at >= 0 && (call == at || (call > at && fail_on_[i].load()));
}

void KitHost::forbid(const char *service) {
    if (!querying.load()) return;
    const std::lock_guard lock(mutex_);
    forbidden_ = service;
}

std::string KitHost::forbidden_in_query() const {
    const std::lock_guard lock(mutex_);
    return forbidden_;
}

void *KitHost::allocate(std::size_t bytes, std::size_t align) {
    if (align == 0 || align > 4096 || (align & (align - 1)) != 0) return nullptr;
    if (bytes > (std::size_t{8} << 30)) return nullptr;
    const std::size_t total = bytes + align + guard_bytes;
    auto memory = std::make_unique_for_overwrite<std::byte[]>(total);
    std::memset(memory.get(), static_cast<int>(guard), total);
    void *start = memory.get();
    std::size_t room = total - guard_bytes;
    std::align(align, bytes, start, room);
    const auto used = static_cast<std::size_t>(static_cast<std::byte *>(start) - memory.get()) + bytes;
    const std::lock_guard lock(mutex_);
    arena_.push_back({std::move(memory), used, total});
    return start;
}

bool KitHost::arena_reset() {
    const std::lock_guard lock(mutex_);
    bool intact = true;
    for (const Piece &piece : arena_)
        intact = intact && std::all_of(piece.memory.get() + piece.used, piece.memory.get() + piece.total,
                                       [](std::byte b) { return b == guard; });
    arena_.clear();
    return intact;
}

std::vector<const lai_op_schema *> KitHost::registered_ops() const {
    const std::lock_guard lock(mutex_);
    return ops_;
}

std::vector<std::string> KitHost::log() const {
    const std::lock_guard lock(mutex_);
    return log_;
}

KitHost::KitHost() : link_(std::make_unique<Link>()) {
    mend();
    link_->owner = this;
    lai_host &t = link_->table;
    t.size = sizeof t;
    t.abi_major = LAI_ABI_MAJOR;
    t.abi_minor = LAI_ABI_MINOR;
    t.log = [](const lai_host *host, std::uint32_t, const char *text) {
        KitHost &self = of(host);
        const std::lock_guard lock(self.mutex_);
        if (self.log_.size() < 1000) self.log_.emplace_back(text ? text : "(null)");
    };
    t.now_ns = [](const lai_host *host) {
        if (const std::uint64_t fake = of(host).fake_now_ns.load()) return fake;
        const auto now = std::chrono::steady_clock::now().time_since_epoch();
        return static_cast<std::uint64_t>(std::chrono::nanoseconds(now).count());
    };
    t.op_number = [](const lai_host *, const char *op_id) -> std::uint32_t {
        const core::Op *op = op_id ? core::OpTable::instance().find(std::string_view(op_id)) : nullptr;
        return op ? op->number : 0;
    };
    t.register_op = [](const lai_host *host, const lai_op_schema *schema, std::uint32_t *number) {
        KitHost &self = of(host);
        self.forbid("register_op");
        if (self.fails(Service::register_op) || !schema) return lai_status(LAI_INVALID);
        try {
            const std::uint32_t added = core::OpTable::instance().add(schema);
            if (number) *number = added;
            const std::lock_guard lock(self.mutex_);
            self.ops_.push_back(schema);
            return lai_status(LAI_OK);
        } catch (const std::exception &error) {
            const std::lock_guard lock(self.mutex_);
            self.log_.emplace_back(error.what());
            return lai_status(LAI_INVALID);
        }
    };
    t.op_schema = [](const lai_host *, std::uint32_t number) -> const lai_op_schema * {
        const core::Op *op = core::OpTable::instance().find(number);
        return op ? op->schema : nullptr;
    };
    t.intern_space = [](const lai_host *host, const char *space) {
        KitHost &self = of(host);
        static_cast<void>(self.fails(Service::intern_space));
        const std::lock_guard lock(self.mutex_);
        auto found = std::find(self.spaces_.begin(), self.spaces_.end(), space);
        if (found == self.spaces_.end()) found = self.spaces_.insert(self.spaces_.end(), space);
        return static_cast<std::uint32_t>(found - self.spaces_.begin() + 1);
    };
    t.options_json = [](const lai_host *host) { return of(host).options.c_str(); };
    t.setting_json = [](const lai_host *, const char *) -> const char * { return nullptr; };
    t.arena_alloc = [](const lai_host *host, const lai_call *, std::size_t bytes,
                       std::size_t align) -> void * {
        KitHost &self = of(host);
        try {
            return self.fails(Service::arena_alloc) ? nullptr : self.allocate(bytes, align);
        } catch (const std::bad_alloc &) {
            return nullptr;
        }
    };
    t.parallel_for = [](const lai_host *host, const lai_call *call, std::int64_t count, lai_task_fn task,
                        void *context) {
        KitHost &self = of(host);
        self.forbid("parallel_for");
        if (!task || count < 0) return lai_status(LAI_INVALID);
        if (self.fails(Service::parallel_for)) return lai_status(LAI_OUT_OF_MEMORY);
        std::atomic<std::int64_t> next{0};
        const auto work = [&](std::int32_t worker) {
            for (std::int64_t item; (item = next.fetch_add(1)) < count;) task(context, item, worker);
        };
        const std::int32_t budget = call ? std::max(1, call->thread_budget) : 1;
        std::vector<std::thread> helpers;
        for (std::int32_t worker = 1; worker < budget && worker < count; ++worker)
            helpers.emplace_back(work, worker);
        work(0);
        for (std::thread &helper : helpers) helper.join();
        return lai_status(LAI_OK);
    };
    t.predict = [](const lai_host *host, const lai_call *parent, const lai_call *child,
                   const lai_constraints *, lai_cost *cost) {
        KitHost &self = of(host);
        return self.fails(Service::predict) ? self.nested_failure : nested_predict(parent, child, cost);
    };
    t.invoke = [](const lai_host *host, const lai_call *parent, const lai_call *child,
                  const lai_constraints *, lai_result *result) {
        KitHost &self = of(host);
        self.forbid("invoke");
        return self.fails(Service::invoke) ? self.nested_failure : nested_invoke(parent, child, result);
    };
    t.metric = [](const lai_host *host, std::uint32_t, const char *name, const char *) {
        KitHost &self = of(host);
        self.forbid("metric");
        if (self.fails(Service::metric) || !name) return std::uint32_t{0};
        const std::lock_guard lock(self.mutex_);
        const auto number = static_cast<std::uint32_t>(self.metrics_.size()) + 1;
        return self.metrics_.emplace(name, number).first->second;
    };
    t.metric_add = [](const lai_host *, std::uint32_t, double) {};
    t.metric_set = [](const lai_host *, std::uint32_t, double) {};
    t.get_extension = [](const lai_host *, const char *) -> const void * { return nullptr; };
}

}  // namespace lapack_ai::conformance
