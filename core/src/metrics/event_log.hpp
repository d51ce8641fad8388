// All slots of a recorder, and the events collected from them. Everything here takes the log's lock; threads
// that record come here once, to get their slot, and for rare events.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "metrics/metrics_recorder.hpp"
#include "metrics/thread_slot.hpp"

namespace lapack_ai::core {

class EventLog {
  public:
    static constexpr std::size_t kept = 8192;  // events of each sort kept for readers

    EventLog();

    std::uint64_t identity() const noexcept { return identity_; }

    // A slot for the calling thread; null when memory is out. It comes back through release().
    ThreadSlot *acquire() noexcept;
    void release(ThreadSlot *slot) noexcept;

    // An event that must not be sampled away, from thread number `thread`.
    void rare(lai_event event, std::uint32_t thread) noexcept;
    // Counts a call for which there is no slot or no memory.
    void count(const lai_event &event) noexcept;

    // Empties the rings. The readers below do so first.
    void collect();
    std::vector<lai_event> events(std::uint64_t after, std::size_t capacity);
    std::vector<lai_event> newest(std::size_t capacity);
    MetricsSums sums();
    // What runs now: events as they will be, with end_ns their beginning, the oldest first.
    std::vector<lai_event> in_flight();
    // What this variant's device is busy with, for the events collected from now on.
    void device_utilisation(std::uint32_t variant, double utilisation, std::uint64_t seen_ns);
    // In a forked child: only the calling thread lives, `mine` is its slot.
    void forget_other_threads(const ThreadSlot *mine) noexcept;

    // All locks, around fork.
    void lock();
    void unlock();

  private:
    void collect_locked();
    void keep(std::vector<lai_event> &batch, std::uint64_t lost);

    const std::uint64_t identity_;  // tells logs apart, also one made where another was
    std::mutex mutex_;
    std::vector<std::unique_ptr<ThreadSlot>> slots_;  // the first one is nobody's: for what has no slot
    std::vector<ThreadSlot *> free_;
    std::vector<lai_event> pending_rare_;
    std::deque<lai_event> calls_, rare_;  // by sequence
    std::uint64_t sequence_ = 0, dropped_ = 0;
    struct Utilisation {
        double value = 0;
        std::uint64_t seen_ns = 0;
    };
    std::map<std::uint32_t, Utilisation> utilisation_;  // by variant, of those whose device tells
};

}  // namespace lapack_ai::core
