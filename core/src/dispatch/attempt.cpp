#include "dispatch/attempt.hpp"

#include "base/clock.hpp"
#include "base/log.hpp"
#include "dispatch/bridge.hpp"
#include "dispatch/call_event.hpp"
#include "dispatch/recorder.hpp"
#include "dispatch/report.hpp"

namespace lapack_ai::core {

namespace {

bool is_device_fault(lai_status status) noexcept {
    return status == LAI_DEVICE_LOST || status == LAI_TIMEOUT || status == LAI_FAULT_CLEAN ||
           status == LAI_FAULT_DIRTY;
}

// Takes one of a limited number of places, never waiting. A limit of 0 is none.
class Place {
  public:
    Place(std::atomic<std::int32_t> &in_use, std::int32_t limit) noexcept {
        if (limit <= 0) return;
        if (in_use.fetch_add(1, std::memory_order_acquire) < limit) {
            in_use_ = &in_use;
        } else {
            in_use.fetch_sub(1, std::memory_order_relaxed);
            refused_ = true;
        }
    }
    ~Place() {
        if (in_use_ != nullptr) in_use_->fetch_sub(1, std::memory_order_release);
    }
    Place(const Place &) = delete;
    Place &operator=(const Place &) = delete;
    bool refused() const noexcept { return refused_; }

  private:
    std::atomic<std::int32_t> *in_use_ = nullptr;
    bool refused_ = false;
};

// Counts a long outermost call for the division of the thread budget.
class LongCall {
  public:
    LongCall(std::atomic<std::int32_t> &count, bool counts) noexcept : count_(counts ? &count : nullptr) {
        if (count_ != nullptr) count_->fetch_add(1, std::memory_order_relaxed);
    }
    ~LongCall() {
        if (count_ != nullptr) count_->fetch_sub(1, std::memory_order_relaxed);
    }
    LongCall(const LongCall &) = delete;
    LongCall &operator=(const LongCall &) = delete;

  private:
    std::atomic<std::int32_t> *count_;
};

// The call on fetched copies of the operands that the variant cannot reach.
lai_status execute_bridged(const AttemptContext &c, const Decision &d, std::uint64_t &start,
                           std::uint64_t &end) noexcept {
    const lai_variant &table = d.variant->table;
    const std::uint64_t begin = TickClock::now();
    Bridge bridge(*c.trial.op, c.call, *d.variant, *c.frame.view->registry);
    const auto give_up = [&](lai_status status, const char *detail) {
        c.trial.bridge_failed = true;
        c.trial.failures.add(d.variant, status, LAI_REASON_SPACE, detail);
        return status;
    };
    if (const char *problem = bridge.fetch()) return give_up(LAI_DECLINED, problem);
    start = TickClock::now();
    const lai_status status = table.execute(table.self, &bridge.call(), &c.outcome.result);
    end = TickClock::now();
    if (status != LAI_OK) return status;
    if (const char *problem = bridge.write_back()) {
        c.trial.input_lost = true;
        return give_up(LAI_FAULT_DIRTY, problem);
    }
    lai_result &result = c.outcome.result;
    result.transfer_seconds += TickClock::seconds(start - begin + TickClock::now() - end);
    result.bytes_to_device += bridge.bytes_written();
    result.bytes_from_device += bridge.bytes_fetched();
    return LAI_OK;
}

// Workspace from the thread's arena, and the call itself.
lai_status execute(const AttemptContext &c, const Decision &d, std::uint64_t &start,
                   std::uint64_t &end) noexcept {
    const lai_variant &table = d.variant->table;
    const Arena::Mark mark = c.thread.workspace.mark();
    c.call.workspace_bytes = d.workspace_bytes;
    c.call.workspace = nullptr;
    if (d.workspace_bytes != 0) {
        c.call.workspace = c.thread.workspace.allocate(d.workspace_bytes, 64);
        if (c.call.workspace == nullptr) {
            c.trial.failures.add(d.variant, LAI_OUT_OF_MEMORY, LAI_REASON_HOST_MEMORY,
                                 "no memory for its workspace");
            return LAI_OUT_OF_MEMORY;
        }
    }
    const bool timed = d.timed || c.frame.view->recorder != nullptr;
    const Flight flight(c.frame, c.call, d);
    lai_status status = LAI_OK;
    if (!d.bridged) [[likely]] {
        start = timed ? TickClock::now() : 0;
        status = table.execute(table.self, &c.call, &c.outcome.result);
        end = timed ? TickClock::now() : 0;
    } else {
        status = execute_bridged(c, d, start, end);
    }
    c.thread.workspace.release(mark);
    return status;
}

// The breaker's side of a failure.
void blame(const AttemptContext &c, const Decision &d, lai_status status, bool at_once = false) noexcept {
    const View &view = *c.frame.view;
    const bool lost = status == LAI_DEVICE_LOST;
    const std::uint64_t now = c.services.now_ns();
    bool opened =
        d.variant->breaker.failure(now, view.breaker_threshold, view.breaker_open_ns, lost || at_once);
    if (lost && d.variant->on_device()) {
        // The device is gone for all that run on it.
        for (const auto &offering : view.registry->offerings()) {
            for (const auto &other : offering->variants) {
                if (other.get() == d.variant || other->device != d.variant->device) continue;
                opened |= other->breaker.failure(now, view.breaker_threshold, view.breaker_open_ns, true);
            }
        }
    }
    if (!opened) return;
    move_decision_generation();
    record(c, d, 3, status, TickClock::now());
    if (log_enabled(LAI_LOG_WARNING)) {
        log(LAI_LOG_WARNING, "circuit breaker of " + d.variant->label + " on " + d.variant->device_name +
                                 " opened for " + std::to_string(view.breaker_open_ns / 1'000'000'000) +
                                 " s");
    }
}

void list_failure(const AttemptContext &c, const Decision &d, lai_status status) noexcept {
    const lai_reason reason = status == LAI_BUSY ? LAI_REASON_BUSY : LAI_REASON_FAULTED;
    c.trial.failures.add(d.variant, status, reason, c.outcome.result.detail);
}

// Runs with all guards: breaker, concurrency, device lease and memory, originals.
lai_status execute_guarded(const AttemptContext &c, const Decision &d, std::uint64_t &start,
                           std::uint64_t &end) noexcept {
    const RegisteredVariant &v = *d.variant;
    const View &view = *c.frame.view;
    Failures &failures = c.trial.failures;
    const auto decline = [&](lai_status status, lai_reason reason, const char *detail) {
        failures.add(&v, status, reason, detail);
        return status;
    };

    const Place place(v.in_use, v.table.max_concurrency);
    if (place.refused()) return decline(LAI_BUSY, LAI_REASON_BUSY, nullptr);
    const bool leases = v.on_device() && !c.frame.holds(v.device.get());
    const Place lease(v.device->in_use, leases ? view.device_concurrency : 0);
    if (lease.refused())
        return decline(LAI_BUSY, LAI_REASON_BUSY, "gpu.max_concurrent_operations are in flight");
    if (d.device_peak_bytes != 0) {
        const std::uint64_t limit = device_memory_limit(view, v, lai_cost{});
        if (limit != 0 && d.device_peak_bytes > limit) {
            warn_of_memory(v, *c.trial.op, c.call, d.device_peak_bytes, limit);
            return decline(LAI_DECLINED, LAI_REASON_DEVICE_MEMORY, nullptr);
        }
    }
    if (d.may_dirty && d.alternatives > 0 && !c.trial.originals.keep(*c.trial.op, c.call, *view.registry)) {
        return decline(LAI_OUT_OF_MEMORY, LAI_REASON_HOST_MEMORY, "no memory to keep the originals");
    }
    const CircuitBreaker::Admission admission =
        v.breaker.untroubled() ? CircuitBreaker::Admission::admitted : v.breaker.admit(c.services.now_ns());
    if (admission == CircuitBreaker::Admission::refused) {
        return decline(LAI_DECLINED, LAI_REASON_BREAKER_OPEN, nullptr);
    }

    c.trial.bridge_failed = false;
    if (leases) c.frame.lease = v.device.get();
    const LongCall long_call(c.services.long_calls,
                             c.frame.depth == 0 && d.predicted_seconds > long_call_seconds);
    const lai_status status = execute(c, d, start, end);
    c.frame.lease = nullptr;

    const bool to_be_checked = status == LAI_OK && c.trial.certifying;
    if (status == LAI_OK && !to_be_checked && v.breaker.success()) {
        move_decision_generation();
        record(c, d, 3, LAI_OK, TickClock::now());
    }
    if (is_device_fault(status) && !c.trial.bridge_failed) blame(c, d, status);
    if (admission == CircuitBreaker::Admission::probe) {
        if (to_be_checked)
            c.trial.probing = true;
        else
            v.breaker.end_probe();
    }
    return status;
}

}  // namespace

Strategy strategy_of(const RegisteredVariant &variant, const lai_frame &frame, const Trial &trial) noexcept {
    std::uint32_t places = 1u << variant.table.place;
    if (variant.table.place == LAI_PLACE_COMPOSED)
        places = frame.nested_places.load(std::memory_order_relaxed);
    if ((places & (1u << LAI_PLACE_OPENCL)) != 0) return Strategy::gpu_opencl;
    if ((places & (1u << LAI_PLACE_OTHER)) != 0) return Strategy::other;
    return trial.device_eligible && !trial.device_failed ? Strategy::cpu_optimized : Strategy::cpu_fallback;
}

void record(const AttemptContext &c, const Decision &d, std::uint32_t kind, lai_status status,
            std::uint64_t end_ticks) noexcept {
    if (c.frame.view->recorder == nullptr) return;
    c.outcome.predicted_seconds = d.predicted_seconds;
    record_event(c.frame, c.call, c.outcome, d.variant->key.number, d.workload.flops, kind, status,
                 end_ticks);
}

void note_failure(const AttemptContext &c, const Decision &d, lai_status status) noexcept {
    if (is_device_fault(status)) blame(c, d, status);
    list_failure(c, d, status);
}

void note_good_result(const AttemptContext &c, const Decision &d) noexcept {
    CircuitBreaker &breaker = d.variant->breaker;
    if (!breaker.untroubled() && breaker.success()) {
        move_decision_generation();
        record(c, d, 3, LAI_OK, TickClock::now());
    }
    if (c.trial.probing) breaker.end_probe();
    c.trial.probing = false;
}

void note_wrong_result(const AttemptContext &c, const Decision &d) noexcept {
    blame(c, d, LAI_FAULT_CLEAN, true);
    c.trial.failures.add(d.variant, LAI_OK, LAI_REASON_FAULTED, c.outcome.result.detail);
    if (c.trial.probing) d.variant->breaker.end_probe();
    c.trial.probing = false;
}

lai_status attempt(const AttemptContext &c, const Decision &d) noexcept {
    std::uint64_t start = 0, end = 0;
    const std::uint32_t failures = c.trial.failures.count;
    const bool plain = !d.guarded && d.variant->breaker.untroubled();
    const lai_status status = plain ? execute(c, d, start, end) : execute_guarded(c, d, start, end);
    Outcome &outcome = c.outcome;
    outcome.actual_seconds = TickClock::seconds(end - start);
    if (status == LAI_OK) {
        outcome.backend = d.variant->key.plugin;
        outcome.variant = d.variant->key.variant;
        outcome.predicted_seconds = d.predicted_seconds;
        outcome.strategy = strategy_of(*d.variant, c.frame, c.trial);
        if (c.frame.depth != 0 && d.variant->table.place != LAI_PLACE_COMPOSED) {
            c.frame.nested_places.fetch_or(1u << d.variant->table.place, std::memory_order_relaxed);
        }
        if (end != 0) {
            c.services.model->observe(d.variant->key, d.workload, d.predicted_seconds,
                                      outcome.actual_seconds);
            record(c, d, 0, LAI_OK, end);
        }
        return status;
    }
    if (plain) {
        note_failure(c, d, status);
    } else if (c.trial.failures.count == failures) {
        list_failure(c, d, status);  // its breaker knows already
    }
    return status;
}

}  // namespace lapack_ai::core
