// What a thread has begun and not ended, one place for each depth of nesting: the owner publishes without
// lock or wait, anybody looks. The words are atomics (plain moves on x86-64) under a counter that is odd
// while they change, so that a torn one is never taken.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>

#include "metrics/record.hpp"

namespace lapack_ai::core {

class InFlight {
  public:
    static constexpr std::uint32_t depths = 5;  // the dispatcher nests at most four deep

    // By the owning thread. Deeper calls than there are places are not published.
    void begin(const lai_event &started) noexcept {
        if (started.depth < depths) places_[started.depth].put(pack(started));
    }
    void end(std::uint32_t depth) noexcept {
        if (depth < depths) places_[depth].clear();
    }

    // Hands each call in flight to `take`, as the event it began with: end_ns is its beginning. A call that
    // begins or ends at this moment may be left out. By any thread.
    template <typename Take>
    void visit(Take take) const {
        for (const Place &place : places_)
            if (const auto record = place.read()) take(unpack(*record));
    }

    // Forgets everything, when the owner is gone.
    void clear() noexcept {
        for (Place &place : places_) place.clear();
    }

  private:
    class Place {
      public:
        void put(const Record &record) noexcept {
            const std::uint64_t turn = turn_.load(std::memory_order_relaxed) | 1;
            turn_.store(turn, std::memory_order_relaxed);
            // Whoever reads a new word also sees that the place is changing.
            for (std::size_t i = 0; i < record_words; ++i)
                words_[i].store(record[i], std::memory_order_release);
            turn_.store(turn + 1, std::memory_order_release);
        }
        void clear() noexcept {
            turn_.store(turn_.load(std::memory_order_relaxed) | 1, std::memory_order_relaxed);
        }
        std::optional<Record> read() const noexcept {
            const std::uint64_t turn = turn_.load(std::memory_order_acquire);
            if ((turn & 1) != 0) return std::nullopt;
            Record record;
            for (std::size_t i = 0; i < record_words; ++i)
                record[i] = words_[i].load(std::memory_order_acquire);
            return turn_.load(std::memory_order_relaxed) == turn ? std::optional(record) : std::nullopt;
        }

      private:
        std::atomic<std::uint64_t> turn_{1};  // odd: empty or changing
        std::array<std::atomic<std::uint64_t>, record_words> words_{};
    };

    std::array<Place, depths> places_;
};

}  // namespace lapack_ai::core
