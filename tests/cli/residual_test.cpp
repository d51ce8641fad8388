// The residuals judge every result that users see, so they are checked by hand: zero for exact factors, the
// right size for a known error, both where the identity is the probe and where random signs are.
#include "residual.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace lapack_ai::cli {
namespace {

constexpr double eps = std::numeric_limits<double>::epsilon();

Matrix matrix(std::int64_t rows, std::int64_t cols, std::initializer_list<double> row_by_row) {
    Matrix A(LAI_DTYPE_F64, rows, cols);
    std::int64_t i = 0;
    for (const double value : row_by_row) {
        A.as<double>()[(i % cols) * rows + i / cols] = value;
        ++i;
    }
    return A;
}

Matrix diagonal(std::int64_t n, double value) {
    Matrix A(LAI_DTYPE_F64, n, n);
    for (std::int64_t i = 0; i < n; ++i) A.as<double>()[i * n + i] = value;
    return A;
}

Matrix filled(std::int64_t n, double value) {
    Matrix A(LAI_DTYPE_F64, n, 1);
    for (std::int64_t i = 0; i < n; ++i) A.as<double>()[i] = value;
    return A;
}

TEST(Residual, SvdOfADiagonalMatrix) {
    for (const std::int64_t n : {1, 5, 40}) {
        const Matrix A = diagonal(n, 2), I = diagonal(n, 1), S = filled(n, 2);
        for (const Residual &r : svd_residuals(A, I, S, I)) EXPECT_EQ(r.value, 0) << r.what << n;
        // Every singular value wrong by 0.2: |R| / |A| = 0.1. Random signs measure a diagonal R exactly.
        EXPECT_NEAR(svd_residuals(A, I, filled(n, 2.2), I)[0].value * eps * static_cast<double>(n), 0.1,
                    1e-12);
        // U twice the identity: |U**H U - I| = 3 sqrt(n).
        const Residual u = svd_residuals(A, diagonal(n, 2), S, I)[1];
        EXPECT_NEAR(u.value * eps * static_cast<double>(n), 3 * std::sqrt(static_cast<double>(n)), 1e-10);
    }
}

TEST(Residual, SvdUsesTheLeadingColumnsOfAFullU) {
    const Matrix A = matrix(3, 1, {0, 5, 0}), U = matrix(3, 3, {0, 1, 0, 1, 0, 0, 0, 0, 1});
    for (const Residual &r : svd_residuals(A, U, filled(1, 5), filled(1, 1))) EXPECT_EQ(r.value, 0) << r.what;
}

TEST(Residual, SolveInEveryTransposition) {
    const Matrix A = matrix(2, 2, {1, 2, 3, 4}), X = matrix(2, 1, {1, 1});
    EXPECT_EQ(solve_residuals(A, 'N', X, matrix(2, 1, {3, 7}))[0].value, 0);
    EXPECT_EQ(solve_residuals(A, 'T', X, matrix(2, 1, {4, 6}))[0].value, 0);
    const double off = solve_residuals(A, 'N', X, matrix(2, 1, {3, 8}))[0].value * 2 * eps;
    EXPECT_NEAR(off, 1 / (std::sqrt(30.0) * std::sqrt(2.0) + std::sqrt(73.0)), 1e-12);
    Matrix Z(LAI_DTYPE_C64, 1, 1), x(LAI_DTYPE_C64, 1, 1), b(LAI_DTYPE_C64, 1, 1);
    *Z.as<std::complex<double>>() = {0, 1};
    *x.as<std::complex<double>>() = {2, 0};
    *b.as<std::complex<double>>() = {0, -2};
    EXPECT_EQ(solve_residuals(Z, 'C', x, b)[0].value, 0);
    EXPECT_GT(solve_residuals(Z, 'T', x, b)[0].value, 1 / eps / 10);
}

TEST(Residual, LeastSquaresAsksForANormalResidual) {
    const Matrix A = matrix(2, 1, {1, 1}), B = matrix(2, 1, {1, 3});
    const auto best = least_squares_residuals(A, matrix(1, 1, {2}), B);
    EXPECT_EQ(best[0].value, 0);
    EXPECT_NEAR(best[1].value, std::sqrt(0.2), 1e-12);
    EXPECT_GT(least_squares_residuals(A, matrix(1, 1, {1}), B)[0].value, 0.01 / eps);
}

TEST(Residual, ComplexEigenvaluesOfARealMatrix) {
    using z = std::complex<double>;
    const Matrix A = matrix(2, 2, {0, -1, 1, 0});
    Matrix V(LAI_DTYPE_C64, 2, 2), w(LAI_DTYPE_C64, 2, 1);
    const z i(0, 1);
    const z vectors[] = {1, -i, 1, i}, values[] = {i, -i};
    std::copy(vectors, vectors + 4, V.as<z>());
    std::copy(values, values + 2, w.as<z>());
    EXPECT_EQ(eigen_residuals(A, V, w, false)[0].value, 0);
    std::swap(w.as<z>()[0], w.as<z>()[1]);
    EXPECT_GT(eigen_residuals(A, V, w, false)[0].value, 0.1 / eps);
}

TEST(Residual, GemmWithBothFactors) {
    const Matrix A = matrix(2, 3, {1, 2, 3, 4, 5, 6}), B = matrix(3, 1, {1, 0, -1}),
                 C0 = matrix(2, 1, {1, 1});
    EXPECT_EQ(gemm_residuals(A, 'N', B, 'N', {2, 0}, {3, 0}, C0, matrix(2, 1, {-1, -1}))[0].value, 0);
    EXPECT_EQ(gemm_residuals(A, 'T', C0, 'N', {1, 0}, {0, 0}, Matrix(), matrix(3, 1, {5, 7, 9}))[0].value, 0);
    EXPECT_GT(gemm_residuals(A, 'T', C0, 'N', {1, 0}, {0, 0}, Matrix(), matrix(3, 1, {5, 7, 8}))[0].value,
              1e10);
}

TEST(Residual, ProductsOfFactors) {
    const Matrix L = matrix(2, 2, {1, 0, 2, 1}), U = matrix(2, 2, {3, 4, 0, 5});
    EXPECT_EQ(product_residuals("L U", matrix(2, 2, {3, 4, 6, 13}), {&L, &U})[0].value, 0);
    EXPECT_GT(product_residuals("L U", matrix(2, 2, {3, 4, 6, 14}), {&L, &U})[0].value, 1e10);
}

TEST(Residual, NotFiniteIsNaNAndEmptyIsZero) {
    const Matrix bad = matrix(1, 1, {NAN}), empty(LAI_DTYPE_F64, 0, 0), none(LAI_DTYPE_F64, 0, 1);
    EXPECT_FALSE(is_finite(bad));
    EXPECT_TRUE(std::isnan(solve_residuals(bad, 'N', bad, bad)[0].value));
    EXPECT_EQ(solve_residuals(empty, 'N', none, none)[0].value, 0);
    EXPECT_EQ(svd_residuals(empty, empty, none, empty)[0].value, 0);
}

TEST(Residual, NormsDoNotOverflow) {
    EXPECT_DOUBLE_EQ(frobenius(matrix(1, 2, {3e300, 4e300})), 5e300);
    EXPECT_DOUBLE_EQ(frobenius(matrix(1, 2, {3e-300, 4e-300})), 5e-300);
}

TEST(Residual, HermitianMeansExactlySo) {
    EXPECT_TRUE(is_hermitian(matrix(2, 2, {1, 2, 2, 1})));
    EXPECT_FALSE(is_hermitian(matrix(2, 2, {1, 2, std::nextafter(2.0, 3.0), 1})));
    EXPECT_FALSE(is_hermitian(matrix(1, 2, {1, 2})));
    Matrix Z(LAI_DTYPE_C32, 1, 1);
    *Z.as<std::complex<float>>() = {1, 1};
    EXPECT_FALSE(is_hermitian(Z));
}

}  // namespace
}  // namespace lapack_ai::cli
