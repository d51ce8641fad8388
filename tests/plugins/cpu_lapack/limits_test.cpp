// What the plugin promises besides numbers: which library stands inside, limits of 32-bit LAPACK found before
// anything is allocated, silence of LAPACK's error handler, prices in sensible order.
#include <fstream>
#include <iterator>

#include "backends.hpp"
#include "lapack_ai/sdk/json.hpp"

namespace {

using namespace lapack_ai::sdk;
using namespace lapack_ai::test;

bool file_contains(const char *path, const std::string &text) {
    std::ifstream file(path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    return bytes.find(text) != std::string::npos;
}

TEST(CpuLapack, LinksTheLibrariesItSays) {
    EXPECT_TRUE(file_contains(CPU_LAPACK_PLUGIN, "gotoblas"));
    EXPECT_FALSE(file_contains(CPU_REFERENCE_PLUGIN, "gotoblas"));
    EXPECT_FALSE(file_contains(CPU_REFERENCE_PLUGIN, "OpenBLAS"));
    const auto library = [](const TestPlugin &plugin) {
        char text[512] = "";
        const lai_backend &backend = plugin.backend();
        EXPECT_LT(backend.describe(backend.self, text, sizeof text), sizeof text);
        return Json(text)["library"].string("");
    };
    EXPECT_NE(library(cpu_lapack()).find("OpenBLAS"), std::string::npos);
    EXPECT_NE(library(cpu_lapack()).find("OPENMP"), std::string::npos)
        << "the serial build is not thread-safe";
    EXPECT_EQ(library(cpu_reference()).rfind("reference LAPACK 3.", 0), 0u);
}

CallBuilder square_svd(std::int64_t n, lai_dtype dtype) {
    CallBuilder call(LAI_OP_GESVD, dtype);
    call.dims(n, n).flags('S', 'S').operand(dtype, nullptr, n, n, n).operand(LAI_DTYPE_F64, nullptr, n, 1, n);
    call.operand(dtype, nullptr, n, n, n).operand(dtype, nullptr, n, n, n);
    return call;
}

// gesdd's workspace 4 n^2 + ... leaves 32 bits at n = 23,170 (double) and 5 n^2 at 20,724 (complex).
TEST(CpuLapack, SvdChangesAlgorithmBeforeLengthsOverflow) {
    on_both([](const TestPlugin &plugin) {
        const auto algorithm = [&](std::int64_t n, lai_dtype dtype) {
            auto call = square_svd(n, dtype);
            lai_cost cost;
            EXPECT_EQ(plugin.query(call, cost), LAI_OK);
            const auto elements = static_cast<std::uint64_t>(n) * static_cast<std::uint64_t>(n);
            EXPECT_GE(cost.host_workspace_bytes, elements * dtype_bytes(dtype)) << n;
            EXPECT_LT(cost.host_workspace_bytes, 20 * elements * dtype_bytes(dtype)) << n;
            return std::string(cost.algorithm);
        };
        EXPECT_EQ(algorithm(23000, LAI_DTYPE_F64), "gesdd");
        EXPECT_EQ(algorithm(23200, LAI_DTYPE_F64), "gesvd");
        EXPECT_EQ(algorithm(26754, LAI_DTYPE_F64), "gesvd");
        EXPECT_EQ(algorithm(20000, LAI_DTYPE_C64), "gesdd");
        EXPECT_EQ(algorithm(20800, LAI_DTYPE_C64), "gesvd");
    });
}

TEST(CpuLapack, DeclinesWhatThirtyTwoBitsCannotSay) {
    on_both([](const TestPlugin &plugin) {
        const std::int64_t beyond = std::int64_t{1} << 31;
        const auto reason = [&](CallBuilder call) {
            lai_cost cost;
            EXPECT_EQ(plugin.query(call, cost), LAI_DECLINED);
            EXPECT_NE(std::string(cost.note), "");
            return cost.reason;
        };
        const auto gemm = [](std::int64_t m, std::int64_t ld) {
            CallBuilder call(LAI_OP_GEMM, LAI_DTYPE_F32);
            call.dims(m, 1, 1).flags('N', 'N').scalars(1, 0);
            call.operand(LAI_DTYPE_F32, nullptr, m, 1, ld).operand(LAI_DTYPE_F32, nullptr, 1, 1, 1);
            return call.operand(LAI_DTYPE_F32, nullptr, m, 1, m);
        };
        EXPECT_EQ(reason(gemm(beyond, beyond)), LAI_REASON_SHAPE);
        EXPECT_EQ(reason(gemm(10, beyond)), LAI_REASON_STRIDE);
        EXPECT_EQ(reason(square_svd(beyond, LAI_DTYPE_F64)), LAI_REASON_SHAPE);
    });
}

// With enough rows syevd's 2 n^2 overflows; QR iteration goes on with linear workspace.
TEST(CpuLapack, EigenChangesAlgorithmBeforeLengthsOverflow) {
    on_both([](const TestPlugin &plugin) {
        const auto algorithm = [&](std::int64_t n) {
            CallBuilder call(LAI_OP_SYEV, LAI_DTYPE_F64);
            call.dims(n).flags('V', 'L').operand(LAI_DTYPE_F64, nullptr, n, n, n);
            call.operand(LAI_DTYPE_F64, nullptr, n, 1, n);
            lai_cost cost;
            EXPECT_EQ(plugin.query(call, cost), LAI_OK);
            return std::string(cost.algorithm);
        };
        EXPECT_EQ(algorithm(30000), "syevd");
        EXPECT_EQ(algorithm(33000), "syev");
    });
}

// A decision cached for a smaller problem brings too little scratch, or none: the plugin helps itself.
TEST(CpuLapack, RunsWithoutSuppliedWorkspace) {
    on_both([](const TestPlugin &plugin) {
        auto A = with_eigenvalues<double>(geometric(20, 10), 95);
        std::vector<double> W(20);
        CallBuilder call(LAI_OP_SYEV, LAI_DTYPE_F64);
        call.dims(20).flags('N', 'U').matrix(A.view()).matrix(MatrixView<double>{W.data(), 20, 1, 20});
        const lai_variant *variant = plugin.variant(LAI_OP_SYEV);
        lai_result result{};
        result.size = sizeof result;
        double few[4];
        call.call().workspace = few;
        call.call().workspace_bytes = sizeof few;
        EXPECT_EQ(variant->execute(variant->self, &call.call(), &result), LAI_OK);
        EXPECT_NEAR(W.back(), 1, 1e-13);
    });
}

// The native routines are the plugin's own copies, and xerbla_ neither prints nor stops the process.
TEST(CpuLapack, NativeRoutinesAndTheirErrorHandler) {
    on_both([](const TestPlugin &plugin) {
        const auto *native =
            static_cast<const lai_bench_native *>(plugin.entry().get_extension(LAI_EXT_BENCH_NATIVE));
        ASSERT_NE(native, nullptr);
        for (const char *name : {"sgemm_", "dgesdd_", "cgetrf_", "zungqr_", "dorgqr_", "zheevd_"})
            EXPECT_NE(native->symbol(name), nullptr) << name;
        for (const char *name : {"", "d", "xgemm_", "dgemm", "dnonsense_"})
            EXPECT_EQ(native->symbol(name), nullptr) << name;
        native->set_threads(1);

        using Getrf = void (*)(const int *, const int *, double *, const int *, int *, int *);
        const auto getrf = reinterpret_cast<Getrf>(native->symbol("dgetrf_"));
        const int bad = -1, one = 1;
        double A = 1;
        int ipiv = 0, info = 0;
        testing::internal::CaptureStdout();
        testing::internal::CaptureStderr();
        getrf(&bad, &one, &A, &one, &ipiv, &info);
        EXPECT_EQ(testing::internal::GetCapturedStdout() + testing::internal::GetCapturedStderr(), "");
        EXPECT_EQ(info, -1);
    });
}

// Orders of magnitude only, with every op at hand: larger costs more, the reference costs more, threads do
// not cost more.
TEST(CpuLapack, PricesAreInOrder) {
    const auto seconds = [](const TestPlugin &plugin, std::int64_t n, int threads) {
        auto call = square_svd(n, LAI_DTYPE_F64);
        call.threads(threads);
        lai_cost cost;
        EXPECT_EQ(plugin.query(call, cost), LAI_OK);
        EXPECT_GT(cost.sigma, 0);
        return cost.compute_seconds;
    };
    EXPECT_LT(seconds(cpu_lapack(), 100, 1), seconds(cpu_lapack(), 1000, 1));
    EXPECT_LT(seconds(cpu_lapack(), 1000, 2), seconds(cpu_lapack(), 1000, 1));
    EXPECT_LT(seconds(cpu_lapack(), 1000, 1), seconds(cpu_reference(), 1000, 1));
    EXPECT_EQ(cpu_lapack().backend().variant_count, 19u + 18u) << "all but the batches on one thread too";
    EXPECT_EQ(cpu_reference().backend().variant_count, 19u);
}

// The same routine with the budget cut to one thread; of no use when that is the budget anyway.
TEST(CpuLapack, OneThreadIsAVariantOfEveryCallThatHasMore) {
    auto call = square_svd(1000, LAI_DTYPE_F64);
    lai_cost all, one;
    call.threads(2);
    ASSERT_EQ(cpu_lapack().query(call, all), LAI_OK);
    ASSERT_EQ(cpu_lapack().query(call, one, "one_thread"), LAI_OK);
    EXPECT_GT(one.compute_seconds, all.compute_seconds);
    call.threads(1);
    EXPECT_EQ(cpu_lapack().query(call, one, "one_thread"), LAI_DECLINED);
    EXPECT_EQ(one.reason, LAI_REASON_SHAPE);
}

}  // namespace
