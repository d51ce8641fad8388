// Learning with injected times: outliers move nothing, a lasting slowdown is believed, decisions go stale
// only then.
#include "cost/learned_model.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <thread>

namespace lapack_ai::core {
namespace {

Workload gemm_workload(double n) {
    Workload w;
    w.op = 1;
    w.dtype = LAI_DTYPE_F64;
    w.flops = 2 * n * n * n;
    w.smallest_dim = n;
    w.threads = 2;
    return w;
}

lai_cost own_cost(double seconds) {
    lai_cost cost{};
    cost.size = sizeof cost;
    cost.compute_seconds = seconds;
    cost.sigma = 0.2;
    return cost;
}

class LearnedModelTest : public ::testing::Test {
  protected:
    LearnedModelTest() { model_.start_learning(nullptr); }  // no thread: the test drains
    double predicted(const ModelKey &key, double n = 100) {
        return model_.predict(key, gemm_workload(n), own_cost(1e-3)).seconds();
    }
    // A call that took `actual` seconds under the current prediction; true if decisions became stale.
    bool call(const ModelKey &key, double actual, double n = 100) {
        model_.observe(key, gemm_workload(n), predicted(key, n), actual);
        return model_.learn();
    }
    LearnedModel model_;
    ModelKey a_{1, LAI_PLACE_CPU, "a", "", "cpu"};
    ModelKey b_{2, LAI_PLACE_CPU, "b", "", "cpu"};
};

TEST_F(LearnedModelTest, TheVariantsOwnPredictionUntilSomethingIsKnown) {
    EXPECT_DOUBLE_EQ(predicted(a_), 1e-3);
    call(a_, 5e-3);
    call(a_, 5e-3);
    EXPECT_DOUBLE_EQ(predicted(a_), 1e-3) << "two samples prove nothing";
}

TEST_F(LearnedModelTest, ALastingSlowdownIsBelievedWithinTwentyCalls) {
    for (int i = 0; i < 50; ++i) call(a_, 1e-3);
    int calls = 0;
    while (predicted(a_) < 2.7e-3 && calls < 100) {
        call(a_, 3e-3);
        ++calls;
    }
    EXPECT_LE(calls, 20);
    EXPECT_DOUBLE_EQ(predicted(b_), 1e-3) << "others are not blamed";
}

TEST_F(LearnedModelTest, OutliersOfAHundredTimesMoveNothing) {
    std::mt19937 random(7);
    for (int i = 0; i < 2000; ++i) {
        const bool poisoned = random() % 20 == 0;
        call(a_, poisoned ? 0.1 : 1e-3);
        // Three outliers in five calls happen by chance once in a thousand; even then the step is bounded.
        EXPECT_LT(predicted(a_), 1.7e-3) << "call " << i;
    }
    EXPECT_NEAR(predicted(a_), 1e-3, 5e-5);
}

TEST_F(LearnedModelTest, StaleOnlyWhenACorrectionMoves) {
    int stale = 0;
    for (int i = 0; i < 100; ++i) stale += call(a_, 1.01e-3) ? 1 : 0;
    EXPECT_EQ(stale, 0);
    for (int i = 0; i < 20; ++i) stale += call(a_, 2e-3) ? 1 : 0;
    EXPECT_GE(stale, 1);
    EXPECT_LE(stale, 16);
}

TEST_F(LearnedModelTest, NewSizesBorrowFromKnownOnesOfTheSameOp) {
    for (int i = 0; i < 10; ++i) call(a_, 3e-3, 100);
    EXPECT_NEAR(predicted(a_, 1000), 3e-3, 3e-4);
}

TEST_F(LearnedModelTest, SteadyPredictionsIgnoreWhatWasLearned) {
    for (int i = 0; i < 10; ++i) call(a_, 3e-3);
    EXPECT_DOUBLE_EQ(model_.predict_steadily(a_, gemm_workload(100), own_cost(1e-3)).seconds(), 1e-3);
}

TEST_F(LearnedModelTest, BrokenClocksAreIgnored) {
    for (double actual : {0.0, -1.0, std::nan(""), HUGE_VAL}) {
        model_.observe(a_, gemm_workload(100), 1e-3, actual);
        model_.observe(a_, gemm_workload(100), actual, 1e-3);
    }
    model_.learn();
    EXPECT_DOUBLE_EQ(predicted(a_), 1e-3);
}

TEST_F(LearnedModelTest, AProfileCorrectsByItsSurface) {
    std::vector<ProfilePoint> points;
    for (double n = 8; n <= 2048; n *= 2) points.push_back({2 * n * n * n, n, 1, 1e-3, 4e-3, 0.01});
    model_.install("profile.json",
                   {{1, 1, LAI_DTYPE_F64, 0, 2, std::make_shared<const ResidualSurface>(points)}});
    EXPECT_NEAR(predicted(a_), 4e-3, 1e-5);
    EXPECT_STREQ(model_.predict(a_, gemm_workload(100), own_cost(1e-3)).model, "profile");
    EXPECT_DOUBLE_EQ(predicted(b_), 1e-3);
    Workload other_threads = gemm_workload(100);
    other_threads.threads = 1;
    EXPECT_DOUBLE_EQ(model_.predict(a_, other_threads, own_cost(1e-3)).seconds(), 1e-3);
    EXPECT_EQ(model_.profile_path(), "profile.json");
}

TEST(LearnedModel, ManyThreadsMayObserveWhileItLearns) {
    LearnedModel model;
    model.start_learning([] {});
    std::vector<std::thread> threads;
    for (std::uint32_t t = 0; t < 4; ++t)
        threads.emplace_back([&model, t] {
            const ModelKey key{t + 1, LAI_PLACE_CPU, "p", "", "cpu"};
            for (int i = 0; i < 2000; ++i) {
                const double now = model.predict(key, gemm_workload(64), own_cost(1e-3)).seconds();
                model.observe(key, gemm_workload(64), now, 2e-3);
            }
        });
    for (std::thread &thread : threads) thread.join();
    model.stop_learning();
    model.start_learning(nullptr);
    model.learn();
    EXPECT_NEAR(
        model.predict({1, LAI_PLACE_CPU, "p", "", "cpu"}, gemm_workload(64), own_cost(1e-3)).seconds(), 2e-3,
        3e-4);
}

}  // namespace
}  // namespace lapack_ai::core
