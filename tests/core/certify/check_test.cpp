// What the checks are made of: products of matrices with probes in all types and scales, and the estimate's
// probability.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <random>
#include <vector>

#include "certify/check.hpp"
#include "certify/gaussian.hpp"

namespace lapack_ai::core::certify {
namespace {

template <typename T>
constexpr bool complex_type = !std::is_floating_point_v<T>;
template <typename T>
constexpr lai_dtype dtype_of() {
    if constexpr (std::is_same_v<T, float>) return LAI_DTYPE_F32;
    if constexpr (std::is_same_v<T, double>) return LAI_DTYPE_F64;
    if constexpr (std::is_same_v<T, std::complex<float>>) return LAI_DTYPE_C32;
    return LAI_DTYPE_C64;
}

template <typename T>
struct Sample {
    std::int64_t rows, cols, ld;
    std::vector<T> numbers;
    Sample(std::int64_t m, std::int64_t n, double scale)
        : rows(m), cols(n), ld(m + 3), numbers(static_cast<std::size_t>(ld * n)) {
        std::mt19937 generator(static_cast<unsigned>(m * 100 + n));
        std::uniform_real_distribution<double> uniform(-1, 1);
        for (T &x : numbers) {
            using R = decltype(std::real(x));
            if constexpr (complex_type<T>)
                x = T(static_cast<R>(scale * uniform(generator)), static_cast<R>(scale * uniform(generator)));
            else
                x = static_cast<R>(scale * uniform(generator));
        }
    }
    std::complex<long double> at(std::int64_t i, std::int64_t j) const {
        const T x = numbers[static_cast<std::size_t>(j * ld + i)];
        return {static_cast<long double>(std::real(x)), static_cast<long double>(std::imag(x))};
    }
    Matrix view(Stored stored = Stored::general) const {
        Matrix A;
        A.data = numbers.data();
        A.dtype = dtype_of<T>();
        A.rows = rows;
        A.cols = cols;
        A.ld = ld;
        A.stored = stored;
        return A;
    }
};

std::complex<long double> probe(const Block &X, std::int64_t i, std::int64_t p) {
    return {static_cast<long double>(X.row(i)[p]),
            X.complex() ? static_cast<long double>(X.row(i)[p + width]) : 0.0L};
}

template <typename T>
class Products : public testing::Test {};
using Types = testing::Types<float, double, std::complex<float>, std::complex<double>>;
TYPED_TEST_SUITE(Products, Types);

TYPED_TEST(Products, WithProbesAgreeWithTheirDefinition) {
    for (const double scale : {1.0, 1e30, 1e-30, 1e250, 1e306, 1e-300}) {
        if (sizeof(decltype(std::real(TypeParam()))) == 4 && (scale > 1e37 || scale < 1e-37)) continue;
        for (const auto &[m, n] : {std::pair{1, 1}, {7, 5}, {5, 9}, {600, 6}}) {
            const Sample<TypeParam> A(m, n, scale);
            Matrix view = A.view();
            measure(view);
            ASSERT_TRUE(view.finite);
            for (const char trans : {'N', 'T', 'C'}) {
                const std::int64_t rows = trans == 'N' ? m : n, inner = trans == 'N' ? n : m;
                Block X(inner, complex_type<TypeParam>), Y(rows, complex_type<TypeParam>);
                Gaussian(7).fill(X);
                apply(view, trans, X, Y);
                for (std::int64_t i = 0; i < rows; ++i)
                    for (std::int64_t p = 0; p < width; ++p) {
                        std::complex<long double> sum = 0;
                        long double size = 0;
                        for (std::int64_t l = 0; l < inner; ++l) {
                            std::complex<long double> a = trans == 'N' ? A.at(i, l) : A.at(l, i);
                            if (trans == 'C') a = std::conj(a);
                            a *= std::ldexp(1.0L, -view.exponent);
                            sum += a * probe(X, l, p);
                            size += std::abs(a) * std::abs(probe(X, l, p));
                        }
                        ASSERT_LE(std::abs(sum - probe(Y, i, p)), size * rounding(inner)) << trans << m << n;
                    }
            }
        }
    }
}

TYPED_TEST(Products, OfTrianglesAreThoseOfTheWholeMatrix) {
    const std::int64_t n = 9;
    for (const Stored stored : {Stored::upper, Stored::lower}) {
        const Sample<TypeParam> A(n, n, 1);
        Matrix view = A.view(stored);
        measure(view);
        Block X(n, complex_type<TypeParam>), Y(n, complex_type<TypeParam>);
        Gaussian(8).fill(X);
        apply(view, 'N', X, Y);
        long double squares = 0;
        for (std::int64_t i = 0; i < n; ++i)
            for (std::int64_t p = 0; p < width; ++p) {
                std::complex<long double> sum = 0;
                for (std::int64_t l = 0; l < n; ++l) {
                    const bool own = stored == Stored::upper ? i <= l : i >= l;
                    std::complex<long double> a = own ? A.at(i, l) : std::conj(A.at(l, i));
                    if (i == l) a = std::real(a);
                    if (p == 0) squares += std::norm(a);
                    sum += a * probe(X, l, p);
                }
                EXPECT_LE(std::abs(sum - probe(Y, i, p)), 1e-14L * static_cast<long double>(n));
            }
        EXPECT_NEAR(view.norm, static_cast<double>(std::sqrt(squares)), 1e-13);
    }
}

TYPED_TEST(Products, MeasuresFindWhatIsNotFinite) {
    using R = decltype(std::real(TypeParam()));
    for (const R bad : {std::numeric_limits<R>::infinity(), std::numeric_limits<R>::quiet_NaN()}) {
        Sample<TypeParam> A(13, 11, 1);
        A.numbers[static_cast<std::size_t>(5 * A.ld + 12)] = TypeParam(bad);
        Matrix view = A.view();
        measure(view);
        EXPECT_FALSE(view.finite);
    }
}

// The worst case of the bound, an error of rank one: how often the estimate of 4 probes is below |E| /
// factor.
TEST(Sampling, MissesAreAsRareAsStated) {
    constexpr int trials = 200000;
    for (const double c : {0.5, 0.3}) {
        int misses = 0;
        Gaussian random(1);
        for (int t = 0; t < trials; ++t) {
            Block x(1, false);
            random.fill(x);
            double squares = 0;
            for (std::int64_t p = 0; p < width; ++p) squares += x.row(0)[p] * x.row(0)[p];
            misses += std::sqrt(squares / static_cast<double>(width)) <= c;
        }
        const double bound = std::pow(c * std::exp((1 - c * c) / 2), static_cast<double>(width));
        EXPECT_LT(misses, bound * trials);
        EXPECT_GT(misses, 0);
    }
    EXPECT_LT(sampling(Effort::quick).miss_probability, 1e-5);
    EXPECT_LT(sampling(Effort::thorough).miss_probability, 5e-5);
    EXPECT_LT(sampling(Effort::thorough).factor, sampling(Effort::quick).factor);
}

TEST(Gaussians, HaveTheMomentsTheyMust) {
    for (const bool complex : {false, true}) {
        Block X(20000, complex);
        Gaussian(3).fill(X);
        double sum = 0, squares = 0, fourths = 0;
        for (std::int64_t i = 0; i < X.count(); ++i) {
            const double x = X.row(0)[i];
            sum += x;
            squares += x * x;
            fourths += x * x * x * x;
        }
        const double n = static_cast<double>(X.count()), variance = complex ? 0.5 : 1;
        EXPECT_NEAR(sum / n, 0, 0.02);
        EXPECT_NEAR(squares / n, variance, 0.02);
        EXPECT_NEAR(fourths / n, 3 * variance * variance, 0.1);
    }
}

TEST(Seeds, DifferBetweenCallsAndAgreeWhenDeterministic) {
    EXPECT_NE(probe_seed(false), probe_seed(false));
    EXPECT_EQ(probe_seed(true), probe_seed(true));
}

}  // namespace
}  // namespace lapack_ai::core::certify
