// What one thread records into: its ring and its series. A slot outlives its thread and serves the next one,
// so counts never get lost.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "metrics/in_flight.hpp"
#include "metrics/series.hpp"
#include "metrics/thread_ring.hpp"

namespace lapack_ai::core {

class ThreadSlot {
  public:
    explicit ThreadSlot(std::uint32_t number) : number_(number) {}

    std::uint32_t number() const noexcept { return number_; }
    ThreadRing &ring() noexcept { return ring_; }
    InFlight &in_flight() noexcept { return in_flight_; }

    // By the owning thread. Null when memory for a new series is out.
    ThreadSeries *series(const SeriesKey &key) noexcept {
        const std::uint64_t packed = key.packed();
        for (std::size_t i = hash(packed);; ++i) {
            Entry &candidate = table_[i & (table_.size() - 1)];
            if (candidate.series == nullptr) return add_series(key);
            if (candidate.key == packed) return candidate.series;
        }
    }

    // Of all series, by any thread.
    template <typename Visit>
    void visit(Visit visit_one) {
        const std::lock_guard lock(adding_);
        for (const auto &one : owned_) visit_one(*one);
    }

    // Held while the process forks, so that the child finds it free.
    std::mutex &mutex() noexcept { return adding_; }

  private:
    struct Entry {
        std::uint64_t key = 0;
        ThreadSeries *series = nullptr;
    };

    std::size_t hash(std::uint64_t key) const noexcept {
        return static_cast<std::size_t>(key * UINT64_C(0x9e3779b97f4a7c15) >> 40);
    }
    ThreadSeries *add_series(const SeriesKey &key) noexcept;

    const std::uint32_t number_;
    std::vector<Entry> table_ = std::vector<Entry>(64);  // the owner's; open addressing, at most half full
    std::mutex adding_;                                  // guards owned_
    std::vector<std::unique_ptr<ThreadSeries>> owned_;
    ThreadRing ring_;
    InFlight in_flight_;
};

}  // namespace lapack_ai::core
