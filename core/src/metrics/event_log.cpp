#include "metrics/event_log.hpp"

#include <algorithm>
#include <atomic>
#include <ctime>
#include <new>

namespace lapack_ai::core {
namespace {

std::uint64_t clock_ns(clockid_t clock) {
    timespec now{};
    clock_gettime(clock, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000u + static_cast<std::uint64_t>(now.tv_nsec);
}

std::uint64_t next_identity() {
    static std::atomic<std::uint64_t> last{0};
    return ++last;
}

void trim(std::deque<lai_event> &events, std::size_t size) {
    while (events.size() > size) events.pop_front();
}

}  // namespace

EventLog::EventLog() : identity_(next_identity()) {
    slots_.push_back(std::make_unique<ThreadSlot>(0));
}

ThreadSlot *EventLog::acquire() noexcept try {
    const std::lock_guard lock(mutex_);
    if (!free_.empty()) {
        ThreadSlot *slot = free_.back();
        free_.pop_back();
        return slot;
    }
    free_.reserve(slots_.size() + 1);  // so that release() needs no memory
    slots_.push_back(std::make_unique<ThreadSlot>(static_cast<std::uint32_t>(slots_.size())));
    return slots_.back().get();
} catch (const std::bad_alloc &) {
    return nullptr;
}

void EventLog::release(ThreadSlot *slot) noexcept {
    const std::lock_guard lock(mutex_);
    free_.push_back(slot);
}

void EventLog::rare(lai_event event, std::uint32_t thread) noexcept {
    const std::lock_guard lock(mutex_);
    event.size = sizeof event;
    event.thread = thread;
    if (event.kind == 1 || event.kind == 2) {
        if (ThreadSeries *series = slots_[0]->series({event.op, event.variant, event.dtype})) {
            event.kind == 1 ? series->add_fallback() : series->add_error();
        }
    }
    try {
        // Without a reader the oldest go first; a reader at 20 Hz misses none.
        if (pending_rare_.size() >= 2 * kept)
            pending_rare_.erase(pending_rare_.begin(), pending_rare_.begin() + kept);
        pending_rare_.push_back(event);
    } catch (const std::bad_alloc &) {
        ++dropped_;
        ++sequence_;
    }
}

void EventLog::count(const lai_event &event) noexcept {
    const std::lock_guard lock(mutex_);
    if (ThreadSeries *series = slots_[0]->series({event.op, event.variant, event.dtype})) series->add(event);
}

void EventLog::collect_locked() {
    std::vector<lai_event> batch = std::move(pending_rare_);
    pending_rare_.clear();
    std::uint64_t lost = 0;
    for (const auto &slot : slots_) {
        lost += slot->ring().drain([&](const Record &record) {
            batch.push_back(unpack(record));
            batch.back().thread = slot->number();
        });
    }
    keep(batch, lost);
}

void EventLog::collect() {
    const std::lock_guard lock(mutex_);
    collect_locked();
}

void EventLog::keep(std::vector<lai_event> &batch, std::uint64_t lost) {
    const std::uint64_t to_wall = clock_ns(CLOCK_REALTIME) - clock_ns(CLOCK_MONOTONIC);
    std::stable_sort(batch.begin(), batch.end(),
                     [](const lai_event &a, const lai_event &b) { return a.end_ns < b.end_ns; });
    dropped_ += lost;
    sequence_ += lost;
    for (lai_event &event : batch) {
        event.sequence = ++sequence_;
        event.wall_ns = event.end_ns + to_wall;
        if (const auto busy = utilisation_.find(event.variant); busy != utilisation_.end()) {
            event.device_utilisation = busy->second.value;
            // A sample from after the end is as old as it is late.
            const std::uint64_t seen = busy->second.seen_ns;
            event.device_utilisation_age_ns =
                std::max<std::uint64_t>(seen > event.end_ns ? seen - event.end_ns : event.end_ns - seen, 1);
        }
        (fits_record(event) ? calls_ : rare_).push_back(event);
    }
    trim(calls_, kept);
    trim(rare_, kept);
}

std::vector<lai_event> EventLog::events(std::uint64_t after, std::size_t capacity) {
    const std::lock_guard lock(mutex_);
    collect_locked();
    const auto from = [after](const std::deque<lai_event> &events) {
        return std::upper_bound(
            events.begin(), events.end(), after,
            [](std::uint64_t sequence, const lai_event &event) { return sequence < event.sequence; });
    };
    auto call = from(calls_);
    auto rare = from(rare_);
    std::vector<lai_event> result;
    while (result.size() < capacity && (call != calls_.end() || rare != rare_.end())) {
        const bool take_call =
            rare == rare_.end() || (call != calls_.end() && call->sequence < rare->sequence);
        result.push_back(take_call ? *call++ : *rare++);
    }
    return result;
}

std::vector<lai_event> EventLog::newest(std::size_t capacity) {
    const std::lock_guard lock(mutex_);
    collect_locked();
    auto call = calls_.rbegin();
    auto rare = rare_.rbegin();
    std::vector<lai_event> result;
    while (result.size() < capacity && (call != calls_.rend() || rare != rare_.rend())) {
        const bool take_call =
            rare == rare_.rend() || (call != calls_.rend() && call->sequence > rare->sequence);
        result.push_back(take_call ? *call++ : *rare++);
    }
    return result;
}

MetricsSums EventLog::sums() {
    const std::lock_guard lock(mutex_);
    collect_locked();
    MetricsSums result;
    for (const auto &slot : slots_)
        slot->visit([&](const ThreadSeries &series) { series.add_to(result.series[series.key()]); });
    for (const auto &[key, series] : result.series) {
        result.calls += series.calls;
        result.errors += series.errors;
        result.fallbacks += series.fallbacks;
    }
    result.dropped = dropped_;
    result.sequence = sequence_;
    return result;
}

std::vector<lai_event> EventLog::in_flight() {
    const std::lock_guard lock(mutex_);
    std::vector<lai_event> result;
    for (const auto &slot : slots_)
        slot->in_flight().visit([&](lai_event started) {
            started.thread = slot->number();
            result.push_back(started);
        });
    std::sort(result.begin(), result.end(),
              [](const lai_event &a, const lai_event &b) { return a.end_ns < b.end_ns; });
    return result;
}

void EventLog::device_utilisation(std::uint32_t variant, double utilisation, std::uint64_t seen_ns) {
    const std::lock_guard lock(mutex_);
    utilisation_[variant] = {utilisation, seen_ns};
}

void EventLog::forget_other_threads(const ThreadSlot *mine) noexcept {
    for (const auto &slot : slots_)
        if (slot.get() != mine) slot->in_flight().clear();
}

void EventLog::lock() {
    mutex_.lock();
    for (const auto &slot : slots_) slot->mutex().lock();
}

void EventLog::unlock() {
    for (const auto &slot : slots_) slot->mutex().unlock();
    mutex_.unlock();
}

}  // namespace lapack_ai::core
