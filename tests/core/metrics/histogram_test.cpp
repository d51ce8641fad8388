// Buckets tile the range without gaps, and quantiles come within half a bucket of the truth.
#include "metrics/histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace lapack_ai::core {
namespace {

TEST(Histogram, BucketsTileTheRange) {
    EXPECT_EQ(histogram_bucket(0), 0u);
    EXPECT_EQ(histogram_bucket(UINT64_MAX), histogram_buckets - 1);
    for (std::size_t i = 0; i + 1 < histogram_buckets; ++i) {
        EXPECT_EQ(histogram_bucket(histogram_upper_ns(i) - 1), i);
        EXPECT_EQ(histogram_bucket(histogram_upper_ns(i)), i + 1);
    }
}

TEST(Histogram, QuantilesOfKnownSamples) {
    std::mt19937_64 random(7);
    std::lognormal_distribution<double> durations(std::log(1e5), 1.5);
    std::vector<double> samples;
    HistogramCounts counts{};
    for (int i = 0; i < 20000; ++i) {
        samples.push_back(std::clamp(durations(random), 1e2, 1e11));
        ++counts[histogram_bucket(static_cast<std::uint64_t>(samples.back()))];
    }
    std::sort(samples.begin(), samples.end());
    for (double q : {0.01, 0.5, 0.9, 0.99, 1.0}) {
        const double truth = samples[static_cast<std::size_t>(q * 20000) - 1] * 1e-9;
        EXPECT_NEAR(histogram_quantile(counts, q), truth, 0.063 * truth) << q;
    }
}

TEST(Histogram, EmptyAndExtreme) {
    HistogramCounts counts{};
    EXPECT_EQ(histogram_quantile(counts, 0.5), 0);
    counts[histogram_buckets - 1] = 1;
    EXPECT_GT(histogram_quantile(counts, 0.5), 1000);
}

}  // namespace
}  // namespace lapack_ai::core
