// Layers, precedence, merging and provenance of the configuration.
#include "config_test.hpp"

namespace lapack_ai::core {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using LoadTest = ConfigTest;

TEST_F(LoadTest, ShippedDefaultHasEveryValueOfTheOriginalSystem) {
    const auto settings = load();
    EXPECT_TRUE(settings->gpu.enabled);
    EXPECT_EQ(settings->gpu.memory_limit_percent, 80);
    EXPECT_EQ(settings->batch.size_limit, 1024);
    EXPECT_EQ(settings->dashboard.port, 8080);
    EXPECT_EQ(settings->log.level, LAI_LOG_INFO);
    EXPECT_EQ(settings->breaker.failure_threshold, 5);
    EXPECT_EQ(settings->breaker.open_seconds, 300);
    EXPECT_EQ(settings->dispatch.accuracy, LAI_ACCURACY_NORMWISE);
    EXPECT_EQ(settings->dispatch.fallback, FallbackMode::warn);
    EXPECT_EQ(settings->threads, 0);
    EXPECT_EQ(settings->plugins.at("cpu_lapack").enabled, Enabled::yes);
    EXPECT_EQ(settings->plugins.at("opencl_svd").enabled, Enabled::automatic);
    EXPECT_EQ(settings->provenance.at("gpu.memory_limit_percent").source, "built-in default");
    EXPECT_THAT(settings->warnings, ElementsAre());
}

TEST_F(LoadTest, LayersMergeKeyByKey) {
    etc_file("gpu: {memory_limit_percent: 60, device: 1}\nbatch: {size_limit: 7}\n");
    const std::string user = user_file("gpu:\n  memory_limit_percent: 70\n");
    set("LAPACK_BATCH_SIZE_LIMIT", "9");
    options.overrides = {{"dispatch.fallback", "strict", "--fallback"}};
    const auto settings = load();
    EXPECT_EQ(settings->gpu.memory_limit_percent, 70);
    EXPECT_EQ(settings->gpu.device, "1");
    EXPECT_EQ(settings->batch.size_limit, 9);
    EXPECT_EQ(settings->dispatch.fallback, FallbackMode::strict);
    EXPECT_EQ(settings->dashboard.port, 8080);

    EXPECT_EQ(settings->provenance.at("gpu.memory_limit_percent").source, user);
    EXPECT_EQ(settings->provenance.at("gpu.memory_limit_percent").line, 2);
    EXPECT_EQ(settings->provenance.at("batch.size_limit").source, "environment LAPACK_BATCH_SIZE_LIMIT");
    EXPECT_EQ(settings->provenance.at("dispatch.fallback").source, "--fallback");
    EXPECT_EQ(settings->values.at("gpu.device"), "\"1\"");
    EXPECT_EQ(settings->values.at("batch.size_limit"), "9");
}

}  // namespace
}  // namespace lapack_ai::core
