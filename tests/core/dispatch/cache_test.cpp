// Cached decisions: found for the same call, not for another, and without a single allocation.
#include <gtest/gtest.h>

#include <algorithm>

#include "allocation_count.hpp"
#include "fake_backend.hpp"

namespace lapack_ai::core::test {
namespace {

TEST(DecisionCache, CachedCallsAllocateNothingAndAskNothing) {
    FakeWorld world;
    FakeVariant &v = world.add_plugin("cpu").add(1e-6);
    v.workspace = 4096;
    GemmCall gemm(4);
    Dispatcher &dispatcher = world.dispatcher();
    dispatcher.run(gemm.call, {});
    dispatcher.run(gemm.call, {});
    const int queried = v.queried;
    const long before = allocations_of_this_thread();
    for (int i = 0; i < 100; ++i) dispatcher.run(gemm.call, {});
    EXPECT_EQ(allocations_of_this_thread(), before);
    EXPECT_EQ(v.queried, queried);
    EXPECT_TRUE(dispatcher.run(gemm.call, {}).cached);
    EXPECT_LT(gemm.error(), 1e-12);
}

TEST(DecisionCache, WorkspaceIsAlignedAndAsLargeAsStated) {
    FakeWorld world;
    FakeVariant &v = world.add_plugin("cpu").add(1e-6);
    for (const std::uint64_t bytes : {std::uint64_t{1}, std::uint64_t{1000}, std::uint64_t{3} << 20}) {
        v.workspace = bytes;
        v.behaviour = [bytes](const lai_call *call, lai_result *) {
            EXPECT_GE(call->workspace_bytes, bytes);
            EXPECT_EQ(reinterpret_cast<std::uintptr_t>(call->workspace) % 64, 0u);
            std::fill_n(static_cast<char *>(call->workspace), bytes, 'x');
            return LAI_OK;
        };
        GemmCall gemm(static_cast<std::int64_t>(bytes % 97) + 2);
        world.dispatcher().run(gemm.call, {});
        world.dispatcher().run(gemm.call, {});
    }
}

TEST(DecisionCache, EveryPartOfTheCallCounts) {
    FakeWorld world;
    FakeVariant &v = world.add_plugin("cpu").add(1e-6);
    v.behaviour = [](const lai_call *, lai_result *) { return LAI_OK; };
    Dispatcher &dispatcher = world.dispatcher();
    const auto cached = [&](GemmCall &gemm, const CallOptions &options = {}) {
        const bool first = dispatcher.run(gemm.call, options).cached;
        EXPECT_TRUE(dispatcher.run(gemm.call, options).cached);
        return first;
    };
    GemmCall gemm(4);
    EXPECT_FALSE(cached(gemm));
    GemmCall same(4);
    EXPECT_TRUE(cached(same)) << "other data, same call";
    GemmCall beta(4, 1.0);
    EXPECT_FALSE(cached(beta)) << "beta != 0";
    gemm.letters[LAI_GEMM_TRANS_B] = 'T';
    EXPECT_FALSE(cached(gemm)) << "transposed";
    gemm.operands[LAI_GEMM_C].ld = 5;
    gemm.c.resize(20);
    gemm.operands[LAI_GEMM_C].data = gemm.c.data();
    EXPECT_FALSE(cached(gemm)) << "leading dimension";
    CallOptions options;
    options.threads = 3;
    EXPECT_FALSE(cached(gemm, options)) << "thread budget";
    options.accuracy = LAI_ACCURACY_MIXED;
    EXPECT_FALSE(cached(gemm, options)) << "accuracy";
}

TEST(DecisionCache, BadArgumentsAfterAGoodCallAreStillFound) {
    FakeWorld world;
    world.add_plugin("cpu").add(1e-6);
    GemmCall gemm(4);
    world.dispatcher().run(gemm.call, {});
    gemm.operands[LAI_GEMM_A].data = nullptr;
    EXPECT_ANY_THROW(world.dispatcher().run(gemm.call, {}));
}

TEST(DecisionCache, ReloadForgets) {
    FakeWorld world;
    world.add_plugin("cpu").add(1e-6);
    GemmCall gemm(4);
    world.dispatcher().run(gemm.call, {});
    EXPECT_TRUE(world.dispatcher().run(gemm.call, {}).cached);
    world.context().reload();
    EXPECT_FALSE(world.dispatcher().run(gemm.call, {}).cached);
}

}  // namespace
}  // namespace lapack_ai::core::test
