// Counts how often the same thing was said: the first time it goes to the log, later it only counts. No lock,
// fixed memory; when the table is full, further kinds are not logged.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

namespace lapack_ai::diagnostics {

class Repeats {
  public:
    // How often `key` was seen before this time. [any]
    std::uint64_t count(std::uint64_t key) {
        key |= 1;  // 0 marks a free slot
        for (std::size_t probe = 0; probe < slots_.size(); ++probe) {
            Slot &slot = slots_[(key + probe) % slots_.size()];
            std::uint64_t seen = slot.key.load(std::memory_order_acquire);
            if (seen == 0 && slot.key.compare_exchange_strong(seen, key, std::memory_order_acq_rel))
                seen = key;
            if (seen == key) return slot.count.fetch_add(1, std::memory_order_relaxed);
        }
        return full;
    }
    // Calls f(key, times) for all that were seen more than once.
    template <class F>
    void for_repeated(F f) const {
        for (const Slot &slot : slots_) {
            const std::uint64_t times = slot.count.load(std::memory_order_relaxed);
            if (times > 1) f(slot.key.load(std::memory_order_relaxed), times);
        }
    }
    static constexpr std::uint64_t full = UINT64_MAX;

  private:
    struct Slot {
        std::atomic<std::uint64_t> key{0}, count{0};
    };
    std::array<Slot, 256> slots_;
};

// FNV-1a over the parts that make a place: code, routine, dimensions.
class Key {
  public:
    Key &add(std::string_view text) {
        for (const char c : text) mix(static_cast<unsigned char>(c));
        return *this;
    }
    Key &add(std::int64_t number) {
        for (int shift = 0; shift < 64; shift += 8) mix(static_cast<std::uint64_t>(number) >> shift & 255);
        return *this;
    }
    std::uint64_t value() const { return value_; }

  private:
    void mix(std::uint64_t byte) { value_ = (value_ ^ byte) * 0x100000001b3u; }
    std::uint64_t value_ = 0xcbf29ce484222325u;
};

}  // namespace lapack_ai::diagnostics
