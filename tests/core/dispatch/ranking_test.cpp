// Who is chosen and what every loser is told: limits, policies, memory, hysteresis, pins, deadlines.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "fake_backend.hpp"

namespace lapack_ai::core::test {
namespace {

using testing::HasSubstr;

std::map<std::string, lai_reason> reasons(const Ranking &ranking) {
    std::map<std::string, lai_reason> all;
    for (const Candidate &c : ranking.candidates) all[c.plugin] = c.reason;
    return all;
}

TEST(Ranking, FastestRunsAndLosersKeepTheirReasons) {
    FakeWorld world;
    FakeVariant &fast = world.add_plugin("fast").add(1e-6);
    FakeVariant &slow = world.add_plugin("slow").add(1e-3);
    world.add_plugin("single").add(1e-7).dtypes = LAI_DTYPE_BIT(LAI_DTYPE_F32);
    world.add_plugin("big").add(1e-7).ranges = {{sizeof(lai_dim_range), LAI_GEMM_M, 100, 0}};
    world.add_plugin("picky").add(1e-7).declines = LAI_REASON_STRIDE;
    GemmCall gemm(4);
    const Ranking ranking = world.dispatcher().explain(gemm.call, {});
    const std::map<std::string, lai_reason> expected = {{"fast", LAI_REASON_CHOSEN},
                                                        {"slow", LAI_REASON_SLOWER},
                                                        {"single", LAI_REASON_DTYPE},
                                                        {"big", LAI_REASON_SHAPE},
                                                        {"picky", LAI_REASON_STRIDE}};
    EXPECT_EQ(reasons(ranking), expected);
    EXPECT_EQ(ranking.candidates[0].plugin, "fast");
    EXPECT_EQ(ranking.candidates[1].plugin, "slow");
    EXPECT_DOUBLE_EQ(ranking.candidates[1].predicted_seconds, 1e-3);
    EXPECT_LT(ranking.candidates[1].low_seconds, 1e-3);
    EXPECT_GT(ranking.candidates[1].high_seconds, 1e-3);
    EXPECT_THAT(ranking.summary, HasSubstr("fast, predicted 1 us"));
    EXPECT_EQ(fast.executed + slow.executed, 0) << "explaining runs nothing";
    EXPECT_STREQ(world.dispatcher().run(gemm.call, {}).backend, "fast");
}

TEST(Ranking, ExplainsWithoutData) {
    FakeWorld world;
    world.add_plugin("cpu").add(1e-6);
    GemmCall gemm(4);
    for (lai_operand &operand : gemm.operands) operand.data = nullptr;
    EXPECT_EQ(world.dispatcher().explain(gemm.call, {}).candidates.at(0).reason, LAI_REASON_CHOSEN);
}

TEST(Ranking, UncertaintyCosts) {
    FakeWorld world;
    world.add_plugin("certain").add(1.2e-6).sigma = 0.05;
    world.add_plugin("vague").add(1.0e-6).sigma = 1.0;
    GemmCall gemm(4);
    EXPECT_STREQ(world.dispatcher().run(gemm.call, {}).backend, "certain");
}

TEST(Ranking, GarbagePredictionsNeitherWinNorCrash) {
    FakeWorld world;
    world.add_plugin("nan").add(std::nan(""));
    world.add_plugin("negative").add(-1);
    world.add_plugin("infinite").add(HUGE_VAL);
    world.add_plugin("sane").add(1e-9);
    GemmCall gemm(4);
    const Ranking ranking = world.dispatcher().explain(gemm.call, {});
    EXPECT_EQ(ranking.candidates.at(0).plugin, "sane");
    for (const Candidate &c : ranking.candidates) {
        EXPECT_TRUE(std::isfinite(c.predicted_seconds) && c.predicted_seconds > 0) << c.plugin;
        EXPECT_TRUE(std::isfinite(c.score)) << c.plugin;
    }
}

TEST(Ranking, AccuracyPolicy) {
    FakeWorld world;
    world.add_plugin("classic").add(1e-3);
    world.add_plugin("strassen").add(1e-5).accuracy = LAI_ACCURACY_NORMWISE;
    world.add_plugin("half").add(1e-6).accuracy = LAI_ACCURACY_MIXED;
    GemmCall gemm(4);
    CallOptions options;
    EXPECT_STREQ(world.dispatcher().run(gemm.call, options).backend, "strassen");
    options.accuracy = LAI_ACCURACY_COMPONENTWISE;
    EXPECT_STREQ(world.dispatcher().run(gemm.call, options).backend, "classic");
    EXPECT_EQ(reasons(world.dispatcher().explain(gemm.call, options))["half"], LAI_REASON_ACCURACY);
    options.accuracy = LAI_ACCURACY_MIXED;
    EXPECT_STREQ(world.dispatcher().run(gemm.call, options).backend, "half");
}

TEST(Ranking, DeviceMemoryLimit) {
    FakeWorld world;
    FakeVariant &gpu = world.add_plugin("gpu").add(1e-6);
    gpu.place = LAI_PLACE_OPENCL;
    gpu.device = "opencl:0";
    gpu.device_available = 1000;
    gpu.device_peak = 801;
    world.add_plugin("cpu").add(1e-3);
    GemmCall gemm(4);
    const Ranking ranking = world.dispatcher().explain(gemm.call, {});
    EXPECT_EQ(ranking.candidates.at(0).plugin, "cpu");
    EXPECT_EQ(ranking.strategy, Strategy::cpu_fallback);
    EXPECT_EQ(ranking.candidates.at(1).reason, LAI_REASON_DEVICE_MEMORY);
    EXPECT_EQ(ranking.candidates.at(1).memory_limit_bytes, 800u);
    EXPECT_THAT(ranking.candidates.at(1).note, HasSubstr("needs 801 B of 800 B"));
    EXPECT_EQ(world.dispatcher().run(gemm.call, {}).strategy, Strategy::cpu_fallback);

    gpu.device_peak = 800;
    GemmCall other(5);
    EXPECT_EQ(world.dispatcher().run(other.call, {}).strategy, Strategy::gpu_opencl);
}

TEST(Ranking, StrategyTellsWhyTheCpuRan) {
    FakeWorld world;
    FakeVariant &gpu = world.add_plugin("gpu").add(1e-3);
    gpu.place = LAI_PLACE_OPENCL;
    gpu.device = "opencl:0";
    world.add_plugin("cpu").add(1e-6);
    GemmCall gemm(4);
    EXPECT_EQ(world.dispatcher().run(gemm.call, {}).strategy, Strategy::cpu_optimized);
    world.settings.gpu.enabled = false;
    world.context().reload();
    EXPECT_EQ(world.dispatcher().run(gemm.call, {}).strategy, Strategy::cpu_fallback);
    const Ranking ranking = world.dispatcher().explain(gemm.call, {});
    EXPECT_EQ(ranking.candidates.at(1).reason, LAI_REASON_DISABLED);
    EXPECT_THAT(ranking.candidates.at(1).note, HasSubstr("gpu.enabled is false"));
}

TEST(Ranking, MemoryIsLookedAtAgainWhenTheDecisionIsCached) {
    static std::uint64_t used = 0;
    lai_memory memory{};
    memory.size = sizeof(memory);
    memory.space = "opencl:7";
    memory.alloc = [](void *, std::uint64_t, void **) -> lai_status { return LAI_OUT_OF_MEMORY; };
    memory.retain = memory.release = [](void *, void *) {};
    memory.upload = [](void *, void *, std::uint64_t, std::uint64_t, const void *, std::uint64_t,
                       std::uint64_t, std::uint64_t) -> lai_status { return LAI_OK; };
    memory.download = [](void *, const void *, std::uint64_t, std::uint64_t, void *, std::uint64_t,
                         std::uint64_t, std::uint64_t) -> lai_status { return LAI_OK; };
    memory.info = [](void *, lai_memory_info *info) -> lai_status {
        info->known = 3;
        info->total_bytes = 1000;
        info->used_bytes = used;
        return LAI_OK;
    };
    FakeWorld world;
    FakePlugin &plugin = world.add_plugin("gpu");
    plugin.memory = &memory;
    FakeVariant &gpu = plugin.add(1e-6);
    gpu.place = LAI_PLACE_OPENCL;
    gpu.device = "opencl:7";
    gpu.device_peak = 500;
    world.add_plugin("cpu").add(1e-3);
    GemmCall gemm(4);
    EXPECT_STREQ(world.dispatcher().run(gemm.call, {}).backend, "gpu");
    EXPECT_TRUE(world.dispatcher().run(gemm.call, {}).cached);
    used = 301;
    const Outcome outcome = world.dispatcher().run(gemm.call, {});
    EXPECT_STREQ(outcome.backend, "cpu");
    EXPECT_EQ(outcome.fallbacks, 0u) << "nothing failed";
    used = 0;
    EXPECT_STREQ(world.dispatcher().run(gemm.call, {}).backend, "gpu");
}

TEST(Ranking, HysteresisKeepsTheIncumbentOverSmallDifferences) {
    FakeWorld world;
    FakeVariant &one = world.add_plugin("one").add(1.00e-6);
    FakeVariant &two = world.add_plugin("two").add(1.05e-6);
    GemmCall first(4), second(5), third(6);  // one bucket, three signatures
    EXPECT_STREQ(world.dispatcher().run(first.call, {}).backend, "one");
    one.seconds = 1.05e-6;
    two.seconds = 1.00e-6;
    EXPECT_STREQ(world.dispatcher().run(second.call, {}).backend, "one");
    EXPECT_THAT(world.dispatcher().explain(second.call, {}).summary, HasSubstr("hysteresis"));
    two.seconds = 0.90e-6;
    EXPECT_STREQ(world.dispatcher().run(third.call, {}).backend, "two");
}

TEST(Ranking, DeterministicHasNoMemoryAndRefusesIrreproducibleVariants) {
    FakeWorld world;
    world.settings.dispatch.deterministic = true;
    FakeVariant &one = world.add_plugin("one").add(1.00e-6);
    FakeVariant &two = world.add_plugin("two").add(1.05e-6);
    world.add_plugin("atomic").add(1e-7).nondeterministic = 1;
    GemmCall first(4), second(5);
    EXPECT_STREQ(world.dispatcher().run(first.call, {}).backend, "one");
    one.seconds = 1.05e-6;
    two.seconds = 1.00e-6;
    EXPECT_STREQ(world.dispatcher().run(second.call, {}).backend, "two");
    EXPECT_EQ(reasons(world.dispatcher().explain(second.call, {}))["atomic"], LAI_REASON_DETERMINISM);
}

TEST(Ranking, LastResortStandsLastWhateverItPredicts) {
    FakeWorld world;
    world.add_plugin("reference").add(1e-9).flags = LAI_VARIANT_LAST_RESORT;
    world.add_plugin("normal").add(1.0);
    GemmCall gemm(4);
    EXPECT_STREQ(world.dispatcher().run(gemm.call, {}).backend, "normal");
}

TEST(Ranking, PinGoesFirstAndOthersStandBehindIt) {
    FakeWorld world;
    FakeVariant &pinned = world.add_plugin("slow").add(1.0);
    world.add_plugin("fast").add(1e-6);
    world.settings.dispatch.pin["gemm"] = "slow";
    GemmCall gemm(4);
    EXPECT_STREQ(world.dispatcher().run(gemm.call, {}).backend, "slow");
    pinned.behaviour = [](const lai_call *, lai_result *) { return LAI_FAULT_CLEAN; };
    EXPECT_STREQ(world.dispatcher().run(gemm.call, {}).backend, "fast");
}

TEST(Ranking, ForcedBackendRunsOrIsAnError) {
    FakeWorld world;
    world.add_plugin("slow").add(1.0);
    world.add_plugin("fast").add(1e-6);
    world.add_plugin("single").add(1e-6).dtypes = LAI_DTYPE_BIT(LAI_DTYPE_F32);
    GemmCall gemm(4);
    CallOptions options;
    options.backend = "slow";
    EXPECT_STREQ(world.dispatcher().run(gemm.call, options).backend, "slow");
    EXPECT_EQ(reasons(world.dispatcher().explain(gemm.call, options))["fast"], LAI_REASON_NOT_FORCED);
    options.backend = "single";
    try {
        world.dispatcher().run(gemm.call, options);
        FAIL() << "no error";
    } catch (const Error &error) {
        EXPECT_EQ(error.kind(), ErrorKind::no_backend);
        EXPECT_THAT(error.what(), HasSubstr("single: does not support this element type"));
    }
    options.backend = "fats";
    try {
        world.dispatcher().run(gemm.call, options);
        FAIL() << "no error";
    } catch (const Error &error) {
        EXPECT_EQ(error.kind(), ErrorKind::usage);
        EXPECT_THAT(error.what(), HasSubstr("unknown backend 'fats'; there are: slow, fast, single"));
    }
    world.settings.force_backend = "nobody";
    EXPECT_THROW(world.context().reload(), Error);
    world.settings.force_backend = "slow";
    world.context().reload();
    EXPECT_STREQ(world.dispatcher().run(gemm.call, {}).backend, "slow");
}

TEST(Ranking, ExclusionsLeaveTheOthers) {
    FakeWorld world;
    world.add_plugin("fast").add(1e-6);
    world.add_plugin("slow").add(1.0);
    GemmCall gemm(4);
    const char *off[] = {"fast"};
    CallOptions options;
    options.disable = off;
    options.disable_count = 1;
    EXPECT_STREQ(world.dispatcher().run(gemm.call, options).backend, "slow");
    EXPECT_STREQ(world.dispatcher().run(gemm.call, {}).backend, "fast");
    EXPECT_EQ(reasons(world.dispatcher().explain(gemm.call, options))["fast"], LAI_REASON_EXCLUDED);
}

TEST(Ranking, DeadlineRulesOutTheSlow) {
    FakeWorld world;
    world.add_plugin("slow").add(1000);
    GemmCall gemm(4);
    CallOptions options;
    options.deadline_ns = now_ns() + 1'000'000'000;
    try {
        world.dispatcher().run(gemm.call, options);
        FAIL() << "no error";
    } catch (const Error &error) {
        EXPECT_EQ(error.kind(), ErrorKind::no_backend);
        EXPECT_THAT(error.what(), HasSubstr("predicted to end after the deadline"));
    }
    EXPECT_STREQ(world.dispatcher().run(gemm.call, {}).backend, "slow");
}

TEST(Ranking, WithEverythingOffTheErrorNamesTheKeys) {
    FakeWorld world;
    world.add_plugin("one").add(1e-6);
    world.add_plugin("two").add(1e-6);
    world.settings.plugins["one"].enabled = Enabled::no;
    world.settings.plugins["two"].enabled = Enabled::no;
    GemmCall gemm(4);
    try {
        world.dispatcher().run(gemm.call, {});
        FAIL() << "no error";
    } catch (const Error &error) {
        EXPECT_EQ(error.kind(), ErrorKind::no_backend);
        EXPECT_THAT(error.what(), HasSubstr("plugins.one.enabled is false"));
        EXPECT_THAT(error.what(), HasSubstr("plugins.two.enabled is false"));
    }
}

TEST(Ranking, MayDirtyIsChargedForTheCopyOnlyWhenAnotherIsThere) {
    FakeWorld world;
    FakeVariant &dirty = world.add_plugin("dirty").add(1e-6);
    dirty.flags = LAI_VARIANT_MAY_DIRTY;
    GemmCall gemm(64, 1);
    const double alone = world.dispatcher().explain(gemm.call, {}).candidates.at(0).predicted_seconds;
    EXPECT_DOUBLE_EQ(alone, 1e-6);

    FakeWorld both;
    both.add_plugin("dirty").add(1e-6).flags = LAI_VARIANT_MAY_DIRTY;
    both.add_plugin("other").add(1);
    EXPECT_NEAR(both.dispatcher().explain(gemm.call, {}).candidates.at(0).predicted_seconds,
                1e-6 + 64 * 64 * 8 / 5e9, 1e-9);
}

TEST(Ranking, ACallThatStaysCleanIsNotChargedForACopy) {
    FakeWorld world;
    FakeVariant &dirty = world.add_plugin("dirty").add(1e-6);
    dirty.flags = LAI_VARIANT_MAY_DIRTY;
    dirty.stays_clean = 1;
    world.add_plugin("other").add(1);
    GemmCall gemm(64, 1);
    EXPECT_DOUBLE_EQ(world.dispatcher().explain(gemm.call, {}).candidates.at(0).predicted_seconds, 1e-6);
}

TEST(Ranking, OneVariantOfAPluginCanBeForced) {
    FakeWorld world;
    FakePlugin &plugin = world.add_plugin("many");
    plugin.add(1e-6, "fast");
    plugin.add(1e-3, "slow");
    world.add_plugin("other").add(1e-9);
    GemmCall gemm(4);
    EXPECT_STREQ(world.dispatcher().run(gemm.call, {.backend = "many"}).variant, "fast");
    EXPECT_STREQ(world.dispatcher().run(gemm.call, {.backend = "many/slow"}).variant, "slow");
    try {
        world.dispatcher().run(gemm.call, {.backend = "many/slwo"});
        FAIL() << "no error";
    } catch (const Error &error) {
        EXPECT_EQ(error.kind(), ErrorKind::usage);
        EXPECT_THAT(error.what(), HasSubstr("backend 'many' has no variant 'slwo'; there are: fast, slow"));
    }
}

TEST(Ranking, BadArgumentsAreNamed) {
    FakeWorld world;
    world.add_plugin("cpu").add(1e-6);
    GemmCall gemm(4);
    gemm.operands[LAI_GEMM_B].ld = 3;
    try {
        world.dispatcher().run(gemm.call, {});
        FAIL() << "no error";
    } catch (const Error &error) {
        EXPECT_EQ(error.kind(), ErrorKind::bad_input);
        EXPECT_THAT(error.what(), HasSubstr("dgemm: argument 10 (LDB) is 3"));
    }
    ASSERT_NE(last_diagnosis(), nullptr);
    EXPECT_EQ(last_diagnosis()->argument_index, 10);
    EXPECT_EQ(last_diagnosis()->lapack_info, -10);
}

}  // namespace
}  // namespace lapack_ai::core::test
