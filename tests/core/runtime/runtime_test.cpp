// Contexts over shared plugins, switching plugins on and off while others compute, forking.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>
#include <vector>

#include "base/error.hpp"
#include "fake_backend.hpp"

namespace lapack_ai::core::test {
namespace {

using testing::HasSubstr;

TEST(Runtime, PluginsAreInitialisedOnceForAllContexts) {
    FakeWorld world;
    FakePlugin &plugin = world.add_plugin("cpu");
    plugin.add(1e-6);
    const auto first = world.runtime().make_context({});
    const auto second = world.runtime().make_context({});
    EXPECT_EQ(plugin.inits, 1);
    GemmCall gemm(4);
    EXPECT_STREQ(first->dispatcher().run(gemm.call, {}).backend, "cpu");
    EXPECT_STREQ(second->dispatcher().run(gemm.call, {}).backend, "cpu");
}

TEST(Runtime, ContextMayDisableAPluginForItselfAlone) {
    FakeWorld world;
    world.add_plugin("fast").add(1e-6);
    world.add_plugin("slow").add(1e-3);
    Context &all = world.context();
    LoadOptions options;
    options.overrides = {{"fast", "false", "test"}};
    const auto without = world.runtime().make_context(options);
    GemmCall gemm(4);
    EXPECT_STREQ(all.dispatcher().run(gemm.call, {}).backend, "fast");
    EXPECT_STREQ(without->dispatcher().run(gemm.call, {}).backend, "slow");
    EXPECT_EQ(without->plugins().front().state, PluginState::disabled);
    EXPECT_THAT(without->plugins().front().reason, HasSubstr("plugins.fast.enabled is false"));
    EXPECT_EQ(all.plugins().front().state, PluginState::ready);
}

TEST(Runtime, PluginThatLaterContextEnablesIsLoadedThen) {
    FakeWorld world;
    FakePlugin &late = world.add_plugin("late");
    late.add(1e-6);
    world.add_plugin("early").add(1e-3);
    world.settings.plugins["late"].enabled = Enabled::no;
    Context &first = world.context();
    GemmCall gemm(4);
    EXPECT_STREQ(first.dispatcher().run(gemm.call, {}).backend, "early");
    EXPECT_EQ(late.inits, 0);
    world.settings.plugins["late"].enabled = Enabled::yes;
    const auto second = world.runtime().make_context({});
    EXPECT_EQ(late.inits, 1);
    EXPECT_STREQ(second->dispatcher().run(gemm.call, {}).backend, "late");
    EXPECT_STREQ(first.dispatcher().run(gemm.call, {}).backend, "early") << "its own settings still say no";
}

TEST(Runtime, FailedInitAndMissingDeviceAreListedWithTheirReasons) {
    FakeWorld world;
    FakePlugin &failing = world.add_plugin("failing");
    failing.add(1e-6);
    failing.init_failure = "no such library";
    FakePlugin &deviceless = world.add_plugin("deviceless");
    deviceless.unavailable = "no OpenCL device found";
    deviceless.add(1e-6).declines = LAI_REASON_NO_DEVICE;
    world.add_plugin("cpu").add(1e-3);
    const std::vector<PluginStatus> list = world.context().plugins();
    EXPECT_EQ(list.at(0).reason, "no such library");
    EXPECT_EQ(list.at(1).state, PluginState::unavailable);
    EXPECT_EQ(list.at(1).reason, "no OpenCL device found");
    EXPECT_EQ(list.at(2).state, PluginState::ready);
    EXPECT_THAT(list.at(2).ops, testing::ElementsAre("gemm"));
    GemmCall gemm(4);
    EXPECT_STREQ(world.dispatcher().run(gemm.call, {}).backend, "cpu");
    const Ranking ranking = world.dispatcher().explain(gemm.call, {});
    EXPECT_THAT(ranking.candidates.back().note, HasSubstr("no such library"));
}

TEST(Runtime, VariantThatBreaksTheContractIsLeftOutAndNamed) {
    FakeWorld world;
    FakePlugin &plugin = world.add_plugin("cpu");
    plugin.add(1e-6, "good");
    plugin.add(1e-7, "stranger").op_id = "org.nobody.op/1";
    plugin.add(1e-7, "good");
    const RuntimeInfo info = world.context().info();
    ASSERT_EQ(info.warnings.size(), 2u);
    EXPECT_THAT(info.warnings[0], HasSubstr("cpu/stranger op org.nobody.op/1 is not registered"));
    EXPECT_THAT(info.warnings[1], HasSubstr("cpu/good is there twice"));
    EXPECT_THAT(info.plugins.at(0).variants, testing::ElementsAre("gemm/good on cpu: CLOSED"));
}

TEST(Runtime, SwitchingOffDrainsAndShutsDownOnBringsBack) {
    FakeWorld world;
    FakePlugin &fast = world.add_plugin("fast");
    fast.add(1e-6);
    world.add_plugin("slow").add(1e-3);
    GemmCall gemm(4);
    EXPECT_STREQ(world.dispatcher().run(gemm.call, {}).backend, "fast");
    EXPECT_EQ(world.runtime().set_enabled("fast", false), LAI_OK);
    EXPECT_EQ(fast.shutdowns, 1);
    EXPECT_STREQ(world.dispatcher().run(gemm.call, {}).backend, "slow");
    EXPECT_EQ(world.context().plugins().at(0).state, PluginState::disabled);
    EXPECT_EQ(world.runtime().set_enabled("fast", false), LAI_OK) << "already off";
    EXPECT_EQ(fast.shutdowns, 1);
    EXPECT_EQ(world.runtime().set_enabled("fast", true), LAI_OK);
    EXPECT_EQ(fast.inits, 2);
    EXPECT_STREQ(world.dispatcher().run(gemm.call, {}).backend, "fast");
    EXPECT_THROW(world.runtime().set_enabled("nobody", false), Error);
}

TEST(Runtime, PluginThatCannotBeSwitchedOnSaysWhy) {
    FakeWorld world;
    FakePlugin &plugin = world.add_plugin("gpu");
    plugin.add(1e-6);
    world.context();
    world.runtime().set_enabled("gpu", false);
    plugin.init_failure = "the device is gone";
    try {
        world.runtime().set_enabled("gpu", true);
        FAIL() << "no error";
    } catch (const Error &error) {
        EXPECT_EQ(error.kind(), ErrorKind::configuration);
        EXPECT_THAT(error.what(), HasSubstr("the device is gone"));
    }
}

TEST(Runtime, SwitchingFromInsideACallIsBusy) {
    FakeWorld world;
    lai_status answer = -1;
    world.add_plugin("cpu").add(1e-6).behaviour = [&](const lai_call *, lai_result *) {
        answer = world.runtime().set_enabled("cpu", false);
        return LAI_OK;
    };
    GemmCall gemm(4);
    world.dispatcher().run(gemm.call, {});
    EXPECT_EQ(answer, LAI_BUSY);
}

TEST(Runtime, ReloadThatFailsChangesNothing) {
    FakeWorld world;
    world.add_plugin("cpu").add(1e-6);
    GemmCall gemm(4);
    world.dispatcher().run(gemm.call, {});
    world.settings.force_backend = "nobody";
    EXPECT_THROW(world.context().reload(), Error);
    EXPECT_STREQ(world.dispatcher().run(gemm.call, {}).backend, "cpu");
    EXPECT_TRUE(world.context().settings()->force_backend.empty());
}

// Calls from many threads while plugins come and go: every result right, and no plugin is shut down with a
// call inside it. What makes this test worth its time is ThreadSanitizer.
TEST(Runtime, ManyThreadsCallWhilePluginsAreToggled) {
    FakeWorld world;
    struct Guarded {
        std::atomic<int> inside{0};
        std::atomic<bool> up{true};
    };
    std::vector<Guarded> guards(2);
    std::vector<FakePlugin *> plugins = {&world.add_plugin("one"), &world.add_plugin("two")};
    world.add_plugin("steady").add(1e-3);
    for (std::size_t p = 0; p < 2; ++p) {
        plugins[p]->add(1e-6).behaviour = [&guards, p](const lai_call *call, lai_result *) {
            guards[p].inside.fetch_add(1);
            EXPECT_TRUE(guards[p].up);
            plain_gemm(call);
            guards[p].inside.fetch_sub(1);
            return LAI_OK;
        };
    }
    Dispatcher &dispatcher = world.dispatcher();
    std::atomic<bool> stop{false};
    std::vector<std::thread> threads;
    for (int t = 0; t < 16; ++t) {
        threads.emplace_back([&, t] {
            GemmCall gemm(3 + t % 4);
            for (int i = 0; i < 400 || !stop; ++i) {
                gemm.reset();
                dispatcher.run(gemm.call, {});
                ASSERT_LT(gemm.error(), 1e-12);
            }
        });
    }
    for (int i = 0; i < 20; ++i) {
        const std::size_t p = static_cast<std::size_t>(i % 2);
        world.runtime().set_enabled(plugins[p]->id, false);
        EXPECT_EQ(guards[p].inside, 0);
        guards[p].up = false;
        std::this_thread::yield();
        guards[p].up = true;
        world.runtime().set_enabled(plugins[p]->id, true);
    }
    stop = true;
    for (std::thread &thread : threads) thread.join();
    EXPECT_EQ(plugins[0]->shutdowns, 10);
    EXPECT_EQ(plugins[1]->shutdowns, 10);
}

TEST(Runtime, ThreadBudgetIsDividedAmongLongCalls) {
    FakeWorld world;
    world.settings.threads = 4;
    std::vector<std::int32_t> budgets;
    FakeVariant &v = world.add_plugin("cpu").add(1.0);
    GemmCall other(5);
    v.behaviour = [&](const lai_call *call, lai_result *) {
        budgets.push_back(call->thread_budget);
        if (call->dims[0] == 4) {
            std::thread second([&] { world.dispatcher().run(other.call, {}); });
            second.join();
        }
        return LAI_OK;
    };
    GemmCall gemm(4);
    world.dispatcher().run(gemm.call, {});
    EXPECT_EQ(budgets, (std::vector<std::int32_t>{4, 2}));
    CallOptions options;
    options.threads = 3;
    world.dispatcher().run(other.call, options);
    EXPECT_EQ(budgets.back(), 3);
}

TEST(Runtime, ForkedChildComputesOnOneThreadAndDoesNotHang) {
    FakeWorld world;
    world.settings.threads = 4;
    FakePlugin &plugin = world.add_plugin("cpu");
    plugin.add(1.0).behaviour = [&](const lai_call *call, lai_result *) {
        // Uses the worker pool, whose threads the child does not have.
        struct Rows {
            const lai_call *call;
            std::atomic<int> done{0};
        } rows{call, {}};
        plugin.host->parallel_for(
            plugin.host, call, 8,
            [](void *context, std::int64_t, std::int32_t) {
                static_cast<Rows *>(context)->done.fetch_add(1);
            },
            &rows);
        plain_gemm(call);
        return rows.done == 8 ? LAI_OK : LAI_FAULT_CLEAN;
    };
    GemmCall gemm(4);
    world.dispatcher().run(gemm.call, {});

    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        alarm(20);
        int wrong = 0;
        gemm.reset();
        world.dispatcher().run(gemm.call, {});
        if (gemm.error() > 1e-12) wrong |= 1;
        if (plugin.forks != 1) wrong |= 2;
        if (world.context().info().threads != 1) wrong |= 4;
        if (world.runtime().set_enabled("cpu", false) != LAI_OK) wrong |= 8;
        _exit(wrong);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status)) << "killed by signal " << WTERMSIG(status);
    EXPECT_EQ(WEXITSTATUS(status), 0);
    world.dispatcher().run(gemm.call, {});
}

}  // namespace
}  // namespace lapack_ai::core::test
