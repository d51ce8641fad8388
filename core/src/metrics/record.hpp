// One finished call in a cache line: what a thread writes to its ring. Seconds and bytes are kept as floats
// (24 bits), dims up to 2^32 - 1; counters and histograms hold the exact numbers.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

#include "lapack_ai/abi/observer.h"

namespace lapack_ai::core {

inline constexpr std::size_t record_words = 8;
using Record = std::array<std::uint64_t, record_words>;

// A call fits a record when nothing about it must be kept beyond sampling: status OK and no fallback.
inline bool fits_record(const lai_event &event) noexcept {
    return event.status == LAI_OK && event.fallbacks == 0 && event.kind == 0;
}

namespace detail {

// Saturates at 2^32 - 1; sizes are never negative.
inline std::uint64_t clip32(std::int64_t value) noexcept {
    return std::min(static_cast<std::uint64_t>(value), UINT64_C(0xffffffff));
}

inline std::uint64_t pair(std::int64_t low, std::int64_t high) noexcept {
    return clip32(low) | clip32(high) << 32;
}

inline std::uint64_t floats(double low, double high) noexcept {
    return std::bit_cast<std::uint32_t>(static_cast<float>(low)) |
           static_cast<std::uint64_t>(std::bit_cast<std::uint32_t>(static_cast<float>(high))) << 32;
}

// Bytes stay below 2^63; the signed conversion is one instruction.
inline std::uint64_t bytes(std::uint64_t count) noexcept {
    return std::bit_cast<std::uint32_t>(static_cast<float>(static_cast<std::int64_t>(count)));
}

}  // namespace detail

// Word 1: op 0-15, variant 16-31, dtype 32-35, strategy 36-37, depth 38-39 (at most 3 shown), info 40-63
// (saturated).
inline Record pack(const lai_event &event) noexcept {
    const std::uint64_t info =
        static_cast<std::uint64_t>(std::clamp<std::int64_t>(event.info, -0x7fffff, 0x7fffff) & 0xffffff);
    return {event.end_ns,
            static_cast<std::uint64_t>(event.op & 0xffffu) |
                static_cast<std::uint64_t>(event.variant & 0xffffu) << 16 |
                static_cast<std::uint64_t>(event.dtype & 0xfu) << 32 |
                static_cast<std::uint64_t>(event.strategy & 0x3u) << 36 |
                static_cast<std::uint64_t>(std::min(event.depth, 3u)) << 38 | info << 40,
            detail::pair(event.dims[0], event.dims[1]),
            detail::pair(event.dims[2], event.dims[3]),
            detail::floats(event.predicted_seconds, event.actual_seconds),
            detail::floats(event.transfer_seconds, event.flops),
            detail::bytes(event.bytes_to_device) | detail::bytes(event.bytes_from_device) << 32,
            detail::clip32(event.batch) | detail::bytes(event.device_peak_bytes) << 32};
}

// Without sequence, wall_ns and thread, which the collector adds.
lai_event unpack(const Record &record) noexcept;

}  // namespace lapack_ai::core
