// The C API: return values, errors, reports, generic requests, documents, configuration, switching plugins.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <fstream>
#include <functional>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include "lapack_ai/lapack_ai.h"

extern "C" int solve_from_c(void);
extern "C" void dgesvdocl_(const char *, const char *, const std::int32_t *, const std::int32_t *, double *,
                           const std::int32_t *, double *, double *, const std::int32_t *, double *,
                           const std::int32_t *, double *, const std::int32_t *, std::int32_t *);
extern "C" void dgemm_alpha_(const char *, const char *, const std::int32_t *, const std::int32_t *,
                             const std::int32_t *, const double *, const double *, const std::int32_t *,
                             const double *, const std::int32_t *, const double *, double *,
                             const std::int32_t *);

namespace {

using ::testing::HasSubstr;

std::string text(const std::function<std::int64_t(char *, std::size_t)> &read) {
    std::int64_t length = read(nullptr, 0);
    if (length < 0) return "error: " + std::string(lai_last_error());
    std::string result(static_cast<std::size_t>(length) + 4096, '\0');
    length = read(result.data(), result.size());
    result.resize(static_cast<std::size_t>(length));
    return result;
}

std::string document(const char *name) {
    return text(
        [&](char *buffer, std::size_t capacity) { return lai_document(nullptr, name, buffer, capacity); });
}

lai_request request(const char *op, const std::vector<std::int64_t> &dims) {
    lai_request r{};
    r.size = sizeof r;
    r.op = op;
    r.dtype = LAI_DTYPE_F64;
    r.dims = dims.data();
    r.dim_count = static_cast<std::uint32_t>(dims.size());
    return r;
}

TEST(CApi, FromPlainC) {
    EXPECT_EQ(solve_from_c(), 0) << lai_last_error();
}

TEST(CApi, ArgumentErrorsAreMinusThePositionInLapacksList) {
    double a[4] = {1, 0, 0, 1}, b[2] = {1, 1};
    std::int64_t ipiv[2];
    EXPECT_EQ(lai_gesv(nullptr, nullptr, LAI_LAYOUT_COL, LAI_DTYPE_F64, 'N', -1, 1, a, 2, ipiv, b, 2), -1);
    EXPECT_STREQ(lai_last_error(), "dgesv: argument 1 (N) is -1: must be >= 0");
    EXPECT_EQ(lai_gesv(nullptr, nullptr, LAI_LAYOUT_COL, LAI_DTYPE_F64, 'N', 2, 1, a, 1, ipiv, b, 2), -4);
    EXPECT_EQ(lai_gesv(nullptr, nullptr, LAI_LAYOUT_COL, LAI_DTYPE_F64, 'N', 2, 1, a, 2, ipiv, nullptr, 2),
              -6);
    EXPECT_EQ(lai_gesv(nullptr, nullptr, LAI_LAYOUT_ROW, LAI_DTYPE_F64, 'N', 2, 2, a, 2, ipiv, b, 1), -7);
    EXPECT_STREQ(lai_last_error(), "dgesv: argument 7 (LDB) is 1: must be >= max(1, nrhs) = 2");
    const lai_diagnosis *diagnosis = lai_last_diagnostic();
    if (diagnosis != nullptr) {  // the enhancer is a plugin
        EXPECT_EQ(diagnosis->argument_index, 7);
    }
    EXPECT_EQ(lai_potrf(nullptr, nullptr, LAI_LAYOUT_COL, LAI_DTYPE_F64, 'x', 2, a, 2), -1);
    EXPECT_EQ(lai_potrf(nullptr, nullptr, LAI_LAYOUT_COL, LAI_DTYPE_F64, 'u', 2, a, 2), 0);
    EXPECT_STREQ(lai_last_error(), "");
}

TEST(CApi, PositiveInfoIsAnAnswer) {
    double a[4] = {1, 2, 2, 4}, b[2] = {1, 1};
    std::int64_t ipiv[2];
    EXPECT_EQ(lai_gesv(nullptr, nullptr, LAI_LAYOUT_COL, LAI_DTYPE_F64, 'N', 2, 1, a, 2, ipiv, b, 2), 2);
    EXPECT_STREQ(lai_last_report()->op, "gesv");
    EXPECT_EQ(lai_last_report()->status, LAI_OK);
    EXPECT_EQ(lai_last_report()->info, 2);
    EXPECT_EQ(lai_last_report()->fallbacks, 0u);
}

TEST(CApi, WrongUseIsToldApart) {
    double a[1] = {1};
    EXPECT_EQ(lai_potrf(nullptr, nullptr, 7, LAI_DTYPE_F64, 'U', 1, a, 1), LAI_ERROR_USAGE);
    EXPECT_THAT(lai_last_error(), HasSubstr("layout is 7"));
    lai_call_options options{};
    EXPECT_EQ(lai_potrf(nullptr, &options, LAI_LAYOUT_COL, LAI_DTYPE_F64, 'U', 1, a, 1), LAI_ERROR_USAGE);
    EXPECT_THAT(lai_last_error(), HasSubstr("size is 0"));
    options.size = sizeof options;
    options.fallback = 9;
    EXPECT_EQ(lai_potrf(nullptr, &options, LAI_LAYOUT_COL, LAI_DTYPE_F64, 'U', 1, a, 1), LAI_ERROR_USAGE);
    options.fallback = 0;
    options.backend = "no_such_backend";
    EXPECT_LE(lai_potrf(nullptr, &options, LAI_LAYOUT_COL, LAI_DTYPE_F64, 'U', 1, a, 1), LAI_ERROR_INTERNAL);
    EXPECT_THAT(lai_last_error(), HasSubstr("no_such_backend"));
    EXPECT_EQ(a[0], 1);
    EXPECT_EQ(lai_context_create(nullptr, nullptr), LAI_ERROR_USAGE);
}

TEST(CApi, EmptyProblemsSucceed) {
    std::int64_t rank = -1;
    EXPECT_EQ(lai_gesvd(nullptr, nullptr, LAI_LAYOUT_COL, LAI_DTYPE_F64, 'S', 'S', 0, 0, nullptr, 1, nullptr,
                        nullptr, 1, nullptr, 1),
              0)
        << lai_last_error();
    EXPECT_EQ(lai_gemm(nullptr, nullptr, LAI_LAYOUT_ROW, LAI_DTYPE_C64, 'N', 'N', 0, 0, 0, {1, 0}, nullptr, 1,
                       nullptr, 1, {0, 0}, nullptr, 1),
              0)
        << lai_last_error();
    EXPECT_EQ(lai_gelsd(nullptr, nullptr, LAI_LAYOUT_COL, LAI_DTYPE_F64, 0, 0, 0, nullptr, 1, nullptr, 1,
                        nullptr, -1, &rank),
              0)
        << lai_last_error();
    EXPECT_EQ(rank, 0);
}

TEST(CApi, RequestsAreChecked) {
    const std::vector<std::int64_t> dims{2, 2, 2};
    lai_request r = request("gemn", dims);
    EXPECT_EQ(lai_execute(nullptr, &r, nullptr), LAI_ERROR_USAGE);
    EXPECT_THAT(lai_last_error(), HasSubstr("unknown operation 'gemn'; did you mean 'gemm'?"));
    r.op = "gemm";
    EXPECT_EQ(lai_execute(nullptr, &r, nullptr), LAI_ERROR_USAGE);
    EXPECT_THAT(lai_last_error(), HasSubstr("0 operands given, must be 3"));
    r.dim_count = 2;
    EXPECT_EQ(lai_execute(nullptr, &r, nullptr), LAI_ERROR_USAGE);
    EXPECT_THAT(lai_last_error(), HasSubstr("2 dims given, must be 3"));
    EXPECT_EQ(lai_execute(nullptr, nullptr, nullptr), LAI_ERROR_USAGE);
}

TEST(CApi, GenericBatchesStridedAndByPointers) {
    constexpr int batch = 5, n = 3;
    std::vector<double> a(batch * n * n), b(batch * n * n), c(batch * n * n), expected(batch * n * n);
    for (std::size_t i = 0; i < a.size(); ++i) {
        a[i] = static_cast<double>(i % 7) - 3;
        b[i] = static_cast<double>(i % 5) - 2;
    }
    for (int p = 0; p < batch; ++p)
        for (int i = 0; i < n; ++i)
            for (int j = 0; j < n; ++j)
                for (int k = 0; k < n; ++k)
                    expected[static_cast<std::size_t>(p * 9 + i + 3 * j)] +=
                        a[static_cast<std::size_t>(p * 9 + i + 3 * k)] *
                        b[static_cast<std::size_t>(p * 9 + k + 3 * j)];
    const std::vector<std::int64_t> dims{n, n, n};
    lai_request r = request("lai.gemm_batch/1", dims);
    const lai_scalar scalars[] = {{1, 0}, {0, 0}};
    r.scalars = scalars;
    r.scalar_count = 2;
    r.batch = batch;
    r.flags = "nn";
    r.flag_count = 2;
    void *const tight[] = {a.data(), b.data(), c.data()};
    r.operands = tight;
    r.operand_count = 3;
    ASSERT_EQ(lai_execute(nullptr, &r, nullptr), 0) << lai_last_error();
    EXPECT_EQ(c, expected);
    std::fill(c.begin(), c.end(), 0);
    std::array<double *, batch> pa, pb, pc;
    for (std::size_t p = 0; p < batch; ++p) {
        pa[p] = &a[p * 9];
        pb[p] = &b[p * 9];
        pc[p] = &c[p * 9];
    }
    void *const pointers[] = {pa.data(), pb.data(), pc.data()};
    r.operands = pointers;
    r.pointer_arrays = 1;
    ASSERT_EQ(lai_execute(nullptr, &r, nullptr), 0) << lai_last_error();
    EXPECT_EQ(c, expected);
}

TEST(CApi, ExplainNeedsNoData) {
    const std::vector<std::int64_t> dims{2000, 500};
    const lai_request r = request("gesvd", dims);
    const std::string plain = text([&](char *buffer, std::size_t capacity) {
        return lai_explain(nullptr, &r, nullptr, LAI_FORMAT_TEXT, buffer, capacity);
    });
    EXPECT_THAT(plain, HasSubstr("dgesvd m=2000 n=500 jobu=S jobvt=S"));
    EXPECT_THAT(plain, HasSubstr("chosen"));
    EXPECT_THAT(plain, HasSubstr("cpu_reference"));
    const std::string json = text([&](char *buffer, std::size_t capacity) {
        return lai_explain(nullptr, &r, nullptr, LAI_FORMAT_JSON, buffer, capacity);
    });
    EXPECT_THAT(json, HasSubstr("\"chosen\": true"));
    EXPECT_THAT(json, HasSubstr("\"predicted_seconds\""));
    lai_request bad = r;
    bad.dim_count = 1;
    EXPECT_EQ(lai_explain(nullptr, &bad, nullptr, LAI_FORMAT_TEXT, nullptr, 0), LAI_ERROR_USAGE);
}

TEST(CApi, Documents) {
    EXPECT_THAT(document("info"), HasSubstr("\"version\": \"" + std::string(lai_version()) + '"'));
    EXPECT_THAT(document("plugins"), HasSubstr("\"cpu_lapack\""));
    EXPECT_THAT(document("config"), HasSubstr("\"dispatch.fallback\""));
    EXPECT_THAT(document("ops"), HasSubstr("\"id\": \"lai.trcon/1\""));
    EXPECT_THAT(document("breakers"), HasSubstr("\"CLOSED\""));
    EXPECT_THAT(document("devices"), HasSubstr("\"devices\""));
    double a[1] = {4};
    lai_potrf(nullptr, nullptr, LAI_LAYOUT_COL, LAI_DTYPE_F64, 'U', 1, a, 1);
    EXPECT_THAT(document("decisions"), HasSubstr("\"op\":\"potrf\""));
    EXPECT_THAT(document("crossover"), HasSubstr("\"predicted\":[["));
    EXPECT_THAT(document("snapshot"), HasSubstr("\"series\":[{"));
    EXPECT_THAT(document("prometheus"), HasSubstr("lapack_ai_breaker_state{"));
    EXPECT_THAT(document("poem"), HasSubstr("no document 'poem'"));
    char small[8];
    EXPECT_GT(lai_document(nullptr, "info", small, sizeof small), 100);
    EXPECT_EQ(std::string(small).size(), 7u);
}

TEST(CApi, OpsAreFoundByNameAndId) {
    ASSERT_NE(lai_op("gesvd"), nullptr);
    EXPECT_EQ(lai_op("gesvd"), lai_op("lai.gesvd/1"));
    EXPECT_EQ(lai_op("nothing"), nullptr);
    EXPECT_EQ(lai_op(nullptr), nullptr);
}

TEST(CApi, ConfigurationErrorsNameKeyValueAndSource) {
    const lai_override bad{sizeof bad, 0, "gpu.memory_limit_percent", "150", "--gpu-memory"};
    const lai_context_options options{sizeof options, 1, &bad, nullptr, 0, 0};
    lai_context *context = nullptr;
    EXPECT_EQ(lai_context_create(&options, &context), LAI_ERROR_CONFIGURATION);
    EXPECT_EQ(context, nullptr);
    EXPECT_THAT(lai_last_error(), HasSubstr("gpu.memory_limit_percent"));
    EXPECT_THAT(lai_last_error(), HasSubstr("150"));
    const std::string problems = text(
        [&](char *buffer, std::size_t capacity) { return lai_config_check(&options, buffer, capacity); });
    EXPECT_THAT(problems, HasSubstr("gpu.memory_limit_percent"));
    EXPECT_EQ(
        text([](char *buffer, std::size_t capacity) { return lai_config_check(nullptr, buffer, capacity); }),
        "");
}

TEST(CApi, EditsTheUsersFile) {
    const std::string file = ::testing::TempDir() + "/api_edit.yaml";
    std::ofstream(file) << "# mine\nplugins:\n  cpu_reference: {enabled: true}  # slow\n";
    const lai_context_options options{sizeof options, 0, nullptr, file.c_str(), 0, 0};
    const std::string where = text([&](char *buffer, std::size_t capacity) {
        return lai_config_set_plugin(&options, "cpu_reference", "false", buffer, capacity);
    });
    EXPECT_EQ(where, file + ":3");
    std::ifstream in(file);
    const std::string now((std::istreambuf_iterator<char>(in)), {});
    EXPECT_THAT(now, HasSubstr("# mine"));
    EXPECT_THAT(now, HasSubstr("false"));
    EXPECT_EQ(lai_config_set_plugin(&options, "cpu_reference", "maybe", nullptr, 0), LAI_ERROR_USAGE);
    std::remove(file.c_str());
}

TEST(CApi, PluginsAreSwitchedWhileOthersCall) {
    std::atomic<bool> stop{false};
    std::vector<std::thread> callers;
    std::atomic<int> wrong{0};
    for (int t = 0; t < 4; ++t)
        callers.emplace_back([&] {
            while (!stop) {
                double a[4] = {4, 1, 1, 3}, b[2] = {5, 4};
                if (lai_posv(nullptr, nullptr, LAI_LAYOUT_COL, LAI_DTYPE_F64, 'L', 2, 1, a, 2, b, 2) != 0)
                    ++wrong;
                if (std::abs(b[0] - 1) > 1e-14 || std::abs(b[1] - 1) > 1e-14) ++wrong;
            }
        });
    for (int i = 0; i < 10; ++i) {
        EXPECT_EQ(lai_plugin_disable(nullptr, "cpu_lapack"), 0) << lai_last_error();
        EXPECT_EQ(lai_plugin_enable(nullptr, "cpu_lapack"), 0) << lai_last_error();
    }
    stop = true;
    for (std::thread &caller : callers) caller.join();
    EXPECT_EQ(wrong, 0);
    EXPECT_EQ(lai_plugin_disable(nullptr, "cpu_lapak"), LAI_ERROR_USAGE);
    EXPECT_THAT(lai_last_error(), HasSubstr("cpu_lapak"));
    EXPECT_EQ(lai_plugin_disable(nullptr, nullptr), LAI_ERROR_USAGE);
}

TEST(CApi, ReportsAreTheThreadsOwn) {
    double a[1] = {4};
    lai_potrf(nullptr, nullptr, LAI_LAYOUT_COL, LAI_DTYPE_F64, 'U', 1, a, 1);
    std::thread([] {
        EXPECT_STREQ(lai_last_report()->op, "");
        EXPECT_EQ(lai_last_diagnostic(), nullptr);
        EXPECT_STREQ(lai_last_error(), "");
    }).join();
    EXPECT_STREQ(lai_last_report()->op, "potrf");
    EXPECT_EQ(lai_report_error(LAI_ERROR_BAD_INPUT, "of a binding"), LAI_ERROR_BAD_INPUT);
    EXPECT_STREQ(lai_last_error(), "of a binding");
}

TEST(CApi, DiagnosesAsTextAndJson) {
    lai_diagnosis d{};
    d.size = sizeof d;
    d.severity = LAI_SEVERITY_ERROR;
    d.code = "LA0203";
    d.semantic_message = "A is singular";
    d.detail = "first\nsecond";
    d.condition_number = std::numeric_limits<double>::quiet_NaN();
    d.index_value = -1;
    d.action_count = 1;
    d.actions[0] = {"use gelsd", LAI_APPLICABILITY_LIKELY, 0};
    const auto format = [&](std::uint32_t as) {
        return text([&](char *buffer, std::size_t capacity) {
            return lai_format_diagnosis(&d, as, buffer, capacity);
        });
    };
    EXPECT_EQ(format(LAI_FORMAT_TEXT), "error LA0203: A is singular\n  first\n  second\n  try: use gelsd\n");
    EXPECT_THAT(format(LAI_FORMAT_JSON), HasSubstr("\"condition_number\": null"));
    EXPECT_THAT(format(LAI_FORMAT_JSON), HasSubstr("\"applicability\": \"likely\""));
    EXPECT_EQ(lai_format_diagnosis(nullptr, 0, nullptr, 0), LAI_ERROR_USAGE);
}

TEST(CApi, FortranStyleNames) {
    const std::int32_t m = 3, n = 2, one = 1, query = -1;
    double a[6] = {1, 2, 3, 4, 5, 6}, s[2], work = 0;
    std::int32_t info = 7;
    dgesvdocl_("N", "N", &m, &n, a, &m, s, nullptr, &one, nullptr, &one, &work, &query, &info);
    EXPECT_EQ(info, 0);
    EXPECT_EQ(work, 1);
    dgesvdocl_("N", "N", &m, &n, a, &m, s, nullptr, &one, nullptr, &one, &work, &one, &info);
    EXPECT_EQ(info, 0) << lai_last_error();
    EXPECT_NEAR(s[0], 9.508032000695723, 1e-12);
    dgesvdocl_("N", "N", &m, &n, a, &one, s, nullptr, &one, nullptr, &one, &work, &one, &info);
    EXPECT_EQ(info, -6);
    const double x[4] = {1, 2, 3, 4}, y[4] = {5, 6, 7, 8}, alpha = 1, beta = 0;
    double z[4];
    dgemm_alpha_("N", "N", &n, &n, &n, &alpha, x, &n, y, &n, &beta, z, &n);
    EXPECT_EQ(z[0], 23);
    EXPECT_EQ(z[3], 46);
}

}  // namespace
