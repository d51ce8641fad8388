// Exact figures of all calls of one (op, dtype, variant): per thread while it runs, summed when somebody
// asks.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>

#include "lapack_ai/abi/observer.h"
#include "metrics/histogram.hpp"

namespace lapack_ai::core {

struct SeriesKey {
    std::uint32_t op = 0, variant = 0;
    lai_dtype dtype = LAI_DTYPE_NONE;

    std::uint64_t packed() const noexcept {
        return static_cast<std::uint64_t>(variant) << 32 | op << 4 | dtype;
    }
    auto operator<=>(const SeriesKey &) const = default;
};

// Sums over calls. Histogram, seconds and flops count the finished ones, INFO or not; fallbacks are calls
// that this variant failed and another one took over.
struct SeriesSums {
    std::uint64_t calls = 0, errors = 0, fallbacks = 0;
    double seconds = 0, flops = 0, max_seconds = 0;
    HistogramCounts counts{};
};

// One thread's part; the owner adds, anybody reads.
class ThreadSeries {
  public:
    explicit ThreadSeries(SeriesKey key) : key_(key) {}

    const SeriesKey &key() const noexcept { return key_; }

    void add(const lai_event &event) noexcept {
        const double seconds = event.actual_seconds;
        const double ns = seconds * 1e9;
        add_single_writer<std::uint64_t>(
            counts_[histogram_bucket(ns > 0 && ns < 1e18 ? static_cast<std::uint64_t>(ns) : 0)], 1);
        add_single_writer(seconds_, seconds);
        add_single_writer(flops_, event.flops);
        if (seconds > max_seconds_.load(std::memory_order_relaxed))
            max_seconds_.store(seconds, std::memory_order_relaxed);
        if (event.status != LAI_OK) add_error();
    }
    // A call of this variant that failed for good, or was passed on to another one.
    void add_error() noexcept { add_single_writer<std::uint64_t>(errors_, 1); }
    void add_fallback() noexcept { add_single_writer<std::uint64_t>(fallbacks_, 1); }

    void add_to(SeriesSums &sums) const noexcept {
        for (std::size_t i = 0; i < histogram_buckets; ++i) {
            const std::uint64_t count = counts_[i].load(std::memory_order_relaxed);
            sums.counts[i] += count;
            sums.calls += count;
        }
        sums.errors += errors_.load(std::memory_order_relaxed);
        sums.fallbacks += fallbacks_.load(std::memory_order_relaxed);
        sums.seconds += seconds_.load(std::memory_order_relaxed);
        sums.flops += flops_.load(std::memory_order_relaxed);
        sums.max_seconds = std::max(sums.max_seconds, max_seconds_.load(std::memory_order_relaxed));
    }

  private:
    SeriesKey key_;
    std::atomic<std::uint64_t> errors_{0}, fallbacks_{0};
    std::atomic<double> seconds_{0}, flops_{0}, max_seconds_{0};
    std::array<std::atomic<std::uint64_t>, histogram_buckets> counts_{};
};

}  // namespace lapack_ai::core
