// The plugin opencl_gemm through the contract: residency of each operand, chunked and pointer-array batches,
// costs, and the memory role. Numerics of the kernels are tests/plugins/opencl_runtime's business.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <random>
#include <vector>

#include "lapack_ai/opencl_runtime/opencl_runtime.h"
#include "support/plugin_fixture.hpp"

namespace {

using namespace lapack_ai::sdk;
using lapack_ai::test::TestHost;
using lapack_ai::test::TestPlugin;

std::vector<double> numbers(std::int64_t count, unsigned seed) {
    std::mt19937 generator(seed);
    std::uniform_real_distribution<double> uniform(-1, 1);
    std::vector<double> values(static_cast<std::size_t>(count));
    for (double &value : values) value = uniform(generator);
    return values;
}

// C := alpha A B + beta C, column-major, by three loops.
void reference(std::int64_t m, std::int64_t n, std::int64_t k, double alpha, const double *A,
               std::int64_t lda, const double *B, std::int64_t ldb, double beta, double *C,
               std::int64_t ldc) {
    for (std::int64_t j = 0; j < n; ++j)
        for (std::int64_t i = 0; i < m; ++i) {
            double sum = 0;
            for (std::int64_t l = 0; l < k; ++l) sum += A[i + l * lda] * B[l + j * ldb];
            C[i + j * ldc] = alpha * sum + (beta == 0 ? 0 : beta * C[i + j * ldc]);
        }
}

double distance(const std::vector<double> &x, const std::vector<double> &y) {
    double worst = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        const double d = std::abs(x[i] - y[i]);
        if (!(d <= worst)) worst = d;
    }
    return worst;
}

class OpenclGemmPlugin : public ::testing::Test {
  protected:
    const lai_memory &memory() {
        return *static_cast<const lai_memory *>(plugin().entry().get_extension(LAI_ROLE_MEMORY));
    }
    // The plugin is made at first use, so that a test can change settings before.
    TestPlugin &plugin() {
        if (!plugin_) plugin_ = std::make_unique<TestPlugin>(OPENCL_GEMM_PLUGIN, host);
        return *plugin_;
    }
    void TearDown() override {
        if (!plugin_) return;
        lai_memory_info info{};
        info.size = sizeof info;
        ASSERT_EQ(memory().info(memory().self, &info), LAI_OK);
        EXPECT_EQ(info.used_bytes, 0u);
    }
    void *on_device(const std::vector<double> &x) {
        void *data = nullptr;
        const std::uint64_t bytes = x.size() * sizeof(double);
        EXPECT_EQ(memory().alloc(memory().self, bytes, &data), LAI_OK);
        EXPECT_EQ(memory().upload(memory().self, data, 0, bytes, x.data(), bytes, bytes, 1), LAI_OK);
        return data;
    }
    std::uint32_t space() {
        (void)plugin();
        return host.table()->intern_space(host.table(), lai_ocl_space());
    }

    TestHost host;

  private:
    std::unique_ptr<TestPlugin> plugin_;
};

TEST_F(OpenclGemmPlugin, EachOperandMayLiveOnEitherSide) {
    constexpr std::int64_t m = 45, n = 37, k = 29, ldc = 50;
    const auto A = numbers(m * k, 1), B = numbers(k * n, 2), C0 = numbers(ldc * n, 3);
    auto expected = C0;
    reference(m, n, k, 2, A.data(), m, B.data(), k, -1, expected.data(), ldc);
    for (unsigned where = 0; where < 8; ++where) {
        auto C = C0;
        std::vector<void *> owned;
        const auto operand = [&](CallBuilder &call, const std::vector<double> &x, std::int64_t rows,
                                 std::int64_t cols, std::int64_t ld, bool device) {
            void *data = const_cast<double *>(x.data());
            if (device) owned.push_back(data = on_device(x));
            call.operand(LAI_DTYPE_F64, data, rows, cols, ld, 0, 0, device ? space() : 0);
            return data;
        };
        CallBuilder call(LAI_OP_GEMM, LAI_DTYPE_F64);
        call.dims(m, n, k).flags('N', 'N').scalars(2.0, -1.0);
        operand(call, A, m, k, m, where & 1);
        operand(call, B, k, n, k, where & 2);
        void *c = operand(call, C, m, n, ldc, where & 4);
        plugin().run(call);
        if (where & 4) {
            const std::uint64_t bytes = C.size() * sizeof(double);
            ASSERT_EQ(memory().download(memory().self, c, 0, bytes, C.data(), bytes, bytes, 1), LAI_OK);
        }
        EXPECT_LT(distance(C, expected), 1e-13) << "resident operands: bits " << where;
        for (void *data : owned) memory().release(memory().self, data);
    }
}

TEST_F(OpenclGemmPlugin, BlocksOfADeviceMatrixArePlainPointerArithmetic) {
    constexpr std::int64_t n = 64, half = 32;
    const auto A = numbers(n * n, 1), C0 = numbers(half * half, 2);
    auto expected = C0;
    reference(half, half, half, 1, A.data() + half, n, A.data() + half * n, n, 0, expected.data(), half);
    auto C = C0;
    void *a = on_device(A);
    CallBuilder call(LAI_OP_GEMM, LAI_DTYPE_F64);
    call.dims(half, half, half).flags('N', 'N').scalars(1.0, 0.0);
    call.operand(LAI_DTYPE_F64, static_cast<char *>(a) + half * 8, half, half, n, 0, 0, space());
    call.operand(LAI_DTYPE_F64, static_cast<char *>(a) + half * n * 8, half, half, n, 0, 0, space());
    call.operand(LAI_DTYPE_F64, C.data(), half, half, half);
    plugin().run(call);
    EXPECT_LT(distance(C, expected), 1e-13);
    memory().release(memory().self, a);
}

struct BatchCase {
    std::int64_t m, n, k, count, gap;  // gap: elements between items beyond their own
    bool pointers;
    double beta;
};

class OpenclGemmBatch : public OpenclGemmPlugin, public ::testing::WithParamInterface<BatchCase> {};

TEST_P(OpenclGemmBatch, StreamsInChunks) {
    const BatchCase &p = GetParam();
    host.settings["batch.size_limit"] = "16";  // several chunks, the last one short
    const std::int64_t sa = p.m * p.k + p.gap, sb = p.k * p.n + p.gap, sc = p.m * p.n + p.gap;
    auto A = numbers(sa * p.count, 1), B = numbers(sb * p.count, 2), C = numbers(sc * p.count, 3);
    auto expected = C;
    std::vector<void *> pa, pb, pc;
    for (std::int64_t b = 0; b < p.count; ++b) {
        pa.push_back(A.data() + b * sa), pb.push_back(B.data() + b * sb), pc.push_back(C.data() + b * sc);
        reference(p.m, p.n, p.k, 1, A.data() + b * sa, p.m, B.data() + b * sb, p.k, p.beta,
                  expected.data() + b * sc, p.m);
    }
    CallBuilder call(LAI_OP_GEMM_BATCH, LAI_DTYPE_F64);
    call.dims(p.m, p.n, p.k).flags('N', 'N').scalars(1.0, p.beta).batch(p.count);
    const std::uint64_t flags = p.pointers ? LAI_OPERAND_POINTER_ARRAY : 0;
    call.operand(LAI_DTYPE_F64, p.pointers ? static_cast<void *>(pa.data()) : A.data(), p.m, p.k, p.m, sa,
                 flags);
    call.operand(LAI_DTYPE_F64, p.pointers ? static_cast<void *>(pb.data()) : B.data(), p.k, p.n, p.k, sb,
                 flags);
    call.operand(LAI_DTYPE_F64, p.pointers ? static_cast<void *>(pc.data()) : C.data(), p.m, p.n, p.m, sc,
                 flags);
    plugin().run(call);
    EXPECT_LT(distance(C, expected), 1e-13);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, OpenclGemmBatch,
    ::testing::Values(BatchCase{8, 8, 8, 50, 0, false, 0}, BatchCase{5, 7, 3, 33, 4, false, 1},
                      BatchCase{4, 4, 4, 40, 0, true, -2}, BatchCase{70, 66, 20, 3, 0, false, 0},
                      BatchCase{6, 6, 0, 20, 0, false, 3}, BatchCase{3, 2, 4, 1, 0, true, 0}));

TEST_F(OpenclGemmPlugin, ResidentBatchesRunUnsplitAndPointerArraysToo) {
    constexpr std::int64_t n = 6, count = 40;
    const auto A = numbers(n * n * count, 1), B = numbers(n * n * count, 2);
    std::vector<double> expected(static_cast<std::size_t>(n * n * count)), C = expected;
    for (std::int64_t b = 0; b < count; ++b)
        reference(n, n, n, 1, A.data() + b * n * n, n, B.data() + b * n * n, n, 0,
                  expected.data() + b * n * n, n);
    for (const bool pointers : {false, true}) {
        void *a = on_device(A), *b = on_device(B), *c = on_device(C);
        std::vector<void *> table[3];
        for (std::int64_t i = 0; i < count; ++i)
            for (int o = 0; o < 3; ++o)
                table[o].push_back(static_cast<char *>(o == 0 ? a : o == 1 ? b : c) + i * n * n * 8);
        CallBuilder call(LAI_OP_GEMM_BATCH, LAI_DTYPE_F64);
        call.dims(n, n, n).flags('N', 'N').scalars(1.0, 0.0).batch(count);
        void *const whole[3] = {a, b, c};
        for (int o = 0; o < 3; ++o)
            call.operand(LAI_DTYPE_F64, pointers ? static_cast<void *>(table[o].data()) : whole[o], n, n, n,
                         n * n, pointers ? LAI_OPERAND_POINTER_ARRAY : 0, space());
        plugin().run(call);
        const std::uint64_t bytes = C.size() * sizeof(double);
        ASSERT_EQ(memory().download(memory().self, c, 0, bytes, C.data(), bytes, bytes, 1), LAI_OK);
        EXPECT_LT(distance(C, expected), 1e-13) << "pointers " << pointers;
        for (void *data : whole) memory().release(memory().self, data);
    }
}

TEST_F(OpenclGemmPlugin, CostCountsOnlyWhatTravels) {
    std::vector<double> x(64 * 64);
    const auto cost_of = [&](std::uint32_t where, double beta) {
        CallBuilder call(LAI_OP_GEMM, LAI_DTYPE_F64);
        call.dims(64, 64, 64).flags('N', 'N').scalars(1.0, beta);
        for (int o = 0; o < 3; ++o) call.operand(LAI_DTYPE_F64, x.data(), 64, 64, 64, 0, 0, where);
        lai_cost cost{};
        cost.size = sizeof cost;
        EXPECT_EQ(plugin().query(call, cost), LAI_OK);
        return cost;
    };
    constexpr std::uint64_t matrix = 64 * 64 * 8;
    const lai_cost host_side = cost_of(0, 0), in_out = cost_of(0, 1), resident = cost_of(space(), 1);
    EXPECT_EQ(host_side.bytes_to_device, 2 * matrix);
    EXPECT_EQ(host_side.bytes_from_device, matrix);
    EXPECT_EQ(in_out.bytes_to_device, 3 * matrix);
    EXPECT_EQ(host_side.device_peak_bytes, 3 * matrix);
    EXPECT_EQ(resident.bytes_to_device + resident.bytes_from_device + resident.device_peak_bytes, 0u);
    EXPECT_LT(resident.transfer_seconds, host_side.transfer_seconds);
}

TEST_F(OpenclGemmPlugin, SwitchedOffItLoadsAndSaysWhy) {
    host.settings["gpu.enabled"] = "false";
    TestPlugin off(OPENCL_GEMM_PLUGIN, host);
    EXPECT_EQ(off.backend().variant_count, 0u);
    ASSERT_NE(off.backend().unavailable, nullptr);
    EXPECT_NE(std::string(off.backend().unavailable).find("gpu.enabled"), std::string::npos);
}

TEST_F(OpenclGemmPlugin, AnUnknownDeviceIsNamedWithTheOnesThatAreThere) {
    host.settings["gpu.device"] = "\"no such device\"";
    TestPlugin off(OPENCL_GEMM_PLUGIN, host);
    ASSERT_NE(off.backend().unavailable, nullptr);
    EXPECT_NE(std::string(off.backend().unavailable).find("no such device"), std::string::npos);
}

}  // namespace
