// Backward errors that variants have shown in certified calls, so that one which missed is not tried first
// again, and one which is better than its stated bound is. Lock-free; a lost update costs one trial.
// Deterministic calls neither read nor write it.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstdint>

#include "lapack_ai/abi/call.h"

namespace lapack_ai::core {

class ErrorMemory {
  public:
    // What a variant showed for calls of about this size; negative: nothing yet.
    double find(const lai_call &call, std::uint32_t variant) const noexcept {
        const std::uint64_t key = key_of(call, variant);
        const std::uint64_t slot = slots_[key % size].load(std::memory_order_relaxed);
        return slot >> 32 == key >> 32
                   ? static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(slot)))
                   : -1;
    }
    // A bad result is believed at once and forgiven slowly.
    void keep(const lai_call &call, std::uint32_t variant, double error) noexcept {
        const double kept = std::max(error, find(call, variant) / 4);
        const auto narrow = static_cast<float>(std::min(kept, 1e30));
        const std::uint64_t key = key_of(call, variant);
        slots_[key % size].store((key >> 32 << 32) | std::bit_cast<std::uint32_t>(narrow),
                                 std::memory_order_relaxed);
    }

  private:
    // Op, element type, flags, largest dimension to a factor of 2, variant.
    static std::uint64_t key_of(const lai_call &call, std::uint32_t variant) noexcept {
        std::uint64_t hash = 0xcbf29ce484222325u;
        const auto mix = [&hash](std::uint64_t value) {
            hash = (hash ^ value) * 0x9e3779b97f4a7c15u;
            hash ^= hash >> 29;
        };
        mix(call.op | std::uint64_t{call.dtype} << 32);
        mix(variant);
        std::int64_t largest = 0;
        for (std::uint32_t i = 0; i < call.dim_count; ++i) largest = std::max(largest, call.dims[i]);
        mix(static_cast<std::uint64_t>(std::bit_width(static_cast<std::uint64_t>(largest))));
        for (std::uint32_t i = 0; i < call.flag_count; ++i) mix(call.flags[i]);
        return hash | std::uint64_t{1} << 63;
    }

    static constexpr std::size_t size = 512;
    std::array<std::atomic<std::uint64_t>, size> slots_{};
};

}  // namespace lapack_ai::core
