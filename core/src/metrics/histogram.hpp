// Log-linear buckets of durations: eight to the octave from 64 ns to 2^40 ns (18 minutes), so a quantile read
// from them is within 6.3 % of the truth. One thread adds, any thread reads.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstdint>

namespace lapack_ai::core {

inline constexpr unsigned histogram_low_bit = 6;
inline constexpr unsigned histogram_high_bit = 40;
inline constexpr unsigned histogram_sub_bits = 3;
inline constexpr std::size_t histogram_buckets =
    ((histogram_high_bit - histogram_low_bit) << histogram_sub_bits) + 2;  // below and above the range

// Bucket of a duration.
constexpr std::size_t histogram_bucket(std::uint64_t ns) noexcept {
    if (ns < (UINT64_C(1) << histogram_low_bit)) return 0;
    if (ns >= (UINT64_C(1) << histogram_high_bit)) return histogram_buckets - 1;
    const unsigned octave = static_cast<unsigned>(std::bit_width(ns)) - 1;
    const std::uint64_t within = (ns >> (octave - histogram_sub_bits)) & ((1u << histogram_sub_bits) - 1);
    return 1 + ((octave - histogram_low_bit) << histogram_sub_bits) + static_cast<std::size_t>(within);
}

// Exclusive upper edge of a bucket in nanoseconds; UINT64_MAX for the last.
constexpr std::uint64_t histogram_upper_ns(std::size_t bucket) noexcept {
    if (bucket == 0) return UINT64_C(1) << histogram_low_bit;
    if (bucket >= histogram_buckets - 1) return UINT64_MAX;
    const std::size_t step = bucket - 1;
    const unsigned octave = histogram_low_bit + static_cast<unsigned>(step >> histogram_sub_bits);
    const std::uint64_t within = step & ((1u << histogram_sub_bits) - 1);
    return (UINT64_C(1) << octave) + ((within + 1) << (octave - histogram_sub_bits));
}

// Adds with a plain load and store: its one writer needs no locked instruction.
template <typename Number>
void add_single_writer(std::atomic<Number> &target, Number value) noexcept {
    target.store(target.load(std::memory_order_relaxed) + value, std::memory_order_relaxed);
}

using HistogramCounts = std::array<std::uint64_t, histogram_buckets>;

// Duration in seconds below which the fraction `q` of the counted calls lies: the middle of its bucket. 0 for
// an empty histogram.
double histogram_quantile(const HistogramCounts &counts, double q) noexcept;

}  // namespace lapack_ai::core
