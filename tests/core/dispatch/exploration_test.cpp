// A variant that its own prediction keeps out is found by a few trial calls; certainty, price, pins and
// determinism forbid them.
#include <gtest/gtest.h>

#include <string>

#include "cost/learned_model.hpp"
#include "fake_backend.hpp"

namespace lapack_ai::core::test {
namespace {

class Exploration : public testing::Test {
  protected:
    Exploration() {
        auto model = std::make_shared<LearnedModel>();
        model->start_learning(nullptr);  // no thread: the decisions are what is looked at
        world_.cost_model = model;
        world_.settings.cost_model.profile = "none";
        // Left to the test: a background thread would take in real times.
        leader_ = &world_.add_plugin("leader").add(1e-3);
        other_ = &world_.add_plugin("other").add(1.3e-3);
        other_->sigma = 0.5;
    }
    int trials(int calls = 20) {
        int count = 0;
        for (int i = 0; i < calls; ++i) {
            GemmCall gemm(4);
            count += world_.dispatcher().run(gemm.call, options_).backend == std::string("other") ? 1 : 0;
        }
        return count;
    }

    FakeWorld world_;
    FakeVariant *leader_, *other_;
    CallOptions options_;
};

TEST_F(Exploration, AFewCallsGoToOneThatMayBeFaster) {
    const int count = trials();
    EXPECT_GE(count, 3);
    // What it then showed, some nanoseconds against a promised millisecond, may rightly win the rest.
    GemmCall gemm(4);
    EXPECT_EQ(world_.dispatcher().explain(gemm.call, {}).candidates.size(), 2u);
}

TEST_F(Exploration, NotWhenItsPredictionIsCertain) {
    other_->sigma = 0.05;
    GemmCall gemm(4);
    EXPECT_STREQ(world_.dispatcher().run(gemm.call, {}).backend, "leader");
}

TEST_F(Exploration, NotAtMoreThanThreeTimesThePrice) {
    other_->seconds = 3.1e-3;
    other_->sigma = 2;
    GemmCall gemm(4);
    EXPECT_STREQ(world_.dispatcher().run(gemm.call, {}).backend, "leader");
}

TEST_F(Exploration, NotOfTinyCalls) {
    leader_->seconds = 1e-6;
    other_->seconds = 1.1e-6;
    GemmCall gemm(4);
    EXPECT_STREQ(world_.dispatcher().run(gemm.call, {}).backend, "leader");
}

TEST_F(Exploration, NotUnderDeterministic) {
    world_.settings.dispatch.deterministic = true;
    EXPECT_EQ(trials(), 0);
}

TEST_F(Exploration, NotWhenLearningIsOff) {
    world_.settings.cost_model.online = false;
    EXPECT_EQ(trials(), 0);
}

TEST_F(Exploration, NotPastAPin) {
    world_.settings.dispatch.pin["gemm"] = "leader";
    EXPECT_EQ(trials(), 0);
}

}  // namespace
}  // namespace lapack_ai::core::test
