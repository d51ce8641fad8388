// The circuit breaker alone, and in the dispatcher, on a clock that the test moves.
#include <gtest/gtest.h>

#include "dispatch/breaker.hpp"
#include "fake_backend.hpp"

namespace lapack_ai::core::test {
namespace {

constexpr std::uint64_t second = 1'000'000'000;
using Admission = CircuitBreaker::Admission;

TEST(Breaker, OpensAfterTheThresholdAndLetsOneProbeThrough) {
    CircuitBreaker b;
    EXPECT_TRUE(b.untroubled());
    for (int i = 0; i < 4; ++i) EXPECT_FALSE(b.failure(second, 5, 300 * second, false));
    EXPECT_EQ(b.state(second), BreakerState::closed);
    EXPECT_TRUE(b.failure(second, 5, 300 * second, false));
    EXPECT_EQ(b.state(2 * second), BreakerState::open);
    EXPECT_EQ(b.admit(300 * second), Admission::refused);
    EXPECT_EQ(b.state(301 * second), BreakerState::half_open);
    EXPECT_EQ(b.admit(301 * second), Admission::probe);
    EXPECT_EQ(b.admit(301 * second), Admission::refused);
    EXPECT_TRUE(b.success());
    b.end_probe();
    EXPECT_TRUE(b.untroubled());
    EXPECT_EQ(b.admit(301 * second), Admission::admitted);
}

TEST(Breaker, FailedProbeOpensItAgain) {
    CircuitBreaker b;
    EXPECT_TRUE(b.failure(second, 1, 10 * second, false));
    EXPECT_EQ(b.admit(11 * second), Admission::probe);
    EXPECT_TRUE(b.failure(11 * second, 5, 10 * second, false));
    b.end_probe();
    EXPECT_EQ(b.state(20 * second), BreakerState::open);
    EXPECT_EQ(b.admit(21 * second), Admission::probe);
}

TEST(Breaker, ProbeThatSaysNothingLeavesItHalfOpen) {
    CircuitBreaker b;
    b.failure(second, 1, 10 * second, false);
    EXPECT_EQ(b.admit(11 * second), Admission::probe);
    b.end_probe();
    EXPECT_EQ(b.state(12 * second), BreakerState::half_open);
    EXPECT_EQ(b.admit(12 * second), Admission::probe);
}

TEST(Breaker, SuccessInBetweenStartsTheCountAnew) {
    CircuitBreaker b;
    for (int i = 0; i < 4; ++i) b.failure(second, 5, second, false);
    EXPECT_FALSE(b.success());
    for (int i = 0; i < 4; ++i) EXPECT_FALSE(b.failure(second, 5, second, false));
    EXPECT_EQ(b.state(second), BreakerState::closed);
}

TEST(Breaker, LateSuccessOfAnEarlierCallDoesNotCloseIt) {
    CircuitBreaker b;
    b.failure(second, 1, 10 * second, false);
    EXPECT_FALSE(b.success());
    EXPECT_EQ(b.state(2 * second), BreakerState::open);
}

TEST(Breaker, LostDeviceOpensAtOnce) {
    CircuitBreaker b;
    EXPECT_TRUE(b.failure(second, 5, second, true));
    EXPECT_EQ(b.state(second), BreakerState::open);
}

TEST(Breaker, DescribesTheTimeLeft) {
    CircuitBreaker b;
    EXPECT_EQ(describe(b, second), "CLOSED");
    b.failure(second, 1, 12 * second, false);
    EXPECT_EQ(describe(b, 2 * second), "OPEN (11 s left)");
    EXPECT_EQ(describe(b, 20 * second), "HALF_OPEN");
}

class BreakerInDispatch : public testing::Test {
  protected:
    BreakerInDispatch()
        : flaky(world.add_plugin("flaky").add(1e-6)), steady(world.add_plugin("steady").add(1e-3)) {
        flaky.behaviour = [this](const lai_call *call, lai_result *) {
            if (answer == LAI_OK) plain_gemm(call);
            return answer;
        };
    }
    std::string run() {
        GemmCall gemm(4);
        const std::string backend = world.dispatcher().run(gemm.call, {}).backend;
        EXPECT_LT(gemm.error(), 1e-12);
        return backend;
    }
    FakeWorld world;
    FakeVariant &flaky, &steady;
    lai_status answer = LAI_FAULT_CLEAN;
};

TEST_F(BreakerInDispatch, WholeLife) {
    for (int i = 0; i < 8; ++i) EXPECT_EQ(run(), "steady");
    EXPECT_EQ(flaky.executed, 5) << "five faults open it, then it is left alone";
    EXPECT_EQ(world.context().breakers().front().state, "OPEN");
    EXPECT_EQ(world.context().breakers().front().failures, 5);

    world.now += 299 * second;
    EXPECT_EQ(run(), "steady");
    EXPECT_EQ(flaky.executed, 5);

    world.now += second;
    EXPECT_EQ(run(), "steady");
    EXPECT_EQ(flaky.executed, 6) << "half open: one call goes through";
    EXPECT_EQ(run(), "steady");
    EXPECT_EQ(flaky.executed, 6) << "and opened it again";

    world.now += 300 * second;
    answer = LAI_OK;
    EXPECT_EQ(run(), "flaky");
    EXPECT_EQ(run(), "flaky");
    EXPECT_EQ(world.context().breakers().front().state, "CLOSED");
}

TEST_F(BreakerInDispatch, InfoAndRefusalsAreNoFaults) {
    for (const lai_status refusal : {LAI_DECLINED, LAI_BUSY, LAI_OUT_OF_MEMORY, LAI_INVALID}) {
        answer = refusal;
        for (int i = 0; i < 6; ++i) EXPECT_EQ(run(), "steady");
    }
    EXPECT_EQ(world.context().breakers().front().state, "CLOSED");
    flaky.behaviour = [](const lai_call *, lai_result *result) {
        result->info = 2;
        return LAI_OK;
    };
    for (int i = 0; i < 6; ++i) {
        GemmCall gemm(4);
        EXPECT_EQ(world.dispatcher().run(gemm.call, {}).result.info, 2);
    }
    EXPECT_EQ(world.context().breakers().front().state, "CLOSED");
}

TEST(BreakerOfDevice, LostDeviceOpensAllThatRunOnIt) {
    FakeWorld world;
    FakePlugin &gpu = world.add_plugin("gpu");
    for (const char *name : {"first", "second"}) {
        FakeVariant &v = gpu.add(name[0] == 'f' ? 1e-6 : 2e-6, name);
        v.place = LAI_PLACE_OPENCL;
        v.device = "opencl:0";
        v.behaviour = [](const lai_call *, lai_result *) { return LAI_DEVICE_LOST; };
    }
    world.add_plugin("cpu").add(1e-3);
    GemmCall gemm(4);
    const Outcome outcome = world.dispatcher().run(gemm.call, {});
    EXPECT_STREQ(outcome.backend, "cpu");
    EXPECT_EQ(outcome.strategy, Strategy::cpu_fallback);
    EXPECT_EQ(gpu.variants[1]->executed, 0) << "its device is known to be lost";
    for (const BreakerStatus &b : world.context().breakers()) {
        EXPECT_EQ(b.state, b.device == "cpu" ? "CLOSED" : "OPEN");
    }
}

}  // namespace
}  // namespace lapack_ai::core::test
