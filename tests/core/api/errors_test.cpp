// What is thrown: the class that says what can be done about it, with INFO and the whole diagnosis; the
// overloads with std::nothrow say the same in `info`.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <lapack_ai/lapack_ai.hpp>

namespace {

using lapack_ai::Context;
using lapack_ai::Matrix;
using ::testing::HasSubstr;

template <typename Error, typename Call>
void expect_error(Call call, std::int64_t info, const char *part) {
    try {
        call();
        ADD_FAILURE() << "nothing was thrown; expected: " << part;
    } catch (const Error &e) {
        EXPECT_EQ(e.info(), info);
        EXPECT_THAT(e.what(), HasSubstr(part));
    }
}

const std::vector<double> ones{1, 1};

TEST(Errors, SingularMatrices) {
    Context ctx;
    const Matrix<double> A(2, 2, 1.0);
    expect_error<lapack_ai::singular_error>([&] { ctx.solve(A, ones); }, 2, "");
    expect_error<lapack_ai::singular_error>([&] { ctx.inverse(A); }, 2, "");
    expect_error<lapack_ai::numerical_error>([&] { ctx.solve(A, ones); }, 2, "");
    expect_error<lapack_ai::error>([&] { ctx.solve(A, ones); }, 2, "");
    EXPECT_EQ(ctx.lu(A).info, 2);
    const auto r = ctx.solve(std::nothrow, A, ones);
    EXPECT_EQ(r.info, 2);
    EXPECT_FALSE(r.ok());
    EXPECT_STREQ(r.report.op, "gesv");
}

TEST(Errors, IndefiniteMatrices) {
    Context ctx;
    Matrix<double> A(2, 2);
    A(0, 0) = 1;
    A(1, 1) = -1;
    expect_error<lapack_ai::not_positive_definite_error>([&] { ctx.cholesky(A); }, 2, "");
    expect_error<lapack_ai::not_positive_definite_error>([&] { ctx.solve_positive(A, ones); }, 2, "");
}

TEST(Errors, ShapesThatDoNotFitNameBoth) {
    Context ctx;
    const Matrix<double> A(3, 2, 1.0);
    expect_error<lapack_ai::input_error>([&] { ctx.solve(A, ones); }, LAI_ERROR_BAD_INPUT,
                                         "gesv: A is 3 x 2: must be 3 x 3");
    expect_error<lapack_ai::input_error>([&] { ctx.matmul(A, A); }, LAI_ERROR_BAD_INPUT,
                                         "gemm: B is 3 x 2: must be 2 x 2");
    expect_error<lapack_ai::input_error>([&] { ctx.lstsq(A, ones); }, LAI_ERROR_BAD_INPUT,
                                         "lstsq: B is 2 x 1: must be 3 x 1");
    Matrix<double> B(3, 2), U, VT;
    std::vector<double> s(1);
    EXPECT_EQ(ctx.gesvd(lapack_ai::JobSvd::none, lapack_ai::JobSvd::none, B, s, U, VT), LAI_ERROR_BAD_INPUT);
    EXPECT_STREQ(lai_last_error(), "gesvd: S is 1 x 1: must be 2 x 1");
}

TEST(Errors, ArgumentsCarryTheirPosition) {
    Context ctx;
    Matrix<double> A(2, 2, 1.0);
    double rcond = 0;
    const std::int64_t info = ctx.gecon(lapack_ai::Norm::one, A, -1, rcond);
    EXPECT_EQ(info, -5);
    expect_error<lapack_ai::argument_error>([&] { lapack_ai::check(info); }, -5, "argument 5 (ANORM)");
}

TEST(Errors, BackendsAndConfiguration) {
    Context ctx;
    const Matrix<double> A(2, 2, 1.0);
    expect_error<lapack_ai::error>(
        [&] { ctx.svd(A, lapack_ai::Vectors::thin, {.backend = "no_such"}); },
        ctx.svd(std::nothrow, A, lapack_ai::Vectors::thin, {.backend = "no_such"}).info, "no_such");
    expect_error<lapack_ai::configuration_error>(
        [] {
            Context strange({{{"dispatch.fallback", "perhaps"}}, ""});
        },
        LAI_ERROR_CONFIGURATION, "dispatch.fallback");
    const char *const all_that_have_geev[] = {"cpu_lapack", "cpu_reference"};
    expect_error<lapack_ai::no_backend_error>(
        [&] { ctx.eig(A, lapack_ai::JobVectors::none, {.disable = all_that_have_geev}); },
        LAI_ERROR_NO_BACKEND, "cpu_lapack");
}

TEST(Errors, DiagnosesOutliveTheNextCall) {
    Context ctx;
    const Matrix<double> A(2, 2, 1.0);
    lapack_ai::diagnosis kept;
    try {
        ctx.solve(A, ones);
    } catch (const lapack_ai::error &e) {
        kept = e.diagnosis();
    }
    ctx.singular_values(A);
    if (!kept.empty()) {  // the enhancer is a plugin, and may be switched off
        EXPECT_EQ(kept.lapack_info, 2);
        EXPECT_FALSE(kept.code.empty());
        EXPECT_FALSE(kept.semantic_message.empty());
    }
}

}  // namespace
