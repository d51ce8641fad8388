// The O(n^2) numerics on factors, against definitions and against the singular values of LAPACK.
#include <gtest/gtest.h>

#include <iostream>

#include <limits>

#include "lapack.hpp"
#include "numerics/condition.hpp"
#include "numerics/definiteness.hpp"
#include "numerics/dependency.hpp"
#include "numerics/residual.hpp"

namespace lapack_ai::diagnostics {
namespace {

using namespace test;
constexpr double u = 0x1p-53;

template <class T>
class Scan : public ::testing::Test {};
using Types = ::testing::Types<float, double, std::complex<float>, std::complex<double>>;
TYPED_TEST_SUITE(Scan, Types);

template <class T>
std::vector<T> random_entries(std::size_t count, std::mt19937_64 &random) {
    std::uniform_real_distribution<Real<T>> uniform(-1, 1);
    std::vector<T> a(count);
    for (T &x : a) {
        if constexpr (is_complex<T>)
            x = T(uniform(random), uniform(random));
        else
            x = uniform(random);
    }
    return a;
}

TYPED_TEST(Scan, SumsAndMaximaAreThoseOfTheDefinition) {
    using T = TypeParam;
    using R = Real<T>;
    std::mt19937_64 random(1);
    for (const auto &[m, n] :
         {std::pair<index_t, index_t>{1, 1}, {7, 3}, {8, 8}, {33, 13}, {2100, 6}, {5, 41}}) {
        const index_t ld = m + 3;
        const auto a = random_entries<T>(static_cast<std::size_t>(ld * n), random);
        const MatrixView<T> A{a.data(), m, n, ld};
        std::vector<R> sums(n), rows(2 * m);
        const R norm = scan<T>(A, Part::all, {sums.data(), rows.data(), nullptr, nullptr});
        R largest = 0;
        for (index_t j = 0; j < n; ++j) {
            R sum = 0;
            for (index_t i = 0; i < m; ++i) sum += size_of(A(i, j));
            EXPECT_NEAR(sums[j], sum, 4 * m * std::numeric_limits<R>::epsilon() * sum);
            largest = std::max(largest, sums[j]);
        }
        EXPECT_EQ(norm, largest);
        for (index_t i = 0; i < m; ++i) {
            R exact = 0;
            for (index_t j = 0; j < n; ++j) exact = std::max(exact, size_of(A(i, j)));
            if constexpr (is_complex<T>) {
                EXPECT_GE(rows[i], exact * R(0.99));
                EXPECT_LE(rows[i], exact * R(2));
            } else {
                EXPECT_EQ(rows[i], exact);
            }
        }
    }
}

TYPED_TEST(Scan, TrianglesReadOnlyTheirPart) {
    using T = TypeParam;
    using R = Real<T>;
    std::mt19937_64 random(2);
    const index_t n = 21;
    auto full = random_entries<T>(n * n, random);
    for (index_t j = 0; j < n; ++j) {
        full[j * n + j] = T(real_part(full[j * n + j]));
        for (index_t i = 0; i < j; ++i) full[j * n + i] = conjugate(full[i * n + j]);
    }
    std::vector<R> exact(n), sums(n), work(2 * n);
    scan<T>({full.data(), n, n, n}, Part::all, {exact.data(), work.data(), nullptr, nullptr});
    for (const Part part : {Part::upper, Part::lower}) {
        auto half = full;
        for (index_t j = 0; j < n; ++j)
            for (index_t i = 0; i < n; ++i)
                if (part == Part::upper ? i > j : i < j)
                    half[j * n + i] = T(std::numeric_limits<R>::quiet_NaN());
        const MatrixView<T> A{half.data(), n, n, n};
        const R norm = scan<T>(A, part, {sums.data(), work.data(), nullptr, nullptr});
        EXPECT_TRUE(std::isfinite(norm));
        for (index_t j = 0; j < n; ++j)
            EXPECT_NEAR(sums[j], exact[j], 100 * std::numeric_limits<R>::epsilon() * exact[j]);
        EXPECT_EQ(find_nonfinite(A, part).count, 0);
        half[3 * n + 3] = T(std::numeric_limits<R>::infinity());
        EXPECT_FALSE(std::isfinite(scan<T>(A, part, {sums.data(), work.data(), nullptr, nullptr})));
        const NonFinite found = find_nonfinite(A, part);
        EXPECT_EQ(found.count, 1);
        EXPECT_EQ(found.row, 3);
        EXPECT_FALSE(found.is_nan);
    }
}

TEST(ScanNumbers, HugeEntriesOverflowTheSumAndAreFoundFinite) {
    Matrix A(4, 1.7e308);
    std::vector<double> sums(2), rows(2);
    EXPECT_FALSE(
        std::isfinite(scan<double>(view(A, 2, 2), Part::all, {sums.data(), rows.data(), nullptr, nullptr})));
    EXPECT_EQ(find_nonfinite(view(A, 2, 2), Part::all).count, 0);
}

double backward_error(const Matrix &A, const std::vector<double> &x, const std::vector<double> &b,
                      bool transposed) {
    const auto y = product(A, x, transposed);
    double residual = 0, length = 0, right = 0, frobenius = 0;
    for (std::size_t i = 0; i < b.size(); ++i) {
        residual += (y[i] - b[i]) * (y[i] - b[i]);
        length += x[i] * x[i];
        right += b[i] * b[i];
    }
    for (const double a : A) frobenius += a * a;
    return std::sqrt(residual) / (std::sqrt(frobenius * length) + std::sqrt(right));
}

double sketched(const Matrix &A, const std::vector<double> &x, const std::vector<double> &b, char trans) {
    const int n = static_cast<int>(b.size());
    const Scanned s = scanned(A, n);
    double b_sketch[sketch_width<double>], b_norm = 0;
    sketch_right_sides<double>(trans, view(b, n, 1), b_sketch, &b_norm);
    return sketched_backward_error<double>({trans, n, 1, s.norm1},
                                           trans == 'N' ? s.sketch.data() : s.mirror.data(), b_sketch,
                                           &b_norm, x.data(), n);
}

TEST(Residual, FindsLargeBackwardErrorsAndNoFalseOnes) {
    std::mt19937_64 random(3);
    int found = 0, bad = 0, false_alarms = 0, good = 0;
    for (int trial = 0; trial < 2000; ++trial) {
        const int n = 5 + trial % 60;
        const char trans = trial % 2 == 0 ? 'N' : 'T';
        const Matrix A = random_matrix(n, n, random);
        const auto b = random_matrix(n, 1, random);
        auto x = lu_solve(lu(A, n), b, trans);
        if (trial % 4 < 2) {  // spoil the solution by 1e-9 to 1, in one entry or in all
            const double size = std::pow(10.0, -9.0 * (trial % 97) / 96);
            if (trial % 3 == 0)
                x[trial % n] *= 1 + size;
            else
                for (double &v : x) v *= 1 + size * std::uniform_real_distribution<double>(-1, 1)(random);
        }
        const double exact = backward_error(A, x, b, trans == 'T');
        const bool alarm = sketched(A, x, b, trans) > backward_error_limit<double>();
        if (exact > 1e-10) ++bad, found += alarm;
        if (exact < 1e-13) ++good, false_alarms += alarm;
    }
    ASSERT_GT(bad, 800);
    ASSERT_GT(good, 900);
    std::cout << "sketch: " << found << " of " << bad << " wrong solutions found, " << false_alarms
              << " false alarms in " << good << "\n";
    EXPECT_GE(found, 0.99 * bad);
    EXPECT_EQ(false_alarms, 0);
}

TEST(Residual, SeesWilkinsonGrowth) {
    std::mt19937_64 random(4);
    const Matrix A = wilkinson_growth(60);
    const auto x = random_matrix(60, 1, random);
    const auto b = product(A, x);
    const Lu F = lu(A, 60);
    EXPECT_GT(sketched(A, lu_solve(F, b), b, 'N'), 1e-4);
    EXPECT_NEAR(pivot_growth(view(F.factors, 60, 60), 1) / 5.76e17, 1, 0.01);
}

TEST(Condition, IsWithinTenOfTheTruth) {
    std::mt19937_64 random(5);
    for (int trial = 0; trial < 300; ++trial) {
        const int n = 1 + trial % 40;
        Matrix A = trial % 3 == 0 ? hilbert(1 + n % 8) : random_matrix(n, n, random);
        const int order = trial % 3 == 0 ? 1 + n % 8 : n;
        for (int i = 0; trial % 3 == 1 && i < order; ++i)
            for (int j = 0; j < order; ++j) A[j * order + i] *= std::pow(10.0, -0.1 * j);
        const Lu F = lu(A, order);
        double inverse_norm = 0;
        for (int j = 0; j < order; ++j) {
            std::vector<double> e(order);
            e[j] = 1;
            double sum = 0;
            for (const double v : lu_solve(F, e)) sum += std::fabs(v);
            inverse_norm = std::max(inverse_norm, sum);
        }
        const double norm = scanned(A, order).norm1, exact = norm * inverse_norm;
        const double rcond =
            reciprocal_condition(LuFactors<double>(view(F.factors, order, order), F.ipiv.data(), 0), norm);
        EXPECT_LE(1 / rcond, exact * 1.001) << n;
        EXPECT_GE(1 / rcond, exact / 10) << n;
    }
}

TEST(Condition, EquilibrationSeesThroughScaling) {
    std::mt19937_64 random(6);
    for (int trial = 0; trial < 100; ++trial) {
        const int n = 3 + trial % 30;
        const Matrix core = random_matrix(n, n, random);
        const Lu plain = lu(core, n);
        const double rcond = reciprocal_condition(
            LuFactors<double>(view(plain.factors, n, n), plain.ipiv.data(), 0), scanned(core, n).norm1);
        Matrix A = core;
        for (int i = 0; i < n; ++i)
            for (int j = 0; j < n; ++j) A[j * n + i] *= std::pow(10.0, -20.0 * i / n + 5.0 * j / n);
        const Lu F = lu(A, n);
        const Scanned s = scanned(A, n);
        const auto scaled = equilibrated_condition(LuFactors<double>(view(F.factors, n, n), F.ipiv.data(), 0),
                                                   s.row_max.data());
        EXPECT_LT(scaled.rcond / rcond, 30);
        EXPECT_GT(scaled.rcond / rcond, 1.0 / 30);
    }
}

// Plants a dependency among `count` columns (or rows) and asks for their names.
bool planted_is_named(int n, int count, double noise, bool rows, std::mt19937_64 &random) {
    Matrix A = random_matrix(n, n, random);
    std::vector<index_t> lines;
    while (static_cast<int>(lines.size()) < count) {
        const index_t candidate = static_cast<index_t>(random() % n);
        if (std::find(lines.begin(), lines.end(), candidate) == lines.end()) lines.push_back(candidate);
    }
    std::uniform_real_distribution<double> coefficient(0.5, 2), jitter(-1, 1);
    std::vector<double> c(count);
    for (double &v : c) v = coefficient(random) * (random() % 2 ? 1 : -1);
    for (int i = 0; i < n; ++i) {
        double sum = noise * jitter(random);
        for (int k = 1; k < count; ++k) sum += c[k] * (rows ? A[i * n + lines[k]] : A[lines[k] * n + i]);
        (rows ? A[i * n + lines[0]] : A[lines[0] * n + i]) = sum;
    }
    std::sort(lines.begin(), lines.end());
    const Scanned s = scanned(A, n);
    const Lu F = lu(A, n);
    const LuFactors<double> factors(view(F.factors, n, n), F.ipiv.data(), s.norm1 * u * 1e-3);
    const auto found = find_dependency(factors, 1e-6 * s.norm1, s.column_sum.data(), s.row_max.data());
    return found.nullity == 1 && (rows ? found.rows : found.columns).named == lines;
}

TEST(Dependency, PlantedLinesAreNamed) {
    std::mt19937_64 random(7);
    int named = 0, all = 0;
    for (const double noise : {0.0, 1e-15, 1e-12, 1e-9})
        for (const int n : {5, 8, 13, 30, 64, 150})
            for (const int count : {1, 2, 3, 5})
                for (const bool rows : {false, true})
                    for (int trial = 0; trial < (n > 64 ? 3 : 14); ++trial)
                        if (count < n) ++all, named += planted_is_named(n, count, noise, rows, random);
    std::cout << "dependent lines: " << named << " of " << all << " named right\n";
    ASSERT_GE(all, 2000);
    EXPECT_GE(named, 0.99 * all);
    for (const double noise : {0.0, 1e-9}) EXPECT_TRUE(planted_is_named(400, 3, noise, false, random));
}

TEST(Dependency, GivesTheCoefficients) {
    std::mt19937_64 random(8);
    Matrix A = random_matrix(6, 6, random);
    for (int i = 0; i < 6; ++i) A[4 * 6 + i] = 2 * A[1 * 6 + i];
    const Scanned s = scanned(A, 6);
    const Lu F = lu(A, 6);
    const auto found =
        find_dependency(LuFactors<double>(view(F.factors, 6, 6), F.ipiv.data(), s.norm1 * u * 1e-3),
                        100 * u * s.norm1, s.column_sum.data(), s.row_max.data());
    EXPECT_EQ(found.columns.named, (std::vector<index_t>{1, 4}));
    EXPECT_NEAR(found.columns.coefficient[0], 2, 1e-12);
    EXPECT_NEAR(found.columns.coefficient[1], -1, 1e-12);
}

TEST(Dependency, TwoDependenciesGiveTheUnion) {
    std::mt19937_64 random(9);
    for (int trial = 0; trial < 60; ++trial) {
        const int n = 12 + trial % 20;
        Matrix A = random_matrix(n, n, random);
        for (int i = 0; i < n; ++i) {
            A[3 * n + i] = A[i] - A[5 * n + i];
            A[7 * n + i] = 3 * A[9 * n + i];
        }
        const Scanned s = scanned(A, n);
        const Lu F = lu(A, n);
        const auto found =
            find_dependency(LuFactors<double>(view(F.factors, n, n), F.ipiv.data(), s.norm1 * u * 1e-3),
                            1e-12 * s.norm1, s.column_sum.data(), s.row_max.data());
        EXPECT_EQ(found.nullity, 2);
        EXPECT_EQ(found.column_union, (std::vector<index_t>{0, 3, 5, 7, 9})) << n;
    }
}

TEST(Definiteness, IndefiniteMatricesGetACertificate) {
    std::mt19937_64 random(10);
    for (int trial = 0; trial < 180; ++trial) {
        const int n = 2 + trial % 50;
        const char uplo = trial % 2 == 0 ? 'L' : 'U';
        Matrix A = random_matrix(n, n, random);
        for (int j = 0; j < n; ++j)
            for (int i = 0; i < j; ++i) A[j * n + i] = A[i * n + j];
        const double shift = 0.3 * std::sqrt(n);  // leaves some negative eigenvalues
        std::vector<double> diagonal(n);
        for (int i = 0; i < n; ++i) diagonal[i] = A[i * n + i] += shift;
        Matrix F = A;
        int info = 0;
        dpotrf_(&uplo, &n, F.data(), &n, &info, 1);
        if (info == 0) continue;
        const auto proof = negative_direction(view(F, n, n), uplo == 'L' ? Part::lower : Part::upper, info,
                                              scanned(A, n).norm1, diagonal.data());
        ASSERT_TRUE(proof.indefinite);
        double form = 0, square = 0;
        for (int i = 0; i < info; ++i) {
            square += proof.x[i] * proof.x[i];
            for (int j = 0; j < info; ++j) form += proof.x[i] * A[j * n + i] * proof.x[j];
        }
        EXPECT_LT(form, 0);
        EXPECT_NEAR(form / square, proof.eigenvalue_bound,
                    1e-9 * n + 1e-6 * std::fabs(proof.eigenvalue_bound));
    }
}

TEST(Definiteness, SemidefiniteIsNeverCalledIndefinite) {
    std::mt19937_64 random(11);
    int failures = 0;
    for (int trial = 0; trial < 300; ++trial) {
        const int n = 3 + trial % 60, rank = 1 + trial % (n - 1);
        const Matrix B = random_matrix(n, rank, random);
        Matrix A(static_cast<std::size_t>(n) * n);
        for (int j = 0; j < n; ++j)
            for (int i = 0; i < n; ++i)
                for (int k = 0; k < rank; ++k) A[j * n + i] += B[k * n + i] * B[k * n + j];
        std::vector<double> diagonal(n);
        for (int i = 0; i < n; ++i) diagonal[i] = A[i * n + i];
        Matrix F = A;
        int info = 0;
        dpotrf_("L", &n, F.data(), &n, &info, 1);
        if (info == 0) continue;
        ++failures;
        EXPECT_FALSE(
            negative_direction(view(F, n, n), Part::lower, info, scanned(A, n).norm1, diagonal.data())
                .indefinite);
    }
    EXPECT_GT(failures, 100);
}

TEST(Definiteness, ComplexHermitian) {
    using Z = std::complex<double>;
    const std::vector<Z> A{{2, 0}, {0, -3}, {0, 3}, {1, 0}};  // eigenvalues (3 +- sqrt(37)) / 2
    for (const char uplo : {'L', 'U'}) {
        std::vector<Z> F = A;
        const int n = 2;
        int info = 0;
        zpotrf_(&uplo, &n, F.data(), &n, &info, 1);
        ASSERT_EQ(info, 2);
        const double diagonal[] = {2, 1};
        const auto proof = negative_direction<Z>({F.data(), 2, 2, 2}, uplo == 'L' ? Part::lower : Part::upper,
                                                 2, 5, diagonal);
        EXPECT_TRUE(proof.indefinite);
        Z form = 0;
        for (int i = 0; i < 2; ++i)
            for (int j = 0; j < 2; ++j) form += std::conj(proof.x[i]) * A[j * 2 + i] * proof.x[j];
        EXPECT_NEAR(form.real(), -3.5, 1e-12);
        EXPECT_GE(proof.eigenvalue_bound, (3 - std::sqrt(37.0)) / 2 - 1e-12);
    }
}

}  // namespace
}  // namespace lapack_ai::diagnostics
