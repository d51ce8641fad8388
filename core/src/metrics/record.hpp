// One finished call in a cache line: what a thread writes to its ring. Seconds and bytes are kept as floats
// (24 bits), dims up to 2^32 - 1; counters and histograms hold the exact numbers.
#pragma once

#include <array>
#include <cstdint>

#include "lapack_ai/abi/observer.h"

namespace lapack_ai::core {

inline constexpr std::size_t record_words = 8;
using Record = std::array<std::uint64_t, record_words>;

// A call fits a record when nothing about it must be kept beyond sampling: status OK and no fallback.
inline bool fits_record(const lai_event &event) noexcept {
    return event.status == LAI_OK && event.fallbacks == 0 && event.kind == 0;
}

Record pack(const lai_event &event) noexcept;
// Without sequence, wall_ns and thread, which the collector adds.
lai_event unpack(const Record &record) noexcept;

}  // namespace lapack_ai::core
