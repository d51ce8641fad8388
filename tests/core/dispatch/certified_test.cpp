// Accuracy by request through the dispatcher: good results are certified, inaccurate ones escalate, wrong
// ones are faults, and whatever happens the next backend computes from the caller's own data.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "dispatch/certificate.hpp"
#include "fake_backend.hpp"

namespace lapack_ai::core::test {
namespace {

using testing::HasSubstr;

constexpr double infinity = std::numeric_limits<double>::infinity();

CallOptions wanting(double backward_error) {
    CallOptions options;
    options.backward_error = backward_error;
    return options;
}

double &element(const lai_call *call, std::int64_t i, std::int64_t j) {
    const lai_operand &c = *LAI_OPERAND(call, LAI_GEMM_C);
    return static_cast<double *>(c.data)[j * c.ld + i];
}

// The ways of being wrong without saying so.
struct Lie {
    const char *name;
    void (*spoil)(const lai_call *);
};

void one_entry_off(const lai_call *call) {
    element(call, 3, 5) += 1e-3;
}
void lost_row(const lai_call *call) {
    for (std::int64_t j = 0; j < call->dims[1]; ++j) element(call, 7, j) = 0;
}
void wrong_scale(const lai_call *call) {
    for (std::int64_t j = 0; j < call->dims[1]; ++j)
        for (std::int64_t i = 0; i < call->dims[0]; ++i) element(call, i, j) *= 1.001;
}
void not_a_number(const lai_call *call) {
    element(call, 0, 0) = std::nan("");
}

class Lies : public testing::TestWithParam<Lie> {
  protected:
    Lies() {
        liar.behaviour = [this](const lai_call *call, lai_result *) {
            plain_gemm(call);
            GetParam().spoil(call);
            return LAI_OK;
        };
    }
    FakeWorld world;
    FakeVariant &liar = world.add_plugin("liar").add(1e-6);
    FakeVariant &honest = world.add_plugin("honest").add(1e-3);
};

TEST_P(Lies, AreFaultsAndTheResultIsComputedAnewFromTheOriginalC) {
    for (const double beta : {0.0, 0.5}) {
        FakeWorld w;
        FakeVariant &bad = w.add_plugin("bad").add(1e-6);
        w.add_plugin("good").add(1e-3);
        bad.behaviour = liar.behaviour;
        GemmCall gemm(20, beta);
        const Outcome outcome = w.dispatcher().run(gemm.call, wanting(1e-13));
        EXPECT_LT(gemm.error(), 1e-12);
        EXPECT_STREQ(outcome.backend, "good");
        EXPECT_EQ(outcome.fallbacks, 1u);
        EXPECT_GE(outcome.certified_error, 0);
        EXPECT_LE(outcome.certified_error, 1e-13);
        const Certificate &certificate = thread_certificate();
        EXPECT_EQ(certificate.verdict, Verdict::met);
        ASSERT_EQ(certificate.trial_count, 2u);
        EXPECT_STREQ(certificate.trials[0].backend, "bad");
        EXPECT_EQ(certificate.trials[0].verdict, TrialVerdict::wrong);
        EXPECT_EQ(certificate.trials[1].verdict, TrialVerdict::met);
        EXPECT_GT(certificate.miss_probability, 0);
        EXPECT_LT(certificate.miss_probability, 1e-4);
        ASSERT_NE(outcome.diagnosis, nullptr);
        EXPECT_THAT(outcome.diagnosis->semantic_message, HasSubstr("bad"));
    }
}

TEST_P(Lies, OpenTheBreakerAtOnce) {
    GemmCall gemm(20);
    world.dispatcher().run(gemm.call, wanting(1e-13));
    // Calls that are not checked keep away from it too.
    world.dispatcher().run(gemm.call, {});
    EXPECT_EQ(liar.executed, 1);
    EXPECT_EQ(honest.executed, 2);
    const Ranking ranking = world.dispatcher().explain(gemm.call, {});
    EXPECT_EQ(ranking.candidates[1].plugin, "liar");
    EXPECT_EQ(ranking.candidates[1].reason, LAI_REASON_BREAKER_OPEN);
}

TEST_P(Lies, KeepAHalfOpenBreakerOpen) {
    world.settings.breaker.open_seconds = 10;
    GemmCall gemm(20);
    world.dispatcher().run(gemm.call, wanting(1e-13));
    world.now += 11'000'000'000;
    world.dispatcher().run(gemm.call, wanting(1e-13));
    EXPECT_EQ(liar.executed, 2);
    world.dispatcher().run(gemm.call, wanting(1e-13));
    EXPECT_EQ(liar.executed, 2);
    EXPECT_LT(gemm.error(), 1e-12);
}

TEST_P(Lies, AreAnErrorUnderStrictAndLoseNothing) {
    world.settings.dispatch.fallback = FallbackMode::strict;
    GemmCall gemm(20, 0.5);
    try {
        world.dispatcher().run(gemm.call, wanting(1e-13));
        FAIL() << "no error";
    } catch (const Error &error) {
        EXPECT_EQ(error.kind(), ErrorKind::backend_failed);
        EXPECT_THAT(error.what(), HasSubstr("wrong result"));
    }
    EXPECT_EQ(gemm.c, gemm.c0);
    EXPECT_EQ(honest.executed, 0);
}

INSTANTIATE_TEST_SUITE_P(Gemm, Lies,
                         testing::Values(Lie{"OneEntryOff", one_entry_off}, Lie{"LostRow", lost_row},
                                         Lie{"WrongScale", wrong_scale}, Lie{"NaN", not_a_number}),
                         [](const auto &each) { return std::string(each.param.name); });

// A correct backend of its class whose error is about `relative` of the largest element.
std::function<lai_status(const lai_call *, lai_result *)> inaccurate(double relative) {
    return [relative](const lai_call *call, lai_result *) {
        plain_gemm(call);
        for (std::int64_t j = 0; j < call->dims[1]; ++j)
            for (std::int64_t i = 0; i < call->dims[0]; ++i)
                element(call, i, j) *= 1 + relative * ((i + j) % 2 == 0 ? 1 : -1);
        return LAI_OK;
    };
}

TEST(Escalation, GoesOnToAMoreAccurateBackendWithoutBlame) {
    FakeWorld world;
    FakeVariant &fast = world.add_plugin("fast").add(1e-6);
    fast.accuracy = LAI_ACCURACY_MIXED;
    fast.behaviour = inaccurate(1e-8);
    FakeVariant &exact = world.add_plugin("exact").add(1e-3);
    GemmCall gemm(20, 0.5);
    // The prior of its class keeps it from being tried for what it will not reach ...
    Outcome outcome = world.dispatcher().run(gemm.call, wanting(1e-13));
    EXPECT_STREQ(outcome.backend, "exact");
    EXPECT_EQ(fast.executed, 0);
    // ... and lets it try where it may.
    gemm.reset();
    outcome = world.dispatcher().run(gemm.call, wanting(1e-3));
    EXPECT_STREQ(outcome.backend, "fast");
    EXPECT_GT(outcome.certified_error, 1e-11);
    EXPECT_LT(outcome.certified_error, 1e-6);
    EXPECT_EQ(fast.executed, 1);
    EXPECT_EQ(exact.executed, 1);
}

TEST(Escalation, MeasuresCorrectThePrior) {
    FakeWorld world;
    FakeVariant &fast = world.add_plugin("fast").add(1e-6);
    fast.behaviour = inaccurate(1e-12);  // its class promises more, and 4 n u still covers it
    FakeVariant &exact = world.add_plugin("exact").add(1e-3);
    GemmCall gemm(300);
    Outcome outcome = world.dispatcher().run(gemm.call, wanting(5e-15));
    EXPECT_STREQ(outcome.backend, "exact");
    EXPECT_EQ(outcome.fallbacks, 0u);
    const Certificate &certificate = thread_certificate();
    ASSERT_EQ(certificate.trial_count, 2u);
    EXPECT_EQ(certificate.trials[0].verdict, TrialVerdict::not_accurate);
    // The next call knows.
    gemm.reset();
    world.dispatcher().run(gemm.call, wanting(5e-15));
    EXPECT_EQ(fast.executed, 1);
    EXPECT_EQ(exact.executed, 2);
    // Nobody was blamed.
    world.dispatcher().run(gemm.call, {});
    EXPECT_EQ(fast.executed, 2);
}

TEST(Escalation, EndsInAnErrorThatNamesWhatWasReached) {
    FakeWorld world;
    world.add_plugin("one").add(1e-6).behaviour = inaccurate(1e-14);
    GemmCall gemm(20, 0.5);
    try {
        world.dispatcher().run(gemm.call, wanting(1e-17));
        FAIL() << "no error";
    } catch (const Error &error) {
        EXPECT_EQ(error.kind(), ErrorKind::inaccurate);
        EXPECT_THAT(error.what(), HasSubstr("one"));
        EXPECT_THAT(error.what(), HasSubstr("1e-17"));
    }
    EXPECT_EQ(gemm.c, gemm.c0);
    EXPECT_EQ(thread_certificate().verdict, Verdict::not_met);
}

TEST(Escalation, StillFallsBackWhenABackendFails) {
    FakeWorld world;
    FakeVariant &dead = world.add_plugin("dead").add(1e-6);
    dead.behaviour = [](const lai_call *, lai_result *) { return LAI_FAULT_CLEAN; };
    world.add_plugin("alive").add(1e-3);
    GemmCall gemm(20);
    const Outcome outcome = world.dispatcher().run(gemm.call, wanting(1e-13));
    EXPECT_STREQ(outcome.backend, "alive");
    EXPECT_EQ(outcome.fallbacks, 1u);
    EXPECT_EQ(thread_certificate().trials[0].verdict, TrialVerdict::failed);
}

TEST(Escalation, ExplainTellsWhoMayReachIt) {
    FakeWorld world;
    world.add_plugin("fast").add(1e-6).accuracy = LAI_ACCURACY_MIXED;
    world.add_plugin("exact").add(1e-3);
    GemmCall gemm(20);
    const Ranking ranking = world.dispatcher().explain(gemm.call, wanting(1e-13));
    EXPECT_EQ(ranking.candidates[0].plugin, "exact");
    EXPECT_EQ(ranking.candidates[1].reason, LAI_REASON_ACCURACY);
    EXPECT_GT(ranking.candidates[1].expected_error, 1e-13);
}

TEST(Certifying, NonfiniteInputCannotBeCertified) {
    for (const double bad : {infinity, std::nan("")}) {
        FakeWorld world;
        FakeVariant &only = world.add_plugin("only").add(1e-6);
        GemmCall gemm(20);
        gemm.a[3] = bad;
        EXPECT_THROW(
            try { world.dispatcher().run(gemm.call, wanting(1e-13)); } catch (const Error &error) {
                EXPECT_EQ(error.kind(), ErrorKind::inaccurate);
                EXPECT_THAT(error.what(), HasSubstr("Inf or NaN"));
                throw;
            },
            Error);
        EXPECT_EQ(thread_certificate().verdict, Verdict::impossible);
        // Nobody's fault.
        world.dispatcher().run(gemm.call, {});
        EXPECT_EQ(only.executed, 2);
    }
}

TEST(Certifying, EmptyAndZeroProblemsAreExact) {
    FakeWorld world;
    world.add_plugin("only").add(1e-6);
    GemmCall empty(0);
    EXPECT_EQ(world.dispatcher().run(empty.call, wanting(1e-15)).certified_error, 0);
    GemmCall zero(20, 0.5);
    std::fill(zero.a.begin(), zero.a.end(), 0.0);
    EXPECT_LE(world.dispatcher().run(zero.call, wanting(1e-15)).certified_error, 1e-15);
    std::fill(zero.c0.begin(), zero.c0.end(), 0.0);
    zero.reset();
    EXPECT_EQ(world.dispatcher().run(zero.call, wanting(1e-15)).certified_error, 0);
}

TEST(Certifying, AnythingButZeroFromZeroMatricesIsWrong) {
    FakeWorld world;
    world.add_plugin("bad").add(1e-6).behaviour = [](const lai_call *call, lai_result *) {
        plain_gemm(call);
        element(call, 0, 0) = 1e-300;
        return LAI_OK;
    };
    world.add_plugin("good").add(1e-3);
    GemmCall zero(20);
    std::fill(zero.a.begin(), zero.a.end(), 0.0);
    const Outcome outcome = world.dispatcher().run(zero.call, wanting(1e-13));
    EXPECT_STREQ(outcome.backend, "good");
}

TEST(Certifying, AnOpWithoutACheckSaysSo) {
    FakeWorld world;
    FakeVariant &v = world.add_plugin("only").add(1e-6);
    v.op_id = "lai.potrf/1";
    v.behaviour = [](const lai_call *, lai_result *) { return LAI_OK; };
    std::vector<double> a{1};
    std::vector<std::int64_t> dims{1};
    std::vector<std::uint8_t> letters{'U'};
    lai_operand operand{};
    operand.size = sizeof operand;
    operand.dtype = LAI_DTYPE_F64;
    operand.data = a.data();
    operand.rows = operand.cols = operand.ld = 1;
    GemmCall any(1);
    lai_call call = any.call;
    call.op = OpTable::instance().find(BuiltinOp::potrf).number;
    call.dims = dims.data();
    call.flags = letters.data();
    call.operands = &operand;
    call.dim_count = call.flag_count = call.operand_count = 1;
    call.scalar_count = 0;
    EXPECT_THROW(
        try { world.dispatcher().run(call, wanting(1e-13)); } catch (const Error &error) {
            EXPECT_THAT(error.what(), HasSubstr("no check is known for potrf"));
            throw;
        },
        Error);
    EXPECT_EQ(v.executed, 0);
}

TEST(Certifying, CallsWithoutARequestAreNotChecked) {
    FakeWorld world;
    FakeVariant &bad = world.add_plugin("bad").add(1e-6);
    bad.behaviour = [](const lai_call *call, lai_result *) {
        element(call, 0, 0) = 7;
        return LAI_OK;
    };
    GemmCall gemm(20);
    const Outcome outcome = world.dispatcher().run(gemm.call, {});
    EXPECT_EQ(outcome.certified_error, -1);
    EXPECT_EQ(gemm.c[0], 7);
}

}  // namespace
}  // namespace lapack_ai::core::test
