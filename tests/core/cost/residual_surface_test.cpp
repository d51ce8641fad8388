// The fitted correction: exact at its points, smooth between them, honest far away, never NaN.
#include "cost/residual_surface.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace lapack_ai::core {
namespace {

ProfilePoint point(double n, double ratio) {
    return {2 * n * n * n, n, 1, 1e-3, 1e-3 * ratio, 0.01};
}

TEST(ResidualSurface, AConstantRatioIsFoundEverywhere) {
    std::vector<ProfilePoint> points;
    for (double n = 8; n <= 4096; n *= 2) points.push_back(point(n, 3.0));
    const ResidualSurface surface(points);
    for (double n = 4; n <= 20000; n *= 1.7)
        EXPECT_NEAR(std::exp(surface.at(2 * n * n * n, n, 1).log_ratio), 3.0, 1e-4) << n;
}

TEST(ResidualSurface, FollowsAChangeOfRatioBetweenSizes) {
    std::vector<ProfilePoint> points;
    for (double n = 8; n <= 64; n *= 2) points.push_back(point(n, 0.5));
    for (double n = 512; n <= 4096; n *= 2) points.push_back(point(n, 2.0));
    const ResidualSurface surface(points);
    EXPECT_NEAR(std::exp(surface.at(2.0 * 16 * 16 * 16, 16, 1).log_ratio), 0.5, 0.03);
    EXPECT_NEAR(std::exp(surface.at(2.0 * 2048 * 2048 * 2048, 2048, 1).log_ratio), 2.0, 0.1);
    double before = -10;
    for (double n = 16; n <= 2048; n *= 1.3) {
        const double here = surface.at(2 * n * n * n, n, 1).log_ratio;
        EXPECT_GE(here, before - 1e-6) << n;
        before = here;
    }
}

TEST(ResidualSurface, UncertaintyWidensAwayFromMeasurements) {
    const ResidualSurface surface({point(64, 1.0), point(128, 1.0), point(256, 1.0)});
    const double near = surface.at(2.0 * 128 * 128 * 128, 128, 1).sigma;
    const double far = surface.at(2.0 * 4096 * 4096 * 4096, 4096, 1).sigma;
    const double other_aspect = surface.at(2.0 * 128 * 128 * 128, 128, 4000).sigma;
    EXPECT_GT(far, 3 * near);
    EXPECT_GT(other_aspect, near);
}

TEST(ResidualSurface, NeverNaN) {
    const double nan = std::numeric_limits<double>::quiet_NaN(),
                 inf = std::numeric_limits<double>::infinity();
    for (const auto &points : {std::vector<ProfilePoint>{}, std::vector<ProfilePoint>{point(64, 1e4)}}) {
        const ResidualSurface surface(points);
        for (double flops : {0.0, 1.0, 1e30, inf, nan})
            for (double dim : {0.0, 1.0, 1e12, nan}) {
                const auto value = surface.at(flops, dim, 1);
                EXPECT_TRUE(std::isfinite(value.log_ratio) && std::isfinite(value.sigma))
                    << flops << ' ' << dim;
            }
    }
}

}  // namespace
}  // namespace lapack_ai::core
