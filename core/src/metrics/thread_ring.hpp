// A thread's ring of records: the owner writes and never waits, a collector follows. When the collector is
// too slow the oldest records are overwritten, and it knows how many it lost. The words are atomics (plain
// moves on x86-64), validated by the count of records begun, so a torn record is never taken.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "metrics/record.hpp"

namespace lapack_ai::core {

class ThreadRing {
  public:
    static constexpr std::uint64_t capacity = 2048;  // 128 KiB

    // By the owning thread.
    void push(const Record &record) noexcept {
        const std::uint64_t head = head_.load(std::memory_order_relaxed);
        // Whoever reads a new word also sees that this slot is being rewritten.
        writing_.store(head + 1, std::memory_order_relaxed);
        auto &slot = slots_[head % capacity];
        for (std::size_t i = 0; i < record_words; ++i) slot[i].store(record[i], std::memory_order_release);
        head_.store(head + 1, std::memory_order_release);
    }

    // By one collector at a time: hands each record not seen before to `take`, oldest first; returns how many
    // were overwritten before they could be read.
    template <typename Take>
    std::uint64_t drain(Take take) {
        const std::uint64_t head = head_.load(std::memory_order_acquire);
        std::uint64_t lost = 0;
        while (seen_ < head) {
            Record record;
            const auto &slot = slots_[seen_ % capacity];
            for (std::size_t i = 0; i < record_words; ++i)
                record[i] = slot[i].load(std::memory_order_acquire);
            const std::uint64_t writing = writing_.load(std::memory_order_relaxed);
            if (writing > seen_ + capacity) {
                const std::uint64_t oldest = writing - capacity;
                lost += oldest - seen_;
                seen_ = oldest;
                continue;
            }
            take(record);
            ++seen_;
        }
        return lost;
    }

  private:
    std::array<std::array<std::atomic<std::uint64_t>, record_words>, capacity> slots_{};
    alignas(64) std::atomic<std::uint64_t> head_{0};  // records complete
    std::atomic<std::uint64_t> writing_{0};           // records begun
    alignas(64) std::uint64_t seen_ = 0;              // the collector's
};

}  // namespace lapack_ai::core
