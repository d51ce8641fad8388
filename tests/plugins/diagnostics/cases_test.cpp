// Failure cases with what the message must and must not say, on OpenBLAS and on reference LAPACK alike.
#include <gtest/gtest.h>

#include <chrono>

#include "category.hpp"
#include "enhanced.hpp"
#include "lapack.hpp"

namespace lapack_ai::diagnostics::test {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN(),
                 inf = std::numeric_limits<double>::infinity();

class Cases : public ::testing::TestWithParam<const char *> {
  protected:
    Enhanced lapack{GetParam()};
    std::mt19937_64 random{12345};
    std::vector<double> ones(int n) { return std::vector<double>(n, 1.0); }
};
INSTANTIATE_TEST_SUITE_P(Backends, Cases, ::testing::Values(CPU_LAPACK_PLUGIN, CPU_REFERENCE_PLUGIN),
                         [](const auto &which) { return which.index == 0 ? "openblas" : "reference"; });

TEST_P(Cases, HilbertIsSingularToWorkingPrecision) {
    auto A = hilbert(12);
    auto b = ones(12);
    const Verdict v = lapack.gesv(A, b);
    EXPECT_EQ(v.result.info, 0);
    EXPECT_EQ(v.category(), "SINGULAR_WORKING_PRECISION") << v.text();
    EXPECT_EQ(v.d.severity, LAI_SEVERITY_WARNING);
    EXPECT_GT(v.d.condition_number, 1e16);
    EXPECT_LT(v.d.condition_number, 2e17);
    EXPECT_TRUE(v.says("0 trustworthy digits"));
    EXPECT_TRUE(v.says("equilibration does not help"));
    EXPECT_TRUE(v.says("gelsd"));
    EXPECT_TRUE(v.says("dgesvx"));
    EXPECT_FALSE(v.says("exactly singular"));
    EXPECT_EQ(v.d.named_count, 0u);
    EXPECT_EQ(v.d.result_state, LAI_STATE_SUSPECT);
}

TEST_P(Cases, KahanIsQuiet) {
    auto A = kahan(32, 1.2);
    auto b = ones(32);
    EXPECT_EQ(lapack.gesv(A, b).category(), "");
    auto R = kahan(32, 1.2);
    auto c = ones(32);
    EXPECT_EQ(lapack.gels(R, 32, 32, c).category(), "");
}

TEST_P(Cases, WilkinsonGrowthIsAWrongSolution) {
    for (const int n : {60, 100}) {
        const Matrix W = wilkinson_growth(n);
        auto b = product(W, random_matrix(n, 1, random));
        auto A = W;
        const Verdict v = lapack.gesv(A, b);
        EXPECT_EQ(v.category(), "BACKWARD_ERROR_LARGE");
        EXPECT_EQ(v.d.severity, LAI_SEVERITY_ERROR);
        EXPECT_TRUE(v.says("solution is wrong"));
        EXPECT_TRUE(v.says("QR"));
        EXPECT_TRUE(v.says("pivot growth"));
        EXPECT_FALSE(v.says("ill-conditioned"));
        EXPECT_GT(v.d.backward_error, 1e-4);
        EXPECT_LT(v.d.condition_number, 1e4);
        EXPECT_EQ(v.says("one step with the same factors"), n == 60) << v.text();
        EXPECT_EQ(v.says("5.8e+17"), n == 60) << v.text();
    }
}

TEST_P(Cases, DependentColumnsAreNamedWithCoefficients) {
    Matrix A = random_matrix(6, 6, random);
    for (int i = 0; i < 6; ++i) A[24 + i] = 2 * A[6 + i];
    auto b = ones(6);
    const Verdict v = lapack.gesv(A, b);
    EXPECT_EQ(v.category(), v.result.info == 0 ? "SINGULAR_WORKING_PRECISION" : "SINGULAR_LU_PIVOT");
    EXPECT_EQ(v.named(), (std::vector<std::int64_t>{1, 4}));
    EXPECT_STREQ(v.d.names_kind, "column");
    EXPECT_TRUE(v.says("columns 2 and 5 of A are dependent")) << v.text();
    EXPECT_TRUE(v.says("column 5 = 2.000*column 2"));
    EXPECT_NEAR(v.d.named_coefficient[0], 2, 1e-10);
}

TEST_P(Cases, ZeroRowIsNamedInTheUsersOrder) {
    Matrix A = random_matrix(5, 5, random);
    for (int j = 0; j < 5; ++j) A[j * 5 + 2] = 0;
    auto b = ones(5);
    const Verdict v = lapack.gesv(A, b);
    EXPECT_EQ(v.result.info, 5);
    EXPECT_EQ(v.category(), "ZERO_ROW");
    EXPECT_EQ(v.d.severity, LAI_SEVERITY_ERROR);
    EXPECT_TRUE(v.says("row 3 of A is zero"));
    EXPECT_FALSE(v.says("row 5"));
    EXPECT_EQ(v.d.index_value, 2);
    EXPECT_STREQ(v.d.index_ordering, "user");
}

TEST_P(Cases, RowMajorCallersSeeTheirOwnRows) {
    Matrix A = random_matrix(5, 5, random);
    for (int j = 0; j < 5; ++j) A[2 * 5 + j] = 0;  // row 3 of the row-major matrix is column 3 here
    auto b = ones(5);
    const Verdict v = lapack.gesv(A, b, 'T', LAI_LAYOUT_ROW);
    EXPECT_EQ(v.category(), "ZERO_ROW");
    EXPECT_TRUE(v.says("row 3 of A is zero"));
}

TEST_P(Cases, ZeroColumnIsNamed) {
    Matrix A = random_matrix(5, 5, random);
    for (int i = 0; i < 5; ++i) A[3 * 5 + i] = 0;
    auto b = ones(5);
    const Verdict v = lapack.gesv(A, b);
    EXPECT_EQ(v.result.info, 4);
    EXPECT_EQ(v.category(), "ZERO_COLUMN");
    EXPECT_TRUE(v.says("column 4 of A is zero"));
}

TEST_P(Cases, BadScalingIsANoteAndNoWarning) {
    Matrix A(64);
    for (int i = 0; i < 8; ++i) A[i * 8 + i] = std::pow(10.0, -3 * i);
    auto b = ones(8);
    const Verdict v = lapack.gesv(A, b);
    EXPECT_EQ(v.category(), "BADLY_SCALED");
    EXPECT_EQ(v.d.severity, LAI_SEVERITY_NOTE);
    EXPECT_TRUE(v.says("1.0e-21"));
    EXPECT_TRUE(v.says("after scaling its rcond is 1")) << v.text();
    EXPECT_TRUE(v.says("accurate"));
    EXPECT_FALSE(v.says("singular"));
    EXPECT_EQ(v.d.result_state, LAI_STATE_USABLE);
}

TEST_P(Cases, HugeScalesAreANote) {
    Matrix A = hilbert(4);
    for (double &a : A) a *= 1e200;
    A[0] *= 1e100;
    std::vector<double> b(4, 1e200);
    const Verdict v = lapack.gesv(A, b);
    EXPECT_EQ(v.category(), "BADLY_SCALED");
    EXPECT_EQ(v.d.severity, LAI_SEVERITY_NOTE);
    EXPECT_TRUE(v.says("2.5e-101")) << v.text();
    EXPECT_TRUE(v.says("1.0e+300"));
    EXPECT_GT(v.d.condition_equilibrated, 500);
    EXPECT_LT(v.d.condition_equilibrated, 5e4);
}

TEST_P(Cases, NanInASolveIsNamed) {
    Matrix A = random_matrix(4, 4, random);
    A[3 * 4 + 0] = nan;
    auto b = ones(4);
    const Verdict v = lapack.gesv(A, b);
    EXPECT_EQ(v.category(), "NONFINITE_INPUT");
    EXPECT_EQ(v.d.severity, LAI_SEVERITY_ERROR);
    EXPECT_TRUE(v.says("A(1,4) is NaN; 1 non-finite entry"));
    EXPECT_FALSE(v.says("singular"));
}

TEST_P(Cases, NanInTheRightHandSideIsNamed) {
    Matrix A = random_matrix(4, 4, random);
    auto b = ones(4);
    b[2] = inf;
    EXPECT_TRUE(lapack.gesv(A, b).says("B(3,1) is Inf"));
}

TEST_P(Cases, NanAndInfNeverReachAnIteration) {
    const auto begin = std::chrono::steady_clock::now();
    Matrix A(9, 1.0);
    A[0] = inf;
    Verdict v = lapack.gesvd(A, 3, 'A');
    EXPECT_FALSE(v.ran);
    EXPECT_EQ(v.category(), "NONFINITE_INPUT");
    EXPECT_TRUE(v.says("matrix A contains Inf at (1,1)"));
    EXPECT_EQ(v.d.lapack_info, -5);
    Matrix S(64, 1.0);
    S[0] = nan;
    v = lapack.syev(S, 8, 'V', 'L');
    EXPECT_FALSE(v.ran);
    EXPECT_EQ(v.category(), "NONFINITE_INPUT");
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    EXPECT_LT(took.count(), 0.1);
    for (const double bad : {nan, inf}) {
        Matrix G = random_matrix(5, 5, random);
        G[7] = bad;
        v = lapack.geev(G, 5);
        EXPECT_FALSE(v.ran);
        EXPECT_EQ(v.category(), "NONFINITE_INPUT");
        EXPECT_TRUE(v.says("at (3,2)"));
        EXPECT_FALSE(v.says("converge"));
        EXPECT_FALSE(v.says("illegal"));
        v = lapack.gesvd(G, 5, 'N');
        EXPECT_FALSE(v.ran);
    }
}

TEST_P(Cases, TheTriangleThatIsNotReadMayHoldNan) {
    Matrix A(64);
    for (int i = 0; i < 8; ++i) A[i * 9] = 4;
    A[7 * 8] = nan;  // (1,8): upper
    Matrix lower = A;
    EXPECT_EQ(lapack.syev(lower, 8, 'V', 'L').category(), "");
    Matrix factor = A;
    EXPECT_EQ(lapack.potrf(factor, 'L').category(), "");
    EXPECT_EQ(lapack.potrf(A, 'U').category(), "NONFINITE_INPUT");
}

TEST_P(Cases, NanIsNotCalledIndefinite) {
    for (const int at : {0, 5, 10, 3}) {  // diagonal entries, and (4,1)
        Matrix A(16);
        for (int i = 0; i < 4; ++i) A[i * 5] = 4;
        A[at] = nan;
        const Verdict v = lapack.potrf(A, 'L');
        EXPECT_EQ(v.category(), "NONFINITE_INPUT");
        EXPECT_FALSE(v.says("positive definite"));
    }
}

TEST_P(Cases, IndefiniteGetsACertificate) {
    const Matrix original{4, 1, 1, 1, 1, 3, 1, 1, 1, 1, -2, 1, 1, 1, 1, 5};
    for (const char uplo : {'L', 'U'}) {
        Matrix A = original;
        const Verdict v = lapack.potrf(A, uplo);
        EXPECT_EQ(v.result.info, 3);
        EXPECT_EQ(v.category(), "NOT_POSITIVE_DEFINITE");
        EXPECT_EQ(v.d.severity, LAI_SEVERITY_ERROR);
        EXPECT_TRUE(v.says("minor of order 3"));
        EXPECT_TRUE(v.says("A(3,3) = -2 is negative"));
        EXPECT_TRUE(v.says("eigenvalue is <= -2.")) << v.text();
        EXPECT_TRUE(v.says("x'Ax = -2.455"));
        EXPECT_TRUE(v.says("sysv"));
    }
}

TEST_P(Cases, SemidefiniteIsNotCalledIndefinite) {
    Matrix A{1, 2, 3, 2, 4, 6, 3, 6, 9};
    const Verdict v = lapack.potrf(A, 'L');
    EXPECT_EQ(v.category(), "SEMIDEFINITE") << v.text();
    EXPECT_FALSE(v.says("not positive definite"));
}

TEST_P(Cases, AsymmetryIsToldWhenAsked) {
    const Matrix A{2, 20, 1, 101};  // [1 1; 20 100] + I
    Matrix again = A;
    EXPECT_EQ(lapack.potrf(again, 'U').category(), "");
    lapack.unload();
    Enhanced asked(GetParam(), R"({"check_symmetry": true})");
    Matrix lower = A, upper = A;
    const Verdict failed = asked.potrf(lower, 'L');
    EXPECT_EQ(failed.category(), "NOT_POSITIVE_DEFINITE");
    EXPECT_TRUE(failed.says("ASYMMETRIC"));
    EXPECT_TRUE(failed.says("19 at A(2,1)")) << failed.text();
    EXPECT_TRUE(failed.says("only its lower triangle was read"));
    const Verdict quiet = asked.potrf(upper, 'U');
    EXPECT_EQ(quiet.category(), "ASYMMETRIC");
}

TEST_P(Cases, LeastSquaresWithDependentColumnsIsAWarning) {
    Matrix A = random_matrix(6, 3, random);
    for (int i = 0; i < 6; ++i) A[12 + i] = A[i] + A[6 + i];
    auto b = random_matrix(6, 1, random);
    const Verdict v = lapack.gels(A, 6, 3, b);
    EXPECT_EQ(v.d.severity, v.result.info == 0 ? LAI_SEVERITY_WARNING : LAI_SEVERITY_ERROR);
    EXPECT_EQ(v.category(), "RANK_DEFICIENT");
    EXPECT_EQ(v.d.rank, 2);
    EXPECT_EQ(v.named(), (std::vector<std::int64_t>{0, 1, 2}));
    EXPECT_TRUE(v.says("rank 2 of 3"));
    EXPECT_TRUE(v.says("gelsy"));
    Matrix Z = random_matrix(6, 3, random);
    for (int i = 0; i < 6; ++i) Z[6 + i] = 0;
    auto c = random_matrix(6, 1, random);
    const Verdict zero = lapack.gels(Z, 6, 3, c);
    EXPECT_EQ(zero.category(), "RANK_DEFICIENT");
    EXPECT_EQ(zero.d.severity, LAI_SEVERITY_ERROR);
    EXPECT_TRUE(zero.says("column 2 of A is zero")) << zero.text();
}

TEST_P(Cases, RepeatsAreCounted) {
    for (int i = 0; i < 200; ++i) {
        auto A = hilbert(12);
        auto b = ones(12);
        EXPECT_EQ(lapack.gesv(A, b).d.repeats, static_cast<std::uint64_t>(i));
    }
    EXPECT_EQ(lapack.host().log().size(), 1u);
    lapack.unload();
    const auto log = lapack.host().log();
    ASSERT_EQ(log.size(), 2u);
    EXPECT_NE(log.back().find("repeated 199 times"), std::string::npos);
}

TEST_P(Cases, WellConditionedSolvesAreQuiet) {
    for (int trial = 0; trial < 10000; ++trial) {
        const int n = 1 + trial % 24;
        Matrix A = random_matrix(n, n, random);
        for (int i = 0; i < n; ++i) A[i * n + i] += 3;
        auto b = random_matrix(n, 1, random);
        const Verdict v = lapack.gesv(A, b, trial % 2 ? 'T' : 'N');
        ASSERT_EQ(v.category(), "") << v.text();
    }
}

TEST_P(Cases, ScaledAndGradedMatricesGiveNoWarning) {
    for (int trial = 0; trial < 300; ++trial) {
        const int n = 2 + trial % 30;
        Matrix A = random_matrix(n, n, random);
        for (int i = 0; i < n; ++i) A[i * n + i] += 3;
        const double row = std::pow(10.0, -static_cast<double>(random() % 30)),
                     column = std::pow(10.0, -static_cast<double>(random() % 3));
        for (int j = 0; j < n; ++j)
            for (int i = 0; i < n; ++i)
                A[j * n + i] *=
                    std::pow(row, static_cast<double>(i) / n) * std::pow(column, static_cast<double>(j) / n);
        auto b = product(A, random_matrix(n, 1, random));
        const Verdict v = lapack.gesv(A, b);
        ASSERT_LE(v.d.severity, LAI_SEVERITY_NOTE) << v.text();
    }
}

TEST_P(Cases, FailuresAreExplainedWithoutAnotherFactorization) {
    int calls = 0;
    const auto explained = [&](const Verdict &v, const char *category) {
        EXPECT_EQ(v.category(), category) << v.text();
        EXPECT_EQ(lapack.executed(), ++calls);
        EXPECT_EQ(lapack.nested(), 0);
    };
    Matrix W = wilkinson_growth(60), H = hilbert(12), S{4, 1, 1, 1, 1, 3, 1, 1, 1, 1, -2, 1, 1, 1, 1, 5};
    Matrix Z = random_matrix(6, 6, random), R = random_matrix(9, 3, random), D(64);
    for (int i = 0; i < 6; ++i) Z[12 + i] = 0;
    for (int i = 0; i < 9; ++i) R[18 + i] = R[i];
    for (int i = 0; i < 8; ++i) D[i * 9] = std::pow(10.0, -3 * i);
    auto b = product(W, random_matrix(60, 1, random));
    explained(lapack.gesv(W, b), "BACKWARD_ERROR_LARGE");
    b = ones(12);
    explained(lapack.gesv(H, b), "SINGULAR_WORKING_PRECISION");
    b = ones(6);
    explained(lapack.gesv(Z, b), "ZERO_COLUMN");
    b = ones(8);
    explained(lapack.gesv(D, b), "BADLY_SCALED");
    b = ones(9);
    explained(lapack.gels(R, 9, 3, b), "RANK_DEFICIENT");
    explained(lapack.potrf(S, 'L'), "NOT_POSITIVE_DEFINITE");
}

TEST_P(Cases, LinesAreNamedInTheCallersLanguage) {
    const Matrix random_one = random_matrix(6, 6, random);
    const auto said = [&](std::uint32_t language, bool row) {
        Matrix A = random_one;
        for (int i = 0; i < 6; ++i) (row ? A[i * 6 + 2] : A[24 + i]) = row ? 0 : 2 * A[6 + i];
        auto b = ones(6);
        return lapack.gesv(A, b, 'N', LAI_LAYOUT_COL, language).text();
    };
    const auto has = [](const std::string &text, const char *part) {
        EXPECT_NE(text.find(part), std::string::npos) << text << "lacks: " << part;
    };
    has(said(LAI_LANGUAGE_LAPACK, true), "row 3 of A is zero");
    has(said(LAI_LANGUAGE_C, true), "row [2] of A is zero");
    has(said(LAI_LANGUAGE_PYTHON, true), "row A[2, :] is zero");
    has(said(LAI_LANGUAGE_LAPACK, false), "columns 2 and 5 of A are dependent");
    has(said(LAI_LANGUAGE_LAPACK, false), "column 5 = 2.000*column 2\n");
    has(said(LAI_LANGUAGE_C, false), "columns [1] and [4] of A are dependent");
    has(said(LAI_LANGUAGE_C, false), "column [4] = 2.000*column [1]\n");
    has(said(LAI_LANGUAGE_PYTHON, false), "columns A[:, 1] and A[:, 4] are dependent");
    has(said(LAI_LANGUAGE_PYTHON, false), "A[:, 4] = 2.000*A[:, 1]\n");
}

TEST_P(Cases, SeveralZeroLinesAreListed) {
    Matrix A = random_matrix(7, 7, random), zero(16);
    for (const int i : {1, 4, 6})
        for (int j = 0; j < 7; ++j) A[j * 7 + i] = 0;
    auto b = ones(7), c = ones(4);
    const Verdict v = lapack.gesv(A, b);
    EXPECT_TRUE(v.says("rows 2, 5 and 7 of A are zero")) << v.text();
    EXPECT_EQ(v.named(), (std::vector<std::int64_t>{1, 4, 6}));
    EXPECT_TRUE(lapack.gesv(zero, c).says("every entry of A is zero"));
}

TEST_P(Cases, RectangularFactorizations) {
    Matrix tall = random_matrix(8, 3, random), wide = random_matrix(3, 8, random);
    EXPECT_EQ(lapack.getrf(tall, 8, 3).category(), "");
    tall = random_matrix(8, 3, random);
    for (int i = 0; i < 8; ++i) tall[8 + i] = 0;
    for (int j = 0; j < 8; ++j) wide[j * 3 + 1] = 0;
    EXPECT_TRUE(lapack.getrf(tall, 8, 3).says("A does not have full rank, column 2 of A is zero"));
    const Verdict v = lapack.getrf(wide, 3, 8);
    EXPECT_TRUE(v.says("A does not have full rank, row 2 of A is zero")) << v.text();
    EXPECT_EQ(v.category(), "ZERO_ROW");
}

TEST_P(Cases, SemidefiniteMatricesHaveTheirLinesNamed) {
    const Matrix B = random_matrix(7, 7, random);
    Matrix G(49);  // B'B with column 5 of B twice column 2
    const auto column = [&](int j, int k) { return j == 4 ? 2 * B[7 + k] : B[j * 7 + k]; };
    for (int i = 0; i < 7; ++i)
        for (int j = 0; j < 7; ++j)
            for (int k = 0; k < 7; ++k) G[j * 7 + i] += column(i, k) * column(j, k);
    G[4 * 8] -= 1e-15 * G[4 * 8];  // the pivot must not come out positive
    const Verdict v = lapack.potrf(G, 'L');
    if (v.result.info > 0) {
        EXPECT_EQ(v.category(), "SEMIDEFINITE") << v.text();
        EXPECT_TRUE(v.says("columns 2 and 5 of A are dependent")) << v.text();
        EXPECT_EQ(v.named(), (std::vector<std::int64_t>{1, 4}));
    }
    Matrix Z(25), zero(9);
    for (int i = 0; i < 5; ++i) Z[i * 6] = i == 3 ? 0 : 2;
    EXPECT_TRUE(lapack.potrf(Z, 'U').says("row 4 of A and its column are zero"));
    EXPECT_TRUE(lapack.potrf(zero, 'L').says("every entry of it is zero"));
}

TEST_P(Cases, RowsThatSumToZeroAreSaidTo) {
    Matrix A(144), b(12, 1.0);  // second differences without a boundary condition
    for (int i = 0; i < 12; ++i) {
        A[i * 13] = i == 0 || i == 11 ? 1 : 2;
        if (i > 0) A[i * 13 - 1] = A[(i - 1) * 13 + 1] = -1;
    }
    Matrix P = A;
    const Verdict v = lapack.gesv(A, b);
    EXPECT_TRUE(v.says("every row of A sums to zero")) << v.text();
    const Verdict w = lapack.potrf(P, 'L');
    if (w.result.info > 0) {
        EXPECT_EQ(w.category(), "SEMIDEFINITE");
        EXPECT_TRUE(w.says("every row of A sums to zero")) << w.text();
    }
}

TEST_P(Cases, TwinsAreNamedInLargeSinglePrecisionMatrices) {
    const int n = 300;
    std::vector<float> A(static_cast<std::size_t>(n) * n), b(n, 1.0f);
    for (float &a : A) a = static_cast<float>(std::uniform_real_distribution<double>(-1, 1)(random));
    for (int i = 0; i < n; ++i) A[77 * n + i] = 3 * A[12 * n + i];
    const Verdict v = lapack.gesv(A, b);
    EXPECT_EQ(v.named(), (std::vector<std::int64_t>{12, 77})) << v.text();
}

TEST_P(Cases, TheSignOfAnInfIsTold) {
    Matrix A(9, 1.0);
    A[5] = -inf;
    auto b = ones(3);
    EXPECT_TRUE(lapack.gesv(A, b).says("A contains -Inf at (3,2)"));
}

TEST_P(Cases, ZeroOnTheDiagonalIsIndefinite) {
    for (const char uplo : {'L', 'U'}) {
        Matrix A{0, 1, 1, 0};
        const Verdict v = lapack.potrf(A, uplo);
        EXPECT_EQ(v.category(), "NOT_POSITIVE_DEFINITE");
        EXPECT_TRUE(v.says("A(1,1) is zero and the rest of row 1 of A is not")) << v.text();
    }
}

TEST_P(Cases, OverflowOfTheSolutionIsAnError) {
    Matrix A{1e-200, 0, 0, 1};
    std::vector<double> b{1e200, 1};
    const Verdict v = lapack.gesv(A, b);
    EXPECT_EQ(v.result.info, 0);
    EXPECT_EQ(v.category(), "SOLUTION_OVERFLOW") << v.text();
    EXPECT_EQ(v.d.severity, LAI_SEVERITY_ERROR);
}

TEST_P(Cases, ZeroLeastSquaresHasItsAnswer) {
    Matrix A(15);
    auto b = ones(5);
    const Verdict v = lapack.gels(A, 5, 3, b);
    EXPECT_EQ(v.category(), "RANK_DEFICIENT");
    EXPECT_EQ(v.d.rank, 0);
    EXPECT_EQ(v.d.result_state, LAI_STATE_USABLE);
    EXPECT_TRUE(v.says("every entry of A is zero"));
}

TEST_P(Cases, TheNormIsReportedWithoutAFinding) {
    Matrix A{4, 1, 2, 1, 5, 1, 0, 1, 3};
    auto b = ones(3);
    EXPECT_EQ(lapack.gesv(A, b).d.norm1, 7);
}

TEST_P(Cases, EmptyProblemsAreFine) {
    std::vector<double> nothing;
    CallBuilder call(LAI_OP_GESV, LAI_DTYPE_F64);
    call.dims(std::int64_t{0}, std::int64_t{1})
        .flags('N')
        .absent(LAI_DTYPE_F64)
        .absent(LAI_DTYPE_I64)
        .absent(LAI_DTYPE_F64);
    EXPECT_EQ(lapack.run(call).category(), "");
}

template <class T>
std::string routine_letter() {
    if constexpr (is_complex<T>) return sizeof(Real<T>) == 4 ? "c" : "z";
    return sizeof(Real<T>) == 4 ? "s" : "d";
}

template <class T>
class TypedCases : public ::testing::Test {};
using Types = ::testing::Types<float, double, std::complex<float>, std::complex<double>>;
TYPED_TEST_SUITE(TypedCases, Types);

TYPED_TEST(TypedCases, ZeroRowAndDependentColumnsInAllTypes) {
    using T = TypeParam;
    Enhanced lapack(CPU_REFERENCE_PLUGIN);
    std::mt19937_64 random(3);
    std::uniform_real_distribution<Real<T>> uniform(-1, 1);
    for (const char trans : {'N', 'T', 'C'}) {
        std::vector<T> A(49), b(7, T(1));
        for (T &a : A) {
            if constexpr (is_complex<T>)
                a = T(uniform(random), uniform(random));
            else
                a = uniform(random);
        }
        std::vector<T> good = A, rhs = b;
        EXPECT_EQ(lapack.gesv(good, rhs, trans).category(), "");
        std::vector<T> zero = A;
        for (int j = 0; j < 7; ++j) zero[j * 7 + 2] = 0;
        rhs = b;
        EXPECT_TRUE(lapack.gesv(zero, rhs, trans).says("row 3 of A is zero"));
        std::vector<T> twin = A;
        for (int i = 0; i < 7; ++i) twin[5 * 7 + i] = twin[1 * 7 + i] * T(-3);
        rhs = b;
        const Verdict v = lapack.gesv(twin, rhs, trans);
        EXPECT_EQ(v.named(), (std::vector<std::int64_t>{1, 5})) << v.text();
        EXPECT_TRUE(v.says("column 6 = -3.000*column 2")) << v.text();
        if (v.result.info == 0) {
            EXPECT_TRUE(v.says(routine_letter<T>() + "gesvx"));
        }
    }
}

TEST(Texts, BehindCodesAndInfo) {
    Enhanced lapack(CPU_REFERENCE_PLUGIN);
    char buffer[2000];
    const lai_enhancer &e = lapack.enhancer();
    EXPECT_GT(e.explain_code(e.self, "la0201", buffer, sizeof buffer), 100u);
    EXPECT_NE(std::string(buffer).find("ZERO_ROW"), std::string::npos);
    EXPECT_EQ(e.explain_code(e.self, "LA9999", buffer, sizeof buffer), 0u);
    const std::int64_t sizes[] = {26754, 26754};
    EXPECT_GT(e.explain_info(e.self, "dgesdd", 0, sizes, 2, buffer, sizeof buffer), 0u);
    EXPECT_NE(std::string(buffer).find("2,147,516,826"), std::string::npos) << buffer;
    EXPECT_NE(std::string(buffer).find("17.2 GB"), std::string::npos);
    const std::int64_t fits[] = {26753, 26753}, large[] = {32767}, small[] = {32766};
    EXPECT_GT(e.explain_info(e.self, "dgesdd", 0, fits, 2, buffer, sizeof buffer), 0u);
    EXPECT_STREQ(buffer, "DGESDD: INFO = 0: success\n");
    EXPECT_GT(e.explain_info(e.self, "dsyevd", 0, large, 1, buffer, sizeof buffer), 0u);
    EXPECT_NE(std::string(buffer).find("LA0103 INTEGER_OVERFLOW"), std::string::npos);
    EXPECT_GT(e.explain_info(e.self, "dsyevd", 0, small, 1, buffer, sizeof buffer), 0u);
    EXPECT_EQ(std::string(buffer).find("LA0103"), std::string::npos);
    EXPECT_EQ(e.explain_info(e.self, "dfoo", 0, small, 1, buffer, sizeof buffer), 0u);
    for (std::size_t i = 0; i < category_count(); ++i) {
        const CategoryText &c = category_at(i);
        ASSERT_GT(e.explain_code(e.self, c.code, buffer, sizeof buffer), 0u) << c.code;
        EXPECT_NE(std::string(buffer).find(std::string(c.code) + " " + c.name), std::string::npos);
        EXPECT_NE(std::string(buffer).find("What to do:"), std::string::npos);
    }
}

TEST(Misuse, NamesTheArgumentAndGuessesRowMajor) {
    Enhanced lapack(CPU_REFERENCE_PLUGIN);
    double a[12] = {}, b[4] = {};
    CallBuilder call(LAI_OP_GELS, LAI_DTYPE_F64);
    call.dims(std::int64_t{4}, std::int64_t{3}, std::int64_t{1}).flags('N');
    call.operand(LAI_DTYPE_F64, a, 4, 3, 3).operand(LAI_DTYPE_F64, b, 4, 1, 4);
    lai_diagnosis d{};
    d.size = sizeof d;
    const lai_enhancer &e = lapack.enhancer();
    e.misuse(e.self, &call.call(), 6, "lda", "3", "LDA >= max(1, M) = 4", &d);
    EXPECT_EQ(d.severity, LAI_SEVERITY_MISUSE);
    EXPECT_STREQ(d.semantic_message, "DGELS: argument 6, LDA = 3, must satisfy LDA >= max(1, M) = 4");
    EXPECT_STREQ(d.argument_name, "LDA");
    EXPECT_NE(std::string(d.detail).find("maybe the data is row-major"), std::string::npos);
}

}  // namespace
}  // namespace lapack_ai::diagnostics::test
