// What the plugin answers when the device fails, each failure made on purpose: the right status, untouched
// outputs, memory returned, and health again afterwards.
#include <gtest/gtest.h>

#include <chrono>
#include <thread>
#include <vector>

#include "lapack_ai/opencl_runtime/opencl_runtime.h"
#include "support/plugin_fixture.hpp"

namespace {

using namespace lapack_ai::sdk;
using lapack_ai::test::TestHost;
using lapack_ai::test::TestPlugin;

constexpr std::int64_t n = 48;

class OpenclFaults : public ::testing::Test {
  protected:
    OpenclFaults() : plugin(OPENCL_GEMM_PLUGIN, host) { lai_ocl_reset_for_tests(); }
    ~OpenclFaults() override { lai_ocl_reset_for_tests(); }

    // C := A B - C with A = 1, B = 1, C = 2; all of C must be n - 2 when it went well.
    lai_status multiply(std::uint64_t deadline_ns = 0) {
        C.assign(n * n, 2.0);
        CallBuilder call(LAI_OP_GEMM, LAI_DTYPE_F64);
        call.dims(n, n, n).flags('N', 'N').scalars(1.0, -1.0);
        for (std::vector<double> *x : {&A, &B, &C}) call.operand(LAI_DTYPE_F64, x->data(), n, n, n);
        call.call().deadline_ns = deadline_ns;
        lai_result result{};
        result.size = sizeof result;
        return plugin.execute(call, result);
    }
    bool right() const { return C == std::vector<double>(n * n, n - 2.0); }
    bool untouched() const { return C == std::vector<double>(n * n, 2.0); }
    static std::uint64_t in_use() {
        lai_ocl_figures f{};
        f.size = sizeof f;
        EXPECT_EQ(lai_ocl_read_figures(&f), LAI_OK);
        return f.used_bytes;
    }

    TestHost host;
    TestPlugin plugin;
    std::vector<double> A = std::vector<double>(n * n, 1.0), B = A, C;
};

TEST_F(OpenclFaults, ShortageIsMetByTrimmingAndTryingOnceMore) {
    ASSERT_EQ(multiply(), LAI_OK);  // leaves slabs in the cache, so there is something to trim
    lai_ocl_inject_fault("launch", -4, 0, 1);
    EXPECT_EQ(multiply(), LAI_OK);
    EXPECT_TRUE(right());
}

TEST_F(OpenclFaults, LastingShortageIsOutOfMemory) {
    for (const char *site : {"launch", "transfer"}) {
        lai_ocl_inject_fault(site, -5, 0, 2);
        EXPECT_EQ(multiply(), LAI_OUT_OF_MEMORY) << site;
        EXPECT_TRUE(untouched()) << site;
        lai_ocl_reset_for_tests();
        EXPECT_EQ(in_use(), 0u) << site;
        EXPECT_EQ(multiply(), LAI_OK) << site;
        EXPECT_TRUE(right()) << site;
    }
}

TEST_F(OpenclFaults, AllocationFailureIsOutOfMemory) {
    lai_ocl_inject_fault("allocate", -61, 0, 4);
    void *address = nullptr;
    EXPECT_EQ(lai_ocl_alloc(123457, 0, &address), LAI_OUT_OF_MEMORY);
    EXPECT_NE(std::string(lai_ocl_last_error()).find("MiB"), std::string::npos);
}

TEST_F(OpenclFaults, TheLimitIsAnErrorThatNamesIt) {
    void *address = nullptr;
    EXPECT_EQ(lai_ocl_alloc(std::uint64_t{1} << 60, 0, &address), LAI_OUT_OF_MEMORY);
}

TEST_F(OpenclFaults, AHangEndsAtTheDeadlineAndHoldsItsMemoryUntilDone) {
    ASSERT_EQ(multiply(), LAI_OK);
    lai_ocl_inject_fault("wait", 0, 0, 1);
    const std::uint64_t deadline = host.table()->now_ns(host.table()) + 50'000'000;
    EXPECT_EQ(multiply(deadline), LAI_TIMEOUT);
    EXPECT_TRUE(untouched());
    EXPECT_GT(in_use(), 0u) << "memory that the device may still write must stay reserved";
    EXPECT_EQ(multiply(), LAI_OK);  // a new operation collects what is done by now
    EXPECT_TRUE(right());
    EXPECT_EQ(in_use(), 0u);
}

TEST_F(OpenclFaults, ALostContextIsRebuiltOnceAndGivenUpTheSecondTime) {
    lai_ocl_inject_fault("wait", -5, 0, 1);
    EXPECT_EQ(multiply(), LAI_DEVICE_LOST);
    EXPECT_TRUE(untouched());
    EXPECT_EQ(multiply(), LAI_OK) << lai_ocl_last_error();
    EXPECT_TRUE(right());
    lai_ocl_inject_fault("launch", -36, 0, 1);
    EXPECT_EQ(multiply(), LAI_DEVICE_LOST);
    EXPECT_EQ(multiply(), LAI_DEVICE_LOST);
    EXPECT_NE(std::string(lai_ocl_last_error()).find("lost twice"), std::string::npos);
    lai_ocl_reset_for_tests();
    EXPECT_EQ(multiply(), LAI_OK);
    EXPECT_TRUE(right());
}

TEST_F(OpenclFaults, ARefusedKernelIsACleanFault) {
    // float is compiled by no other test of this program, so the compiler is asked here.
    lai_ocl_inject_fault("build", -11, 0, 1);
    std::vector<float> x(16, 1.0f);
    CallBuilder call(LAI_OP_GEMM, LAI_DTYPE_F32);
    call.dims(4, 4, 4).flags('T', 'T').scalars(1.0, 0.0);
    for (int o = 0; o < 3; ++o) call.operand(LAI_DTYPE_F32, x.data(), 4, 4, 4);
    lai_result result{};
    result.size = sizeof result;
    const lai_status status = plugin.execute(call, result);
    EXPECT_TRUE(status == LAI_FAULT_CLEAN || status == LAI_OK);  // OK when the disk cache had the kernel
    EXPECT_EQ(in_use(), 0u);
}

TEST_F(OpenclFaults, BeyondTheLimitOfOperationsItIsBusy) {
    std::vector<lai_ocl_operation *> held(4);
    for (lai_ocl_operation *&op : held) ASSERT_EQ(lai_ocl_begin(0, &op), LAI_OK);
    EXPECT_EQ(multiply(), LAI_BUSY);
    EXPECT_TRUE(untouched());
    for (lai_ocl_operation *op : held) lai_ocl_end(op);
    EXPECT_EQ(multiply(), LAI_OK);
}

TEST_F(OpenclFaults, ThreadsShareTheDevice) {
    std::vector<std::thread> threads;
    std::vector<int> good(4);
    for (std::size_t t = 0; t < good.size(); ++t)
        threads.emplace_back([&, t] {
            for (int round = 0; round < 20; ++round) {
                std::vector<double> mine(n * n, 2.0);
                CallBuilder call(LAI_OP_GEMM, LAI_DTYPE_F64);
                call.dims(n, n, n).flags('N', 'N').scalars(1.0, -1.0);
                for (double *x : {A.data(), B.data(), mine.data()}) call.operand(LAI_DTYPE_F64, x, n, n, n);
                lai_result result{};
                result.size = sizeof result;
                if (plugin.execute(call, result) == LAI_OK)
                    good[t] += mine == std::vector<double>(n * n, n - 2.0);
            }
        });
    for (std::thread &thread : threads) thread.join();
    EXPECT_EQ(good, std::vector<int>(4, 20));
    EXPECT_EQ(in_use(), 0u);
}

}  // namespace
