#include "dispatch/ranking.hpp"

#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <new>

#include "certify/check.hpp"
#include "dispatch/bridge.hpp"
#include "dispatch/op_table.hpp"
#include "dispatch/originals.hpp"
#include "dispatch/workload.hpp"
#include "lapack_ai/abi/ops.h"

namespace lapack_ai::core {

namespace {

std::uint64_t host_memory_bytes() noexcept {
    static const std::uint64_t bytes = static_cast<std::uint64_t>(std::max(sysconf(_SC_PHYS_PAGES), 0L)) *
                                       static_cast<std::uint64_t>(std::max(sysconf(_SC_PAGESIZE), 0L));
    return bytes;
}

lai_reason static_limits(const RegisteredVariant &v, const lai_call &call,
                         const Registry &registry) noexcept {
    if ((v.table.dtypes & LAI_DTYPE_BIT(call.dtype)) == 0) return LAI_REASON_DTYPE;
    for (const lai_dim_range &range : v.ranges) {
        const std::int64_t value = range.dim < call.dim_count ? call.dims[range.dim] : 0;
        if (value < range.min || (range.max != 0 && value > range.max)) return LAI_REASON_SHAPE;
    }
    for (std::uint32_t i = 0; i < call.operand_count; ++i) {
        const std::uint32_t space = LAI_OPERAND(&call, i)->space;
        // What nobody can fetch for it, it cannot have.
        if (space != 0 && !v.reaches(space) && registry.memory(space) == nullptr) return LAI_REASON_SPACE;
    }
    return LAI_REASON_NONE;
}

// Everything before the variant's own query.
lai_reason before_query(const RankingQuestion &q, const Standing &standing, RankingTable &table) noexcept {
    const RegisteredVariant &v = *standing.variant;
    if (standing.barred != LAI_REASON_NONE) return standing.barred;
    if ((q.request->excluded >> v.plugin_index & 1) != 0) return LAI_REASON_EXCLUDED;
    if (q.request->only >= 0 && static_cast<std::uint32_t>(q.request->only) != v.plugin_index) {
        return LAI_REASON_NOT_FORCED;
    }
    if (q.request->only_variant != nullptr && v.name != q.request->only_variant) return LAI_REASON_NOT_FORCED;
    if (q.failures != nullptr) {
        if (const Failures::Item *failure = q.failures->find(&v)) return failure->reason;
    }
    if (const lai_reason reason = static_limits(v, *q.call, *q.view->registry); reason != LAI_REASON_NONE)
        return reason;
    if (v.accuracy() > q.call->accuracy) return LAI_REASON_ACCURACY;
    if (!v.breaker.untroubled() && v.breaker.state(q.now_ns) == BreakerState::open) {
        const std::uint64_t until = v.breaker.open_until_ns();
        if (table.valid_until_ns == 0 || until < table.valid_until_ns) table.valid_until_ns = until;
        return LAI_REASON_BREAKER_OPEN;
    }
    return LAI_REASON_NONE;
}

lai_reason after_query(const RankingQuestion &q, Arena &arena, Evaluated &e) noexcept {
    const RegisteredVariant &v = *e.variant;
    e.cost.size = sizeof(e.cost);
    lai_call call = *q.call;
    if (!v.reaches_all(call)) {
        const BridgeCost bridge = bridge_cost(*q.op, call, v);
        e.bridge_bytes = bridge.bytes;
        e.copy_seconds = bridge.seconds;
        if (!bridge_for_query(call, v, arena)) return LAI_REASON_HOST_MEMORY;
    }
    const lai_status status = v.table.query(v.table.self, &call, &e.cost);
    if (status == LAI_DECLINED) return e.cost.reason != LAI_REASON_NONE ? e.cost.reason : LAI_REASON_SHAPE;
    if (status != LAI_OK) return LAI_REASON_QUERY_FAILED;
    if (e.cost.reason > LAI_REASON_CHOSEN) return e.cost.reason;
    if (q.request->deterministic && e.cost.nondeterministic != 0) return LAI_REASON_DETERMINISM;
    if (e.cost.device_peak_bytes != 0) {
        e.memory_limit_bytes = device_memory_limit(*q.view, v, e.cost);
        if (e.memory_limit_bytes != 0 && e.cost.device_peak_bytes > e.memory_limit_bytes) {
            return LAI_REASON_DEVICE_MEMORY;
        }
    }
    const std::uint64_t host = host_memory_bytes();
    if (host != 0 &&
        (e.cost.host_workspace_bytes > host || e.cost.host_extra_bytes > host || e.bridge_bytes > host)) {
        e.memory_limit_bytes = host;
        return LAI_REASON_HOST_MEMORY;
    }
    return LAI_REASON_NONE;
}

lai_reason price(const RankingQuestion &q, const Workload &workload, Evaluated &e) noexcept {
    e.prediction = q.request->steady ? q.model->predict_steadily(e.variant->key, workload, e.cost)
                                     : q.model->predict(e.variant->key, workload, e.cost);
    const std::uint64_t deadline = q.request->deadline_ns;
    if (deadline != 0) {
        const double left =
            deadline > q.deadline_now_ns ? static_cast<double>(deadline - q.deadline_now_ns) * 1e-9 : 0.0;
        if (e.prediction.seconds() > left) return LAI_REASON_DEADLINE;
    }
    return LAI_REASON_NONE;
}

bool stands_before(const Evaluated *a, const Evaluated *b) noexcept {
    if (a->pinned != b->pinned) return a->pinned;
    if (a->variant->last_resort() != b->variant->last_resort()) return b->variant->last_resort();
    return a->score < b->score;
}

// Puts the incumbent first when the leader is not better by more than the hysteresis.
void prefer_incumbent(const RankingQuestion &q, RankingTable &table) noexcept {
    const std::uint32_t number = q.incumbents->find(Incumbents::bucket(*q.call, *q.request));
    Evaluated **end = table.items + table.eligible;
    Evaluated **found =
        std::find_if(table.items, end, [&](const Evaluated *e) { return e->variant->key.number == number; });
    if (number == 0 || found == end || found == table.items) return;
    const Evaluated *leader = *table.items;
    if ((*found)->pinned != leader->pinned ||
        (*found)->variant->last_resort() != leader->variant->last_resort()) {
        return;
    }
    if ((*found)->score <= leader->score * (1 + hysteresis)) std::rotate(table.items, found, found + 1);
}

}  // namespace

const Failures::Item *Failures::find(const RegisteredVariant *variant) const noexcept {
    for (std::uint32_t i = 0; i < count; ++i) {
        if (items[i].variant == variant) return &items[i];
    }
    return nullptr;
}

void Failures::add(const RegisteredVariant *variant, lai_status status, lai_reason reason,
                   const char *detail) noexcept {
    if (count < capacity) items[count++] = {variant, status, reason, detail};
}

std::uint32_t Incumbents::find(std::uint64_t bucket) const noexcept {
    const std::uint64_t slot = slots_[bucket % size].load(std::memory_order_relaxed);
    return slot >> 32 == bucket >> 32 ? static_cast<std::uint32_t>(slot) : 0;
}

void Incumbents::keep(std::uint64_t bucket, std::uint32_t variant) noexcept {
    slots_[bucket % size].store((bucket >> 32 << 32) | variant, std::memory_order_relaxed);
}

std::uint64_t Incumbents::bucket(const lai_call &call, const Request &request) noexcept {
    std::uint64_t hash = 0xcbf29ce484222325u;
    const auto mix = [&hash](std::uint64_t value) {
        hash = (hash ^ value) * 0x9e3779b97f4a7c15u;
        hash ^= hash >> 29;
    };
    mix(call.op | std::uint64_t{call.dtype} << 32 | std::uint64_t{call.accuracy} << 40);
    mix(request.excluded);
    mix(static_cast<std::uint64_t>(request.only + 1) << 32 | static_cast<std::uint32_t>(call.thread_budget));
    for (std::uint32_t i = 0; i < call.flag_count; ++i) mix(call.flags[i]);
    for (std::uint32_t i = 0; i < call.dim_count; ++i) {
        mix(static_cast<std::uint64_t>(std::bit_width(static_cast<std::uint64_t>(call.dims[i]))));
    }
    mix(static_cast<std::uint64_t>(std::bit_width(static_cast<std::uint64_t>(call.batch))));
    return hash;
}

double expected_error(const Evaluated &e, const lai_call &call, const ErrorMemory *errors) noexcept {
    if (errors != nullptr) {
        const double shown = errors->find(call, e.variant->key.number);
        if (shown >= 0) return shown;
    }
    double size = 1;
    for (std::uint32_t i = 0; i < call.dim_count; ++i)
        size = std::max(size, static_cast<double>(call.dims[i]));
    double coefficient = certify::stated_coefficient(
        {e.variant->accuracy(), e.cost.error_kind, e.cost.error_coefficient}, size, call.dtype);
    // Products state their normwise bounds by largest elements, whose product is that of the Frobenius norms
    // over about k.
    const auto op = static_cast<BuiltinOp>(call.op);
    if (e.cost.error_kind == LAI_ERROR_NORMWISE && (op == BuiltinOp::gemm || op == BuiltinOp::gemm_batch))
        coefficient /= static_cast<double>(std::max<std::int64_t>(call.dims[LAI_GEMM_K], 1));
    return certify::unit_roundoff(call.dtype) * std::sqrt(coefficient);
}

std::uint64_t device_memory_limit(const View &view, const RegisteredVariant &variant,
                                  const lai_cost &cost) noexcept {
    lai_memory_info info{};
    info.size = sizeof(info);
    const lai_memory *memory = view.registry->memory_of_device(variant.device_name);
    const bool told =
        memory != nullptr && memory->info != nullptr && memory->info(memory->self, &info) == LAI_OK;
    if (told && (info.known & 1u) != 0) {
        const auto limit =
            static_cast<std::uint64_t>(static_cast<double>(info.total_bytes) * view.memory_limit_fraction);
        const std::uint64_t used = (info.known & 2u) != 0 ? info.used_bytes : 0;
        std::uint64_t left = limit > used ? limit - used : 1;
        if ((info.known & 4u) != 0) left = std::min(left, std::max<std::uint64_t>(info.free_bytes, 1));
        return left;
    }
    return static_cast<std::uint64_t>(static_cast<double>(cost.device_available_bytes) *
                                      view.memory_limit_fraction);
}

bool rank(const RankingQuestion &q, Arena &arena, RankingTable &table) noexcept {
    const std::vector<Standing> &standings = q.view->standings(q.op->number);
    const std::size_t n = standings.size();
    auto *items = static_cast<Evaluated *>(arena.allocate(n * sizeof(Evaluated), 64));
    table.items = static_cast<Evaluated **>(arena.allocate(n * sizeof(Evaluated *), alignof(Evaluated *)));
    if (items == nullptr || table.items == nullptr) return false;
    table.workload = workload_of(*q.op, *q.call);

    // Those that can run from the front, the others from the back.
    std::uint32_t front = 0, back = static_cast<std::uint32_t>(n);
    for (std::size_t i = 0; i < n; ++i) {
        Evaluated &e = *new (&items[i]) Evaluated;
        e.variant = standings[i].variant;
        e.pinned = standings[i].pinned;
        e.reason = before_query(q, standings[i], table);
        if (e.reason == LAI_REASON_NONE) e.reason = after_query(q, arena, e);
        if (e.reason == LAI_REASON_NONE)
            e.reason = price(q, table.workload, e);
        else if (e.lacks_memory())
            price(q, table.workload, e);  // whether it would have won
        if (e.reason == LAI_REASON_NONE) {
            table.items[front++] = &e;
            if (e.variant->table.place == LAI_PLACE_OPENCL) table.device_eligible = true;
        } else {
            table.items[--back] = &e;
        }
    }
    table.count = static_cast<std::uint32_t>(n);
    table.eligible = front;
    std::reverse(table.items + back, table.items + n);

    std::uint64_t copied = 0;
    for (std::uint32_t i = 0; i < front; ++i) {
        Evaluated &e = *table.items[i];
        if (front > 1 && e.may_dirty()) {
            if (copied == 0) copied = originals_bytes(*q.op, *q.call);
            e.copy_seconds += static_cast<double>(copied) / copy_bytes_per_second;
        }
        e.score = e.predicted_seconds() * (1 + cautious_sigmas * e.prediction.sigma);
    }
    const double target = q.target_error;
    if (target != 0) {
        for (std::uint32_t i = 0; i < front; ++i)
            table.items[i]->expected_error = expected_error(*table.items[i], *q.call, q.errors);
    }
    const auto goes_before = [target](const Evaluated *a, const Evaluated *b) {
        if (target != 0) {
            const bool a_may = a->expected_error <= target, b_may = b->expected_error <= target;
            if (a_may != b_may) return a_may;
            if (!a_may && a->expected_error != b->expected_error)
                return a->expected_error < b->expected_error;
        }
        return stands_before(a, b);
    };
    // Insertion keeps the order of registration among equals, and tables are short.
    for (std::uint32_t i = 1; i < front; ++i) {
        Evaluated *e = table.items[i];
        std::uint32_t at = i;
        for (; at > 0 && goes_before(e, table.items[at - 1]); --at) table.items[at] = table.items[at - 1];
        table.items[at] = e;
    }
    if (q.incumbents != nullptr && front > 1) prefer_incumbent(q, table);
    return true;
}

}  // namespace lapack_ai::core
