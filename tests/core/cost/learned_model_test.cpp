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
    w.threads = 2;
    const auto dim = static_cast<std::int64_t>(n);
    const std::int64_t dims[] = {dim, dim, dim};
    w.locate(dims, 3);
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

TEST_F(LearnedModelTest, OutliersTurnNoChoice) {
    std::mt19937 random(11);
    int turned = 0;
    for (int i = 0; i < 3000; ++i) {
        for (const ModelKey &key : {a_, b_}) {
            const double usual = key.number == a_.number ? 1e-3 : 1.3e-3;
            call(key, random() % 20 == 0 ? 100 * usual : usual);
        }
        turned += predicted(b_) < predicted(a_) ? 1 : 0;
    }
    EXPECT_EQ(turned, 0);
}

TEST_F(LearnedModelTest, ALastingSlowdownTurnsTheChoiceWithinTwentyCalls) {
    for (int i = 0; i < 200; ++i) {
        call(a_, 1e-3);
        call(b_, 1.5e-3);
    }
    int calls = 0;
    for (; predicted(a_) < predicted(b_) && calls < 100; ++calls) call(a_, 3e-3);
    EXPECT_LE(calls, 20);
}

TEST_F(LearnedModelTest, SizesOfAnOctaveAndThenTheOpBorrowFromEachOther) {
    // Three shapes of one factor of 4: the fourth is believed to be as slow, another size not yet.
    for (double n : {100.0, 101.0, 102.0})
        for (int i = 0; i < 3; ++i) call(a_, 3e-3, n);
    EXPECT_NEAR(predicted(a_, 103), 3e-3, 3e-4);
    EXPECT_DOUBLE_EQ(predicted(a_, 1000), 1e-3);
    for (double n : {20.0, 400.0})
        for (int i = 0; i < 3; ++i) call(a_, 3e-3, n);
    EXPECT_NEAR(predicted(a_, 1000), 3e-3, 3e-4) << "three sizes say so";
}

TEST_F(LearnedModelTest, ALoopOverOneShapeDoesNotSpeakForOthers) {
    for (int i = 0; i < 16; ++i) call(a_, 3e-3, 100);
    EXPECT_NEAR(predicted(a_, 100), 3e-3, 3e-4);
    EXPECT_DOUBLE_EQ(predicted(a_, 101), 1e-3);
}

TEST_F(LearnedModelTest, SmallDeviationsStayWithTheirShapes) {
    for (double n : {100.0, 101.0, 102.0, 103.0}) call(a_, 1.05e-3, n);
    EXPECT_NEAR(predicted(a_, 104), 1e-3, 1e-5);
}

TEST_F(LearnedModelTest, AVariantIsTriedAFewTimesAnOctave) {
    int tries = 0;
    for (int i = 0; i < 100; ++i) tries += model_.worth_trying(a_, gemm_workload(100)) ? 1 : 0;
    EXPECT_EQ(tries, 4);
    EXPECT_TRUE(model_.worth_trying(a_, gemm_workload(1000))) << "another size";
    for (double n : {100.0, 101.0, 102.0}) call(b_, 1e-3, n);
    EXPECT_FALSE(model_.worth_trying(b_, gemm_workload(100))) << "known";
}

TEST_F(LearnedModelTest, RemembersTheLastActualTimeOfAShape) {
    EXPECT_EQ(model_.actual(a_, gemm_workload(100), own_cost(1e-3)).samples, 0u);
    model_.observe(a_, gemm_workload(100), 1e-3, 7e-3);
    const Actual actual = model_.actual(a_, gemm_workload(100), own_cost(1e-3));
    EXPECT_EQ(actual.samples, 1u);
    EXPECT_NEAR(actual.seconds, 7e-3, 1e-6);
    EXPECT_EQ(model_.actual(a_, gemm_workload(101), own_cost(1e-3)).samples, 0u);
}

TEST_F(LearnedModelTest, ManyShapesDoNotCrowdOutFamilies) {
    for (int n = 0; n < 20000; ++n) call(a_, 3e-3, 2000 + n % 500);
    for (int n = 0; n < 20000; ++n) {
        Workload w = gemm_workload(100);
        const std::int64_t dims[] = {100, 100, 100 + n};
        w.locate(dims, 3);
        model_.observe(a_, w, 1e-3, 3e-3);
        if (n % 100 == 0) model_.learn();
    }
    EXPECT_GT(predicted(a_, 2600), 2.5e-3);
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
    for (double n = 8; n <= 2048; n *= 2)
        points.push_back({2 * n * n * n, gemm_workload(n).place, 1e-3, 4e-3, 0.01});
    model_.install("profile.json", {{1, 1, LAI_DTYPE_F64, 0, 2, points}});
    EXPECT_NEAR(predicted(a_), 4e-3, 1e-5);
    EXPECT_STREQ(model_.predict(a_, gemm_workload(100), own_cost(1e-3)).model, "profile");
    EXPECT_DOUBLE_EQ(predicted(b_), 1e-3);
    Workload other_threads = gemm_workload(100);
    other_threads.threads = 1;
    const std::int64_t dims[] = {100, 100, 100};
    other_threads.locate(dims, 3);
    EXPECT_DOUBLE_EQ(model_.predict(a_, other_threads, own_cost(1e-3)).seconds(), 1e-3);
    EXPECT_EQ(model_.profile_path(), "profile.json");
}

TEST_F(LearnedModelTest, ANewProfileReplacesWhatWasLearnedOnTheOldOne) {
    for (int i = 0; i < 10; ++i) call(a_, 4e-3);
    EXPECT_NEAR(predicted(a_), 4e-3, 1e-4);
    std::vector<ProfilePoint> points;
    for (double n = 8; n <= 2048; n *= 2)
        points.push_back({2 * n * n * n, gemm_workload(n).place, 1e-3, 4e-3, 0.01});
    model_.install("profile.json", {{1, 1, LAI_DTYPE_F64, 0, 2, points}});
    EXPECT_NEAR(predicted(a_), 4e-3, 1e-4) << "the correction must not count twice";
    for (int i = 0; i < 10; ++i) call(a_, 8e-3);
    model_.install("profile.json", {{1, 1, LAI_DTYPE_F64, 0, 2, points}});
    EXPECT_NEAR(predicted(a_), 8e-3, 1e-3) << "the same profile again changes nothing";
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
