// Whatever a backend answers, the next one computes the right result from the caller's own data.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "fake_backend.hpp"

namespace lapack_ai::core::test {
namespace {

using testing::HasSubstr;

struct Failure {
    const char *name;
    lai_status status;
    bool scribbles;  // over its in-out operands first, and says MAY_DIRTY
};

void scribble(const lai_call *call) {
    const lai_operand &c = *LAI_OPERAND(call, LAI_GEMM_C);
    for (std::int64_t i = 0; i < c.rows * c.cols; ++i) static_cast<double *>(c.data)[i] = -77;
}

class Fallback : public testing::TestWithParam<Failure> {};

TEST_P(Fallback, NextBackendStartsFromTheOriginalData) {
    FakeWorld world;
    FakeVariant &bad = world.add_plugin("bad").add(1e-6);
    FakeVariant &good = world.add_plugin("good").add(1e-3);
    const Failure failure = GetParam();
    bad.flags = failure.scribbles ? LAI_VARIANT_MAY_DIRTY : 0;
    bad.behaviour = [&](const lai_call *call, lai_result *result) {
        if (failure.scribbles) scribble(call);
        result->detail = "on purpose";
        return failure.status;
    };
    GemmCall gemm(5, 0.5);
    const Outcome outcome = world.dispatcher().run(gemm.call, {});
    EXPECT_LT(gemm.error(), 1e-12);
    EXPECT_STREQ(outcome.backend, "good");
    EXPECT_EQ(outcome.status, LAI_OK);
    EXPECT_EQ(outcome.fallbacks, 1u);
    EXPECT_EQ(bad.executed, 1);
    EXPECT_EQ(good.executed, 1);
}

TEST_P(Fallback, StrictIsAnErrorAndLosesNothing) {
    FakeWorld world;
    FakeVariant &bad = world.add_plugin("bad").add(1e-6);
    FakeVariant &good = world.add_plugin("good").add(1e-3);
    const Failure failure = GetParam();
    bad.flags = failure.scribbles ? LAI_VARIANT_MAY_DIRTY : 0;
    bad.behaviour = [&](const lai_call *call, lai_result *) {
        if (failure.scribbles) scribble(call);
        return failure.status;
    };
    world.settings.dispatch.fallback = FallbackMode::strict;
    GemmCall gemm(5, 0.5);
    try {
        world.dispatcher().run(gemm.call, {});
        FAIL() << "no error";
    } catch (const Error &error) {
        EXPECT_EQ(error.kind(), ErrorKind::backend_failed);
        EXPECT_THAT(error.what(), HasSubstr(failure.name));
        EXPECT_THAT(error.what(), HasSubstr("bad"));
    }
    EXPECT_EQ(good.executed, 0);
    EXPECT_EQ(gemm.c, gemm.c0);
}

INSTANTIATE_TEST_SUITE_P(
    Statuses, Fallback,
    testing::Values(Failure{"DECLINED", LAI_DECLINED, false}, Failure{"BUSY", LAI_BUSY, false},
                    Failure{"OUT_OF_MEMORY", LAI_OUT_OF_MEMORY, false},
                    Failure{"DEVICE_LOST", LAI_DEVICE_LOST, false}, Failure{"TIMEOUT", LAI_TIMEOUT, false},
                    Failure{"FAULT_CLEAN", LAI_FAULT_CLEAN, false},
                    Failure{"FAULT_DIRTY", LAI_FAULT_DIRTY, true}, Failure{"INVALID", LAI_INVALID, false}),
    [](const auto &each) { return std::string(each.param.name); });

TEST(FallbackChain, EveryFailureIsNamedWhenAllFail) {
    FakeWorld world;
    for (const char *id : {"one", "two"}) {
        FakeVariant &v = world.add_plugin(id).add(1e-6);
        v.flags = LAI_VARIANT_MAY_DIRTY;
        v.behaviour = [id](const lai_call *call, lai_result *result) {
            scribble(call);
            result->detail = id;
            return LAI_FAULT_DIRTY;
        };
    }
    GemmCall gemm(4, 1);
    try {
        world.dispatcher().run(gemm.call, {});
        FAIL() << "no error";
    } catch (const Error &error) {
        EXPECT_EQ(error.kind(), ErrorKind::backend_failed);
        EXPECT_THAT(error.what(), HasSubstr("dgemm (m=4, n=4, k=4)"));
        EXPECT_THAT(error.what(), HasSubstr("one: returned FAULT_DIRTY: one"));
        EXPECT_THAT(error.what(), HasSubstr("two: returned FAULT_DIRTY: two"));
    }
    EXPECT_EQ(gemm.c, gemm.c0);
}

TEST(FallbackChain, WritingTheInputWithoutHavingSaidSoIsAnError) {
    FakeWorld world;
    world.add_plugin("liar").add(1e-6).behaviour = [](const lai_call *call, lai_result *) {
        scribble(call);
        return LAI_FAULT_DIRTY;
    };
    FakeVariant &good = world.add_plugin("good").add(1e-3);
    GemmCall gemm(4, 1);
    try {
        world.dispatcher().run(gemm.call, {});
        FAIL() << "no error";
    } catch (const Error &error) {
        EXPECT_THAT(error.what(), HasSubstr("the input was overwritten and is lost"));
    }
    EXPECT_EQ(good.executed, 0);
}

TEST(FallbackChain, InfoIsAnAnswerNotAFailure) {
    FakeWorld world;
    world.add_plugin("first").add(1e-6).behaviour = [](const lai_call *call, lai_result *result) {
        plain_gemm(call);
        result->info = 3;
        return LAI_OK;
    };
    FakeVariant &second = world.add_plugin("second").add(1e-3);
    GemmCall gemm(4);
    const Outcome outcome = world.dispatcher().run(gemm.call, {});
    EXPECT_EQ(outcome.result.info, 3);
    EXPECT_STREQ(outcome.backend, "first");
    EXPECT_EQ(second.executed, 0);
}

}  // namespace
}  // namespace lapack_ai::core::test
