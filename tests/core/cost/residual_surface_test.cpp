// The fitted correction: exact at its points, smooth between them, honest far away, never NaN.
#include "cost/residual_surface.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace lapack_ai::core {
namespace {

Place place(double m, double n, double k) {
    return {static_cast<float>(std::log2(m)), static_cast<float>(std::log2(n)),
            static_cast<float>(std::log2(k))};
}

ProfilePoint point(double n, double ratio) {
    return {2 * n * n * n, place(n, n, n), 1e-3, 1e-3 * ratio, 0.01};
}

TEST(ResidualSurface, AConstantRatioIsFoundEverywhere) {
    std::vector<ProfilePoint> points;
    for (double n = 8; n <= 4096; n *= 2) points.push_back(point(n, 3.0));
    const ResidualSurface surface(points);
    for (double n = 4; n <= 20000; n *= 1.7)
        EXPECT_NEAR(std::exp(surface.at(place(n, n, n)).log_ratio), 3.0, 1e-4) << n;
}

TEST(ResidualSurface, FollowsAChangeOfRatioBetweenSizes) {
    std::vector<ProfilePoint> points;
    for (double n = 8; n <= 64; n *= 2) points.push_back(point(n, 0.5));
    for (double n = 512; n <= 4096; n *= 2) points.push_back(point(n, 2.0));
    const ResidualSurface surface(points);
    EXPECT_NEAR(std::exp(surface.at(place(16, 16, 16)).log_ratio), 0.5, 0.03);
    EXPECT_NEAR(std::exp(surface.at(place(2048, 2048, 2048)).log_ratio), 2.0, 0.1);
    double before = -10;
    for (double n = 16; n <= 2048; n *= 1.3) {
        const double here = surface.at(place(n, n, n)).log_ratio;
        EXPECT_GE(here, before - 0.02) << n;  // it may swing a little
        before = here;
    }
}

TEST(ResidualSurface, UncertaintyWidensAwayFromMeasurements) {
    const ResidualSurface surface({point(64, 1.0), point(128, 1.0), point(256, 1.0)});
    const double near = surface.at(place(128, 128, 128)).sigma;
    const double far = surface.at(place(4096, 4096, 4096)).sigma;
    const double other_aspect = surface.at(place(128, 128, 1)).sigma;
    EXPECT_GT(far, 3 * near);
    EXPECT_GT(other_aspect, near);
}

TEST(ResidualSurface, NeverNaN) {
    const double nan = std::numeric_limits<double>::quiet_NaN(),
                 inf = std::numeric_limits<double>::infinity();
    for (const auto &points : {std::vector<ProfilePoint>{}, std::vector<ProfilePoint>{point(64, 1e4)}}) {
        const ResidualSurface surface(points);
        for (double x : {-1.0, 0.0, 5.5, 60.0, inf, -inf, nan})
            for (double y : {0.0, 7.0, nan}) {
                const auto value = surface.at({static_cast<float>(x), static_cast<float>(y), 3.0f});
                EXPECT_TRUE(std::isfinite(value.log_ratio) && std::isfinite(value.sigma)) << x << ' ' << y;
            }
    }
}

// Rates that depend on which of the dims is small, as those of real libraries do, measured at scattered
// shapes: between them the surface must be right to a few percent, and know how right it is.
TEST(ResidualSurface, PredictsShapesBetweenScatteredOnes) {
    const auto truth = [](double m, double n, double k) {
        return 0.3 * std::tanh(std::log2(m) - 5) - 0.2 * std::tanh(std::log2(k) / 2 - 2) +
               0.1 * std::sin(std::log2(n) / 2);
    };
    const auto scattered = [](int i, int base) {
        double value = 0, digit = 1.0 / base;
        for (; i > 0; i /= base, digit /= base) value += digit * (i % base);
        return std::exp2(1 + 9 * value);
    };
    std::vector<ProfilePoint> points;
    for (int i = 1; i <= 128; ++i) {
        const double m = scattered(i, 2), n = scattered(i, 3), k = scattered(i, 5);
        points.push_back({2 * m * n * k, place(m, n, k), 1e-3, 1e-3 * std::exp(truth(m, n, k)), 0.01});
    }
    const ResidualSurface surface(points);
    double worst = 0, square = 0;
    int outside = 0;
    for (int i = 129; i <= 228; ++i) {
        const double m = scattered(i, 2), n = scattered(i, 3), k = scattered(i, 5);
        const auto value = surface.at(place(m, n, k));
        const double error = std::fabs(static_cast<double>(value.log_ratio) - truth(m, n, k));
        worst = std::max(worst, error);
        square += error * error / 100;
        outside += error > 2 * static_cast<double>(value.sigma) ? 1 : 0;
    }
    EXPECT_LT(std::sqrt(square), 0.05);
    EXPECT_LT(worst, 0.2);
    EXPECT_LE(outside, 10);
}

}  // namespace
}  // namespace lapack_ai::core
