// Host services as a plugin sees them.
#include <gtest/gtest.h>

#include <cstring>

#include "base/clock.hpp"
#include "fake_backend.hpp"

namespace lapack_ai::core::test {
namespace {

class Host : public testing::Test {
  protected:
    Host() : plugin(world.add_plugin("cpu")) {
        plugin.add(1e-6);
        world.settings.plugins["cpu"].options_json = R"({"scheme":"auto"})";
        world.settings.values["gpu.memory_limit_percent"] = "80";
        world.context();
        host = plugin.host;
    }
    FakeWorld world;
    FakePlugin &plugin;
    const lai_host *host = nullptr;
};

TEST_F(Host, EverySlotIsThere) {
    EXPECT_EQ(host->size, sizeof(lai_host));
    EXPECT_NE(host->log, nullptr);
    EXPECT_NE(host->arena_alloc, nullptr);
    EXPECT_NE(host->parallel_for, nullptr);
    EXPECT_NE(host->predict, nullptr);
    EXPECT_NE(host->invoke, nullptr);
    EXPECT_NE(host->metric, nullptr);
    EXPECT_NE(host->get_extension, nullptr);
}

TEST_F(Host, OptionsAndSettings) {
    EXPECT_STREQ(host->options_json(host), R"({"scheme":"auto"})");
    EXPECT_STREQ(host->setting_json(host, "gpu.memory_limit_percent"), "80");
    EXPECT_EQ(host->setting_json(host, "gpu.nothing"), nullptr);
}

TEST_F(Host, OpsAndSpacesByNumber) {
    const std::uint32_t gemm = host->op_number(host, LAI_OP_GEMM);
    ASSERT_NE(gemm, 0u);
    EXPECT_STREQ(host->op_schema(host, gemm)->id, LAI_OP_GEMM);
    EXPECT_EQ(host->op_number(host, "nobody.op/1"), 0u);
    EXPECT_EQ(host->op_schema(host, 12345), nullptr);
    const std::uint32_t space = host->intern_space(host, "opencl:abc");
    EXPECT_NE(space, 0u);
    EXPECT_EQ(host->intern_space(host, "opencl:abc"), space);
    EXPECT_NE(host->intern_space(host, "opencl:def"), space);
}

TEST_F(Host, ClockIsTheOneOfDeadlines) {
    const std::uint64_t before = now_ns();
    const std::uint64_t between = host->now_ns(host);
    EXPECT_LE(before, between);
    EXPECT_LE(between, now_ns());
}

TEST_F(Host, WithoutARecorderMetricsAreRefused) {
    EXPECT_EQ(host->metric(host, 0, "items", "items done"), 0u);
    host->metric_add(host, 0, 1.0);
    EXPECT_EQ(host->get_extension(host, "lai.metrics/0.draft"), nullptr);
}

TEST_F(Host, ArenaMemoryIsAlignedWritableAndGivenBack) {
    FakeVariant &v = *plugin.variants[0];
    v.behaviour = [this](const lai_call *call, lai_result *) {
        for (const std::size_t align : {1, 8, 64, 4096}) {
            for (const std::size_t bytes : {1, 100, 70000, 2000000}) {
                void *p = host->arena_alloc(host, call, bytes, align);
                EXPECT_NE(p, nullptr);
                EXPECT_EQ(reinterpret_cast<std::uintptr_t>(p) % align, 0u);
                std::memset(p, 0xab, bytes);
            }
        }
        EXPECT_EQ(host->arena_alloc(host, call, 8, 3), nullptr) << "not a power of two";
        return LAI_OK;
    };
    GemmCall gemm(4);
    for (int i = 0; i < 20; ++i) world.dispatcher().run(gemm.call, {});
}

}  // namespace
}  // namespace lapack_ai::core::test
