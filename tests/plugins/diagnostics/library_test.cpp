// The plugin inside the library: what a C caller sees, with the plugin and without it.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <string>
#include <vector>

#include "lapack_ai/lapack_ai.h"

namespace {

class InLibrary : public ::testing::Test {
  protected:
    void SetUp() override {
        ASSERT_EQ(lai_context_create(nullptr, &on), 0) << lai_last_error();
        const lai_override disable{sizeof(lai_override), 0, "plugins.diagnostics.enabled", "false", "test"};
        lai_context_options options{};
        options.size = sizeof options;
        options.override_count = 1;
        options.overrides = &disable;
        ASSERT_EQ(lai_context_create(&options, &off), 0) << lai_last_error();
    }
    void TearDown() override {
        lai_context_destroy(off);
        lai_context_destroy(on);
    }
    static std::int64_t solve(lai_context *context, std::vector<double> A, std::vector<double> &b,
                              std::uint32_t layout = LAI_LAYOUT_COL) {
        const auto n = static_cast<std::int64_t>(b.size());
        std::vector<std::int64_t> ipiv(b.size());
        return lai_gesv(context, nullptr, layout, LAI_DTYPE_F64, 'N', n, 1, A.data(), n, ipiv.data(),
                        b.data(), layout == LAI_LAYOUT_COL ? n : 1);
    }
    static std::string message() {
        const lai_diagnosis *d = lai_last_diagnostic();
        return d != nullptr ? d->semantic_message : "";
    }
    lai_context *on = nullptr, *off = nullptr;
    const std::vector<double> zero_row{1, 0, 3, 2, 0, 1, 4, 0, 2};  // row 2
};

TEST_F(InLibrary, InfoStaysAndTheCauseIsTold) {
    std::vector<double> b{1, 1, 1};
    EXPECT_EQ(solve(on, zero_row, b), 3);
    const lai_diagnosis *d = lai_last_diagnostic();
    ASSERT_NE(d, nullptr);
    EXPECT_STREQ(d->category, "ZERO_ROW");
    EXPECT_EQ(d->index_value, 1);
    EXPECT_EQ(d->lapack_info, 3);
    EXPECT_STREQ(d->backend, lai_last_report()->backend);
    EXPECT_NE(message().find("row 2 of A is zero"), std::string::npos);
    char text[1000];
    EXPECT_GT(lai_format_diagnosis(d, LAI_FORMAT_JSON, text, sizeof text), 0);
    EXPECT_NE(std::string(text).find("\"LA0201\""), std::string::npos);
}

TEST_F(InLibrary, DisabledGivesBareInfoAndTheSameNumbers) {
    std::vector<double> b{1, 1, 1};
    EXPECT_EQ(solve(off, zero_row, b), 3);
    EXPECT_EQ(lai_last_diagnostic(), nullptr);
    const std::vector<double> A{4, 1, 2, 1, 5, 1, 0, 1, 3};
    std::vector<double> with{1, 2, 3}, without = with;
    EXPECT_EQ(solve(on, A, with), 0);
    EXPECT_EQ(lai_last_diagnostic(), nullptr);
    EXPECT_EQ(solve(off, A, without), 0);
    EXPECT_EQ(with, without);
}

TEST(DisabledInYaml, BareInfoWorksAndNothingElseChanges) {
    const std::string file = testing::TempDir() + "diagnostics_off.yaml";
    std::ofstream(file) << "plugins: {diagnostics: {enabled: false}}\n";
    lai_context_options options{};
    options.size = sizeof options;
    options.config_file = file.c_str();
    lai_context *contexts[2] = {};
    ASSERT_EQ(lai_context_create(nullptr, &contexts[0]), 0) << lai_last_error();
    ASSERT_EQ(lai_context_create(&options, &contexts[1]), 0) << lai_last_error();
    struct Result {
        std::int64_t info;
        std::string backend, variant, algorithm, error;
        std::vector<double> numbers;
        bool operator==(const Result &) const = default;
    };
    const std::vector<double> good{4, 1, 0, 1, 5, 1, 0, 1, 3}, singular{1, 2, 0, 2, 4, 0, 0, 0, 1},
        spoilt{1, NAN, 0, 1, 1, 1, 0, 1, 1};
    std::vector<Result> results[2];
    for (int which = 0; which < 2; ++which) {
        for (const std::vector<double> &original : {good, singular, spoilt}) {
            for (int op = 0; op < 5; ++op) {
                lai_context *context = contexts[which];
                std::vector<double> A = original, b{1, 2, 3}, s(3);
                std::int64_t ipiv[3] = {}, info = 0;
                constexpr std::uint32_t col = LAI_LAYOUT_COL, real = LAI_DTYPE_F64;
                if (op == 0)
                    info = lai_gesv(context, nullptr, col, real, 'N', 3, 1, &A[0], 3, ipiv, &b[0], 3);
                if (op == 1) info = lai_posv(context, nullptr, col, real, 'L', 3, 1, &A[0], 3, &b[0], 3);
                if (op == 2) info = lai_gels(context, nullptr, col, real, 'N', 3, 3, 1, &A[0], 3, &b[0], 3);
                if (op == 3) info = lai_syev(context, nullptr, col, real, 'V', 'L', 3, &A[0], 3, &s[0]);
                if (op == 4)
                    info = lai_gesv(context, nullptr, col, real, 'N', 3, 1, &A[0], 2, ipiv, &b[0], 3);
                const lai_report &r = *lai_last_report();
                Result result{info, r.backend, r.variant, r.algorithm, lai_last_error(), A};
                for (const auto *more : {&b, &s})
                    result.numbers.insert(result.numbers.end(), more->begin(), more->end());
                for (double &x : result.numbers)
                    if (std::isnan(x)) x = 12345;  // NaN compares unequal to itself
                results[which].push_back(result);
                if (which == 1 && info >= 0) {
                    EXPECT_EQ(lai_last_diagnostic(), nullptr);
                }
            }
        }
    }
    EXPECT_EQ(results[0], results[1]);
    EXPECT_GT(results[1][5].info, 0);
    EXPECT_LT(results[1][13].info, 0) << "NaN is kept from the iteration all the same";
    char text[100];
    EXPECT_EQ(lai_explain_code(contexts[1], "LA0201", text, sizeof text), 0);
    for (lai_context *context : contexts) lai_context_destroy(context);
}

TEST_F(InLibrary, RowMajorCallersReadAboutTheirOwnRows) {
    const std::vector<double> A{1, 2, 3, 0, 0, 0, 4, 1, 2};
    std::vector<double> b{1, 1, 1};
    EXPECT_GT(solve(on, A, b, LAI_LAYOUT_ROW), 0);
    EXPECT_NE(message().find("row 2 of A is zero"), std::string::npos) << message();
}

TEST_F(InLibrary, WrongArgumentsAreNamed) {
    double a[16] = {}, b[4] = {};
    std::int64_t ipiv[4];
    EXPECT_EQ(lai_gesv(on, nullptr, LAI_LAYOUT_COL, LAI_DTYPE_F64, 'N', 4, 1, a, 3, ipiv, b, 4), -4);
    EXPECT_EQ(message(), "DGESV: argument 4, LDA = 3, must satisfy LDA >= max(1, N) = 4");
    EXPECT_EQ(lai_last_diagnostic()->severity, LAI_SEVERITY_MISUSE);
}

TEST_F(InLibrary, RowMajorRequirementsAreThoseOfRowMajorStorage) {
    double a[16] = {}, b[12] = {};
    std::int64_t ipiv[4];
    EXPECT_EQ(lai_gesv(on, nullptr, LAI_LAYOUT_ROW, LAI_DTYPE_F64, 'N', 4, 3, a, 4, ipiv, b, 2), -7);
    EXPECT_EQ(message(), "DGESV: argument 7, LDB = 2, must be >= max(1, nrhs) = 3");
    EXPECT_EQ(lai_gesv(on, nullptr, 7, LAI_DTYPE_F64, 'N', 4, 3, a, 4, ipiv, b, 2), LAI_ERROR_USAGE);
    EXPECT_EQ(lai_last_diagnostic(), nullptr) << "the older call's does not stay";
    EXPECT_LT(lai_gesv(on, nullptr, LAI_LAYOUT_COL, 9, 'N', 4, 3, a, 4, ipiv, b, 4), 0);
    EXPECT_EQ(message(), "XGESV: element type 9, must be one that gesv has");
}

TEST_F(InLibrary, NanNeverReachesTheSvd) {
    double a[4] = {1, NAN, 1, 1}, s[2];
    const auto returned = lai_gesvd(on, nullptr, LAI_LAYOUT_COL, LAI_DTYPE_F64, 'N', 'N', 2, 2, a, 2, s,
                                    nullptr, 1, nullptr, 1);
    EXPECT_LT(returned, 0);
    ASSERT_NE(lai_last_diagnostic(), nullptr);
    EXPECT_STREQ(lai_last_diagnostic()->category, "NONFINITE_INPUT");
    EXPECT_NE(message().find("A contains NaN at (2,1)"), std::string::npos) << message();
}

// Solves a 2 x 2 system that is singular to rounding, as from a line of the caller's program.
const lai_diagnosis *silent_failure(lai_context *context, std::uint64_t site) {
    double A[] = {1, 1, 1, 1 + 2.3e-16}, b[] = {1, 2};
    std::int64_t ipiv[2];
    lai_call_options options{};
    options.size = sizeof options;
    options.site = site;
    EXPECT_EQ(lai_gesv(context, &options, LAI_LAYOUT_COL, LAI_DTYPE_F64, 'N', 2, 1, A, 2, ipiv, b, 2), 0);
    return lai_last_diagnostic();
}

int warnings_in_log;
void count_warnings(void *, std::uint32_t level, const char *message) {
    if (level >= LAI_LOG_WARNING && std::string(message).find("LA0206") != std::string::npos)
        ++warnings_in_log;
}

TEST_F(InLibrary, AMillionRepeatsAreOneMessageAndACounter) {
    constexpr std::uint64_t times = 1'000'000;
    warnings_in_log = 0;
    lai_set_log_sink(count_warnings, nullptr);
    for (std::uint64_t i = 0; i < times; ++i) {
        const lai_diagnosis *d = silent_failure(on, 4711);
        ASSERT_NE(d, nullptr);
        ASSERT_EQ(d->repeats, i);
    }
    EXPECT_EQ(warnings_in_log, 1);
    EXPECT_EQ(silent_failure(on, 4712)->repeats, 0u) << "another place is another message";
    EXPECT_EQ(warnings_in_log, 2);
    lai_set_log_sink(nullptr, nullptr);
}

TEST_F(InLibrary, PlacesAreToldApartByTheReturnAddress) {
    const auto repeats = [] { return lai_last_diagnostic()->repeats; };
    std::uint64_t first[3], second[3];
    for (int i = 0; i < 3; ++i) {
        std::vector<double> b{1, 1, 1}, c{1, 1, 1};
        std::int64_t ipiv[3];
        std::vector<double> A = zero_row, C = zero_row;
        lai_gesv(on, nullptr, LAI_LAYOUT_COL, LAI_DTYPE_F64, 'N', 3, 1, A.data(), 3, ipiv, b.data(), 3);
        first[i] = repeats();
        lai_gesv(on, nullptr, LAI_LAYOUT_COL, LAI_DTYPE_F64, 'N', 3, 1, C.data(), 3, ipiv, c.data(), 3);
        second[i] = repeats();
    }
    for (std::uint64_t i = 0; i < 3; ++i) {
        EXPECT_EQ(first[i], i);
        EXPECT_EQ(second[i], i);
    }
}

TEST_F(InLibrary, IndicesFollowTheLanguage) {
    const auto said = [&](std::uint32_t language) {
        lai_call_options options{};
        options.size = sizeof options;
        options.language = language;
        std::vector<double> A = zero_row, b{1, 1, 1};
        std::int64_t ipiv[3];
        lai_gesv(on, &options, LAI_LAYOUT_COL, LAI_DTYPE_F64, 'N', 3, 1, A.data(), 3, ipiv, b.data(), 3);
        EXPECT_EQ(lai_last_diagnostic()->index_value, 1);
        return message();
    };
    EXPECT_NE(said(LAI_LANGUAGE_INHERIT).find("row 2 of A is zero"), std::string::npos);
    EXPECT_NE(said(LAI_LANGUAGE_LAPACK).find("row 2 of A is zero"), std::string::npos);
    EXPECT_NE(said(LAI_LANGUAGE_C).find("row [1] of A is zero"), std::string::npos);
    EXPECT_NE(said(LAI_LANGUAGE_PYTHON).find("row A[1, :] is zero"), std::string::npos);
    lai_call_options options{};
    options.size = sizeof options;
    options.language = 17;
    EXPECT_EQ(
        lai_gesv(on, &options, LAI_LAYOUT_COL, LAI_DTYPE_F64, 'N', 0, 1, nullptr, 1, nullptr, nullptr, 1),
        LAI_ERROR_USAGE);
    lai_context_options made{};
    made.size = sizeof made;
    made.language = LAI_LANGUAGE_PYTHON;
    lai_context *python = nullptr;
    ASSERT_EQ(lai_context_create(&made, &python), 0);
    double a[4] = {1, NAN, 1, 1}, s[2];
    lai_gesvd(python, nullptr, LAI_LAYOUT_COL, LAI_DTYPE_F64, 'N', 'N', 2, 2, a, 2, s, nullptr, 1, nullptr,
              1);
    EXPECT_NE(message().find("A contains NaN at [1, 0]"), std::string::npos) << message();
    EXPECT_NE(std::string(lai_last_error()).find("NaN at [1, 0]"), std::string::npos) << lai_last_error();
    lai_context_destroy(python);
}

TEST_F(InLibrary, TheNormThatWasMeasuredServesGecon) {
    double A[] = {4, 1, 2, 1, 5, 1, 0, 1, 3}, b[] = {1, 2, 3}, rcond = 0;
    std::int64_t ipiv[3];
    ASSERT_EQ(lai_gesv(on, nullptr, LAI_LAYOUT_COL, LAI_DTYPE_F64, 'N', 3, 1, A, 3, ipiv, b, 3), 0);
    EXPECT_EQ(lai_last_report()->norm1, 7);
    ASSERT_EQ(
        lai_gecon(on, nullptr, LAI_LAYOUT_COL, LAI_DTYPE_F64, '1', 3, A, 3, lai_last_report()->norm1, &rcond),
        0);
    EXPECT_NEAR(rcond, 55.0 / (7 * 24), 1e-12);  // the first column of 55 inv(A) is (14, -1, -9)
    std::vector<double> c{1, 1, 1};
    solve(off, zero_row, c);
    EXPECT_TRUE(std::isnan(lai_last_report()->norm1));
}

TEST_F(InLibrary, CodesAndInfoHaveTexts) {
    char text[2000];
    EXPECT_GT(lai_explain_code(on, "LA0201", text, sizeof text), 100);
    EXPECT_EQ(lai_explain_code(off, "LA0201", text, sizeof text), 0);
    EXPECT_GT(lai_explain_info(on, "dpotrf", 3, nullptr, 0, text, sizeof text), 0);
    EXPECT_NE(std::string(text).find("minor of order 3"), std::string::npos);
}

}  // namespace
