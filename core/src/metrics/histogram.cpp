#include "metrics/histogram.hpp"

#include <cmath>
#include <numeric>

namespace lapack_ai::core {

double histogram_quantile(const HistogramCounts &counts, double q) noexcept {
    const std::uint64_t total = std::accumulate(counts.begin(), counts.end(), UINT64_C(0));
    if (total == 0) return 0;
    const auto rank = static_cast<std::uint64_t>(std::ceil(q * static_cast<double>(total)));
    std::uint64_t below = 0;
    std::size_t bucket = 0;
    while (bucket + 1 < histogram_buckets && below + counts[bucket] < std::max<std::uint64_t>(rank, 1))
        below += counts[bucket++];
    const double low = bucket == 0 ? 0 : static_cast<double>(histogram_upper_ns(bucket - 1));
    const double high =
        bucket + 1 == histogram_buckets ? low : static_cast<double>(histogram_upper_ns(bucket));
    return (low + high) / 2 * 1e-9;
}

}  // namespace lapack_ai::core
