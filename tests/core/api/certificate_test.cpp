// Accuracy by request through the C and C++ interfaces, on the real backends, in all four types.
#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <lapack_ai/lapack_ai.hpp>
#include <limits>
#include <random>

namespace {

using lapack_ai::Context;
using lapack_ai::Layout;
using lapack_ai::Matrix;
using lapack_ai::matrix_view;
using lapack_ai::real_of;
using lapack_ai::Vectors;

template <typename T>
class Certified : public testing::Test {
  protected:
    static constexpr double wanted = sizeof(real_of<T>) == 8 ? 1e-14 : 1e-5;

    Matrix<T> random(std::int64_t m, std::int64_t n, double scale = 1) {
        Matrix<T> A(m, n);
        for (std::int64_t j = 0; j < n; ++j)
            for (std::int64_t i = 0; i < m; ++i) {
                const auto x = static_cast<real_of<T>>(scale * normal_(generator_));
                if constexpr (lapack_ai::is_complex<T>)
                    A(i, j) = T(x, static_cast<real_of<T>>(scale * normal_(generator_)));
                else
                    A(i, j) = x;
            }
        return A;
    }

    template <typename Result>
    void expect_met(const Result &result, std::uint32_t verdict = LAI_CERTIFIED_MET) {
        ASSERT_TRUE(result.certificate.has_value());
        EXPECT_TRUE(result.certificate->met());
        EXPECT_EQ(result.certificate->verdict, verdict);
        EXPECT_LE(result.certificate->bound, wanted);
        EXPECT_EQ(result.report.certified_error, result.certificate->bound);
        ASSERT_FALSE(result.certificate->trials.empty());
        EXPECT_EQ(result.certificate->trials.back().verdict, LAI_TRIAL_MET);
        EXPECT_EQ(result.certificate->trials.back().backend, result.report.backend);
    }

    Context ctx;
    std::mt19937 generator_{1};
    std::normal_distribution<double> normal_;
};

using Types = testing::Types<float, double, std::complex<float>, std::complex<double>>;
TYPED_TEST_SUITE(Certified, Types);

TYPED_TEST(Certified, Products) {
    for (const std::int64_t n : {1, 5, 130}) {
        const auto A = this->random(n + 3, n), B = this->random(n, n + 7);
        this->expect_met(this->ctx.matmul(A, B, {.backward_error = this->wanted}));
    }
}

TYPED_TEST(Certified, ProductsWithTransposesAndAddend) {
    using lapack_ai::Trans;
    const auto A = this->random(40, 30), B = this->random(50, 40);
    for (const Trans t : {Trans::transpose, Trans::conj_transpose}) {
        auto C = this->random(30, 50);
        ASSERT_EQ(
            this->ctx.gemm(t, t, TypeParam(2), A, B, TypeParam(-3), C, {.backward_error = this->wanted}), 0);
        const lai_certificate *certificate = lai_last_certificate();
        ASSERT_NE(certificate, nullptr);
        EXPECT_EQ(certificate->verdict, LAI_CERTIFIED_MET);
    }
}

TYPED_TEST(Certified, Solutions) {
    for (const std::int64_t nrhs : {1, 3, 8, 9, 40}) {
        const auto A = this->random(60, 60), B = this->random(60, nrhs);
        const auto r = this->ctx.solve(A, B, {.backward_error = this->wanted});
        this->expect_met(r);
        EXPECT_EQ(r.certificate->miss_probability > 0, nrhs > 8);
    }
}

TYPED_TEST(Certified, PositiveDefiniteSolutions) {
    auto A = this->random(60, 60);
    for (std::int64_t j = 0; j < 60; ++j) {
        for (std::int64_t i = 0; i < j; ++i)
            A(i, j) = TypeParam(std::numeric_limits<real_of<TypeParam>>::quiet_NaN());
        A(j, j) = TypeParam(200);
    }
    for (const std::int64_t nrhs : {1, 20}) {
        this->expect_met(this->ctx.solve_positive(A, this->random(60, nrhs), lapack_ai::Uplo::lower,
                                                  {.backward_error = this->wanted}));
    }
}

TYPED_TEST(Certified, Decompositions) {
    for (const auto &[m, n] : {std::pair{50, 30}, {30, 50}, {40, 40}}) {
        const auto A = this->random(m, n);
        const double loose = 20 * this->wanted;
        for (const Vectors v : {Vectors::thin, Vectors::full}) {
            const auto r = this->ctx.svd(A, v, {.backward_error = loose});
            ASSERT_TRUE(r.certificate && r.certificate->met());
            EXPECT_EQ(r.certificate->verdict, LAI_CERTIFIED_MET);
        }
        const auto r = this->ctx.svd(A, Vectors::none, {.backward_error = loose});
        ASSERT_TRUE(r.certificate.has_value());
        EXPECT_EQ(r.certificate->verdict, LAI_CERTIFIED_PARTLY);
        EXPECT_TRUE(std::isnan(r.certificate->miss_probability));
    }
}

TYPED_TEST(Certified, OneSidedAndOverwritingDecompositions) {
    using lapack_ai::JobSvd;
    const double loose = 20 * this->wanted;
    Matrix<TypeParam> none;
    std::vector<real_of<TypeParam>> S(30);
    for (const auto &[jobu, jobvt] : {std::pair{JobSvd::thin, JobSvd::none},
                                      {JobSvd::none, JobSvd::all},
                                      {JobSvd::overwrite, JobSvd::thin},
                                      {JobSvd::thin, JobSvd::overwrite}}) {
        auto A = this->random(40, 30);
        Matrix<TypeParam> U(40, 30), VT(30, 30);
        ASSERT_EQ(this->ctx.gesvd(jobu, jobvt, A, S, U, VT, {.backward_error = loose}), 0)
            << lai_last_error();
        const bool both = jobu != JobSvd::none && jobvt != JobSvd::none;
        EXPECT_EQ(lai_last_certificate()->verdict, both ? LAI_CERTIFIED_MET : LAI_CERTIFIED_PARTLY);
    }
}

TYPED_TEST(Certified, Eigenvectors) {
    const auto A = this->random(50, 50);
    const auto r = this->ctx.eigh(A, lapack_ai::Uplo::upper, lapack_ai::JobVectors::vectors,
                                  {.backward_error = 20 * this->wanted});
    ASSERT_TRUE(r.certificate && r.certificate->met());
    const auto values = this->ctx.eigh(A, lapack_ai::Uplo::lower, lapack_ai::JobVectors::none,
                                       {.backward_error = 20 * this->wanted});
    EXPECT_EQ(values.certificate->verdict, LAI_CERTIFIED_PARTLY);
}

TYPED_TEST(Certified, RowMajorCalls) {
    const std::int64_t n = 30;
    const auto stored = this->random(n, n), right = this->random(n, 3);
    const matrix_view<const TypeParam> A(stored.data(), n, n, 0, Layout::row_major),
        B(right.data(), n, 3, 0, Layout::row_major);
    this->expect_met(this->ctx.matmul(A, B, {.backward_error = this->wanted}));
    std::vector<TypeParam> a(stored.data(), stored.data() + n * n), b(right.data(), right.data() + n * 3);
    std::vector<std::int64_t> ipiv(static_cast<std::size_t>(n));
    lai_call_options options{};
    options.size = sizeof options;
    options.backward_error = this->wanted;
    ASSERT_EQ(lai_gesv(nullptr, &options, LAI_LAYOUT_ROW, lapack_ai::dtype_of<TypeParam>, 'N', n, 3, a.data(),
                       n, ipiv.data(), b.data(), 3),
              0);
    EXPECT_EQ(lai_last_certificate()->verdict, LAI_CERTIFIED_MET);
}

TYPED_TEST(Certified, Batches) {
    const std::int64_t n = 12, items = 5;
    const auto A = this->random(n, n * items), B = this->random(n, n * items);
    auto C = this->random(n, n * items);
    lai_call_options options{};
    options.size = sizeof options;
    options.backward_error = this->wanted;
    for (const std::int64_t count : {items, std::int64_t{0}}) {
        ASSERT_EQ(lai_gemm_batch_strided(nullptr, &options, LAI_LAYOUT_COL, lapack_ai::dtype_of<TypeParam>,
                                         'N', 'C', n, n, n, {1, 0}, A.data(), n, n * n, B.data(), n, n * n,
                                         {0.5, 0}, C.data(), n, n * n, count),
                  0)
            << lai_last_error();
        EXPECT_EQ(lai_last_certificate()->verdict, LAI_CERTIFIED_MET);
    }
}

TYPED_TEST(Certified, WhatCannotBeReachedIsAnErrorAndLeavesTheInputAlone) {
    auto A = this->random(20, 20), B = this->random(20, 2);
    const auto A0 = A, B0 = B;
    std::vector<std::int64_t> ipiv(20);
    EXPECT_EQ(this->ctx.gesv(A, ipiv, B, lapack_ai::Trans::none, {.backward_error = 1e-300}),
              LAI_ERROR_ACCURACY);
    for (std::int64_t i = 0; i < 400; ++i) ASSERT_EQ(A.data()[i], A0.data()[i]);
    for (std::int64_t i = 0; i < 40; ++i) ASSERT_EQ(B.data()[i], B0.data()[i]);
    ASSERT_NE(lai_last_certificate(), nullptr);
    EXPECT_EQ(lai_last_certificate()->verdict, LAI_CERTIFIED_NOT_MET);
    EXPECT_THROW(this->ctx.solve(A0, B0, {.backward_error = 1e-300}), lapack_ai::accuracy_error);
    const auto quiet = this->ctx.solve(std::nothrow, A0, B0, {.backward_error = 1e-300});
    EXPECT_EQ(quiet.info, LAI_ERROR_ACCURACY);
    ASSERT_TRUE(quiet.certificate.has_value());
    EXPECT_FALSE(quiet.certificate->met());
}

TEST(Certificates, BelongToTheCallThatAsked) {
    Context ctx;
    const Matrix<double> A(3, 3, 1.0);
    ASSERT_TRUE(ctx.matmul(A, A, {.backward_error = 1e-14}).certificate.has_value());
    EXPECT_FALSE(ctx.matmul(A, A).certificate.has_value());
    EXPECT_EQ(lai_last_certificate(), nullptr);
    EXPECT_EQ(lai_last_report()->certified_error, -1);
}

TEST(Certificates, AreNotGivenForSingularSystems) {
    Context ctx;
    EXPECT_THROW(
        ctx.solve(Matrix<double>(3, 3, 1.0), std::vector<double>{1, 2, 3}, {.backward_error = 1e-14}),
        lapack_ai::singular_error);
    EXPECT_EQ(lai_last_certificate(), nullptr);
}

TEST(Certificates, NonfiniteInputIsSaidToBeImpossible) {
    Context ctx({{{"plugins.diagnostics.enabled", "false"}}, ""});
    Matrix<double> A(4, 4, 1.0);
    A(2, 1) = std::numeric_limits<double>::infinity();
    const auto r = ctx.matmul(std::nothrow, A, A, {.backward_error = 1e-14});
    EXPECT_EQ(r.info, LAI_ERROR_ACCURACY);
    ASSERT_TRUE(r.certificate.has_value());
    EXPECT_EQ(r.certificate->verdict, LAI_CERTIFIED_IMPOSSIBLE);
    EXPECT_NE(r.certificate->remark.find("Inf or NaN"), std::string::npos);
}

}  // namespace
