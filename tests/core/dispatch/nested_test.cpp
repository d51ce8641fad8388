// Nested dispatch: what a child inherits, how deep it goes, and that it never waits.
#include <gtest/gtest.h>

#include <vector>

#include "fake_backend.hpp"

namespace lapack_ai::core::test {
namespace {

// A composed variant that passes its call on, excluding its own plugin, and keeps what it saw.
struct Composer {
    Composer(FakePlugin &fake, double seconds) : plugin(fake), variant(fake.add(seconds)) {
        variant.place = LAI_PLACE_COMPOSED;
        variant.behaviour = [this](const lai_call *call, lai_result *result) {
            return pass_on(call, result);
        };
    }
    lai_status pass_on(const lai_call *call, lai_result *result) {
        lai_call child = *call;
        child.frame = nullptr;
        child.op = 0;
        const char *self[] = {plugin.id.c_str()};
        lai_constraints constraints{};
        constraints.size = sizeof(constraints);
        constraints.exclude_plugins = self;
        constraints.exclude_count = exclude_self ? 1 : 0;
        constraints.accuracy = tighten;
        lai_cost cost{};
        cost.size = sizeof(cost);
        predicted = plugin.host->predict(plugin.host, call, &child, &constraints, &cost);
        predicted_seconds = cost.compute_seconds;
        answer = plugin.host->invoke(plugin.host, call, &child, &constraints, result);
        return answer;
    }
    FakePlugin &plugin;
    FakeVariant &variant;
    bool exclude_self = true;
    lai_accuracy tighten = LAI_ACCURACY_INHERIT;
    lai_status predicted = -1, answer = -1;
    double predicted_seconds = 0;
};

TEST(Nested, ChildRunsWhereItIsBestAndStrategyFollows) {
    FakeWorld world;
    Composer composer(world.add_plugin("composer"), 1e-6);
    FakeVariant &leaf = world.add_plugin("leaf").add(1e-3);
    leaf.place = LAI_PLACE_OPENCL;
    leaf.device = "opencl:0";
    GemmCall gemm(4);
    const Outcome outcome = world.dispatcher().run(gemm.call, {});
    EXPECT_STREQ(outcome.backend, "composer");
    EXPECT_EQ(outcome.strategy, Strategy::gpu_opencl) << "where its child ran";
    EXPECT_EQ(composer.predicted, LAI_OK);
    EXPECT_DOUBLE_EQ(composer.predicted_seconds, 1e-3);
    EXPECT_LT(gemm.error(), 1e-12);
    world.dispatcher().run(gemm.call, {});
    EXPECT_EQ(leaf.executed, 2);
}

TEST(Nested, AForcedVariantBindsTheOutermostCallAlone) {
    FakeWorld world;
    FakePlugin &plugin = world.add_plugin("composer");
    Composer composer(plugin, 1e-6);
    plugin.variants.back()->name = "blocks";
    world.add_plugin("leaf").add(1e-3, "loops");
    GemmCall gemm(4);
    EXPECT_STREQ(world.dispatcher().run(gemm.call, {.backend = "composer/blocks"}).backend, "composer");
    EXPECT_EQ(composer.answer, LAI_OK);
    EXPECT_LT(gemm.error(), 1e-12);
}

TEST(Nested, DeeperThanFourIsDeclined) {
    FakeWorld world;
    Composer composer(world.add_plugin("composer"), 1e-6);
    composer.exclude_self = false;
    FakeVariant &leaf = world.add_plugin("leaf").add(1e-3);
    GemmCall gemm(4);
    world.dispatcher().run(gemm.call, {});
    EXPECT_EQ(composer.variant.executed, 5) << "the outermost and four below it";
    EXPECT_EQ(leaf.executed, 1) << "the fallback of the deepest";
    EXPECT_LT(gemm.error(), 1e-12);
}

TEST(Nested, ExclusionsAndPolicyAreInherited) {
    FakeWorld world;
    Composer composer(world.add_plugin("composer"), 1e-6);
    FakeVariant &quick = world.add_plugin("quick").add(1e-5);
    quick.accuracy = LAI_ACCURACY_NORMWISE;
    FakeVariant &banned = world.add_plugin("banned").add(1e-4);
    FakeVariant &plain = world.add_plugin("plain").add(1e-3);
    GemmCall gemm(4);
    const char *off[] = {"banned"};
    CallOptions options;
    options.disable = off;
    options.disable_count = 1;
    options.accuracy = LAI_ACCURACY_COMPONENTWISE;
    options.backend = "composer";
    world.dispatcher().run(gemm.call, options);
    EXPECT_EQ(quick.executed, 0);
    EXPECT_EQ(banned.executed, 0);
    EXPECT_EQ(plain.executed, 1) << "the forced name is not inherited";

    composer.tighten = LAI_ACCURACY_COMPONENTWISE;
    options.accuracy = LAI_ACCURACY_NORMWISE;
    world.dispatcher().run(gemm.call, options);
    EXPECT_EQ(quick.executed, 0) << "tightened by the plugin";
    composer.tighten = LAI_ACCURACY_MIXED;
    world.dispatcher().run(gemm.call, options);
    EXPECT_EQ(quick.executed, 1) << "a plugin cannot loosen it, but normwise was allowed";
}

TEST(Nested, ConcurrencyLimitIsBusyNotWaiting) {
    FakeWorld world;
    Composer composer(world.add_plugin("composer"), 1e-6);
    composer.exclude_self = false;
    composer.variant.max_concurrency = 1;
    world.add_plugin("leaf").add(1e-3);
    GemmCall gemm(4);
    const Outcome outcome = world.dispatcher().run(gemm.call, {});
    EXPECT_EQ(composer.variant.executed, 1) << "its own child finds it busy";
    EXPECT_EQ(outcome.fallbacks, 0u);
    EXPECT_LT(gemm.error(), 1e-12);
}

TEST(Nested, ChildFallsBackLikeAnOutermostCall) {
    FakeWorld world;
    Composer composer(world.add_plugin("composer"), 1e-6);
    world.add_plugin("broken").add(1e-5).behaviour = [](const lai_call *, lai_result *) {
        return LAI_FAULT_CLEAN;
    };
    world.add_plugin("leaf").add(1e-3);
    GemmCall gemm(4);
    EXPECT_STREQ(world.dispatcher().run(gemm.call, {}).backend, "composer");
    EXPECT_LT(gemm.error(), 1e-12);
}

TEST(Nested, NobodyLeftIsDeclinedAndTheOuterCallFallsBack) {
    FakeWorld world;
    Composer composer(world.add_plugin("composer"), 1e-6);
    FakeVariant &small = world.add_plugin("small").add(1e-3);
    GemmCall gemm(4);
    const char *off[] = {"small"};
    CallOptions options;
    options.disable = off;
    options.disable_count = 1;
    EXPECT_ANY_THROW(world.dispatcher().run(gemm.call, options));
    EXPECT_EQ(composer.answer, LAI_DECLINED);
    EXPECT_EQ(composer.predicted, LAI_DECLINED);
    EXPECT_EQ(small.executed, 0);
}

TEST(Nested, MalformedChildIsInvalid) {
    FakeWorld world;
    FakePlugin &plugin = world.add_plugin("composer");
    FakeVariant &composer = plugin.add(1e-6);
    lai_status answer = -1;
    composer.behaviour = [&](const lai_call *call, lai_result *result) {
        lai_call child = *call;
        std::vector<std::int64_t> dims(call->dims, call->dims + call->dim_count);
        dims[0] = -1;
        child.dims = dims.data();
        answer = plugin.host->invoke(plugin.host, call, &child, nullptr, result);
        return LAI_DECLINED;
    };
    world.add_plugin("leaf").add(1e-3);
    GemmCall gemm(4);
    world.dispatcher().run(gemm.call, {});
    EXPECT_EQ(answer, LAI_INVALID);
}

TEST(Nested, QueryMayPredictAndDeviceLeaseIsShared) {
    FakeWorld world;
    world.settings.gpu.max_concurrent_operations = 1;
    FakePlugin &plugin = world.add_plugin("outer");
    FakeVariant &outer = plugin.add(1e-6);
    outer.place = LAI_PLACE_OPENCL;
    outer.device = "opencl:0";
    lai_status predicted = -1, invoked = -1;
    const auto child_of = [](const lai_call *call) {
        lai_call child = *call;
        child.frame = nullptr;
        return child;
    };
    const char *self[] = {"outer"};
    lai_constraints constraints{};
    constraints.size = sizeof(constraints);
    constraints.exclude_plugins = self;
    constraints.exclude_count = 1;
    outer.on_query = [&](const lai_call *call) {
        const lai_call child = child_of(call);
        lai_cost cost{};
        cost.size = sizeof(cost);
        predicted = plugin.host->predict(plugin.host, call, &child, &constraints, &cost);
    };
    outer.behaviour = [&](const lai_call *call, lai_result *result) {
        const lai_call child = child_of(call);
        invoked = plugin.host->invoke(plugin.host, call, &child, &constraints, result);
        return invoked;
    };
    FakeVariant &inner = world.add_plugin("inner").add(1e-3);
    inner.place = LAI_PLACE_OPENCL;
    inner.device = "opencl:0";
    GemmCall gemm(4);
    EXPECT_STREQ(world.dispatcher().run(gemm.call, {}).backend, "outer");
    EXPECT_EQ(predicted, LAI_OK);
    EXPECT_EQ(invoked, LAI_OK) << "the child shares the device its ancestor holds";
    EXPECT_EQ(inner.executed, 1);
}

}  // namespace
}  // namespace lapack_ai::core::test
