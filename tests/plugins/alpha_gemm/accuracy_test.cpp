// Measured errors against the figures that are promised: plain input, positive input, badly scaled rows and
// columns.

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "reference_gemm.hpp"

namespace lapack_ai::alpha_gemm::testing {
namespace {

constexpr double u = std::numeric_limits<double>::epsilon() / 2;
constexpr std::int64_t n = 320;

struct Errors {
    double frobenius;      ///< ||dC||_F / ||C||_F
    double max_normwise;   ///< max |dC| / (u n max|A| max|B|)
    double componentwise;  ///< max |dC| / (u |A||B|)
};

Errors measure(const char *scheme, Scaling scaling, const Matrix<double> &A, const Matrix<double> &B) {
    Matrix<double> C(n, n);
    const Gemm g{'N', 'N', n, n, n, 1.0, A.data.data(), A.ld, B.data.data(), B.ld, 0.0, C.data.data(), C.ld};
    const Plan plan = make_plan(*compiled_scheme(scheme), shape_of<double>(g), Order::breadth_first, 1, 2,
                                scaling != Scaling::none);
    GuardedWorkspace workspace(plan.workspace_bytes);
    PlainServices<double> services(2);
    EXPECT_EQ(run_plan<double>(plan, g, scaling, workspace.data(), services), Outcome::fast);

    const auto exact = product<long double, double>(g);
    Matrix<double> absolute_a = A, absolute_b = B;
    for (double &x : absolute_a.data) x = std::abs(x);
    for (double &x : absolute_b.data) x = std::abs(x);
    Gemm absolute = g;
    absolute.A = absolute_a.data.data();
    absolute.B = absolute_b.data.data();
    const auto sizes = product<double, double>(absolute);
    const double unit = u * static_cast<double>(n) * A.largest() * B.largest();
    long double error2 = 0, norm2 = 0;
    Errors errors{0, 0, 0};
    for (std::int64_t j = 0; j < n; ++j) {
        for (std::int64_t i = 0; i < n; ++i) {
            const auto at = static_cast<std::size_t>(i + j * n);
            const long double error = std::abs(C(i, j) - exact[at]);
            error2 += error * error;
            norm2 += exact[at] * exact[at];
            errors.max_normwise = std::max(errors.max_normwise, static_cast<double>(error) / unit);
            errors.componentwise =
                std::max(errors.componentwise, static_cast<double>(error) / (u * sizes[at]));
        }
    }
    errors.frobenius = static_cast<double>(std::sqrt(error2 / norm2));
    return errors;
}

Matrix<double> uniform(unsigned seed, double low, double high) {
    return Matrix<double>(n, n).fill(seed, low, high);
}

TEST(Accuracy, OfPlainInput) {
    const auto A = uniform(1, -1, 1), B = uniform(2, -1, 1);
    for (const char *scheme : {"4x4x4:48", "3x3x6:40", "2x2x2:7"}) {
        const Errors e = measure(scheme, Scaling::none, A, B);
        EXPECT_LE(e.max_normwise, 2) << scheme;
        EXPECT_LE(e.frobenius, 2e-15) << scheme;
    }
    const Errors nested = measure("4x4x4:48*2x2x2:7", Scaling::none, A, B);
    EXPECT_LE(nested.max_normwise, 4);
    EXPECT_LE(nested.frobenius, 5e-15);
}

TEST(Accuracy, OfPositiveInput) {
    const auto A = uniform(1, 0, 1), B = uniform(2, 0, 1);
    EXPECT_LE(measure("4x4x4:48", Scaling::none, A, B).frobenius, 32 * u);
    EXPECT_LE(measure("3x3x6:40", Scaling::none, A, B).frobenius, 32 * u);
}

TEST(Accuracy, OfBadlyScaledRowsAndColumnsIsRestoredByScaling) {
    auto A = uniform(1, -1, 1), B = uniform(2, -1, 1);
    std::mt19937 generator(3);
    std::uniform_real_distribution<double> exponent(-4, 4);
    for (std::int64_t i = 0; i < n; ++i) {
        const double row = std::pow(10.0, exponent(generator)), column = std::pow(10.0, exponent(generator));
        for (std::int64_t j = 0; j < n; ++j) {
            A(i, j) *= row;
            B(j, i) *= column;
        }
    }
    EXPECT_GT(measure("4x4x4:48", Scaling::none, A, B).componentwise, 1e4);
    EXPECT_LE(measure("4x4x4:48", Scaling::outside, A, B).componentwise, 16);
    EXPECT_LE(measure("4x4x4:48", Scaling::both, A, B).componentwise, 16);
}

TEST(Accuracy, OfABadlyScaledInnerDimensionIsRestoredByInsideScaling) {
    auto A = uniform(1, -1, 1), B = uniform(2, -1, 1);
    std::mt19937 generator(3);
    std::uniform_real_distribution<double> exponent(-4, 4);
    for (std::int64_t p = 0; p < n; ++p) {
        const double factor = std::pow(10.0, exponent(generator));
        for (std::int64_t i = 0; i < n; ++i) {
            A(i, p) *= factor;
            B(p, i) /= factor;
        }
    }
    EXPECT_GT(measure("4x4x4:48", Scaling::none, A, B).componentwise, 1e4);
    EXPECT_LE(measure("4x4x4:48", Scaling::inside, A, B).componentwise, 16);
}

}  // namespace
}  // namespace lapack_ai::alpha_gemm::testing
