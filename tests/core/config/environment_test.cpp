// The environment variables: each one, both prefixes, contradictions, misspellings.
#include "config_test.hpp"

namespace lapack_ai::core {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using EnvironmentTest = ConfigTest;

TEST_F(EnvironmentTest, EachVariableOfTheOriginalSystem) {
    set("LAPACK_GPU_ENABLED", "false");
    set("LAPACK_GPU_MEMORY_LIMIT", "65");
    set("LAPACK_BATCH_SIZE_LIMIT", "256");
    set("LAPACK_DASHBOARD_PORT", "9090");
    set("LAPACK_LOG_LEVEL", "WARN");
    const auto settings = load();
    EXPECT_FALSE(settings->gpu.enabled);
    EXPECT_EQ(settings->gpu.memory_limit_percent, 65);
    EXPECT_EQ(settings->batch.size_limit, 256);
    EXPECT_EQ(settings->dashboard.port, 9090);
    EXPECT_EQ(settings->log.level, LAI_LOG_WARNING);
    EXPECT_EQ(settings->values.at("log.level"), "\"warning\"");
    EXPECT_THAT(settings->warnings, IsEmpty());
}

TEST_F(EnvironmentTest, TheLongPrefixMeansTheSame) {
    set("LAPACK_AI_GPU_ENABLED", "0");
    set("LAPACK_AI_LOG_LEVEL", "ERROR");
    set("LAPACK_LOG_LEVEL", "ERROR");
    EXPECT_FALSE(load()->gpu.enabled);
    EXPECT_EQ(load()->log.level, LAI_LOG_ERROR);
    EXPECT_EQ(load()->provenance.at("gpu.enabled").source, "environment LAPACK_AI_GPU_ENABLED");
}

TEST_F(EnvironmentTest, AContradictionIsAnError) {
    set("LAPACK_BATCH_SIZE_LIMIT", "5");
    set("LAPACK_AI_BATCH_SIZE_LIMIT", "6");
    EXPECT_EQ(load_error(),
              "environment: LAPACK_BATCH_SIZE_LIMIT=5 and LAPACK_AI_BATCH_SIZE_LIMIT=6 contradict each "
              "other; unset one");
}

TEST_F(EnvironmentTest, BadValuesNameVariableValueAndRequirement) {
    set("LAPACK_GPU_MEMORY_LIMIT", "8GiB");
    EXPECT_EQ(load_error(),
              "environment LAPACK_GPU_MEMORY_LIMIT: gpu.memory_limit_percent = 8GiB: must be a number from "
              "10 to 95 "
              "(percent of the device's memory); it is a percentage, not an amount of memory");
    set("LAPACK_GPU_MEMORY_LIMIT", "96");
    EXPECT_THAT(load_error(), HasSubstr("= 96: must be a number from 10 to 95"));
    set("LAPACK_GPU_MEMORY_LIMIT", "");  // empty counts as unset
    EXPECT_EQ(load()->gpu.memory_limit_percent, 80);
    set("LAPACK_LOG_LEVEL", "LOUD");
    EXPECT_THAT(load_error(), HasSubstr("must be one of debug, info, warning, error, off"));
}

TEST_F(EnvironmentTest, BackendsByName) {
    set("LAPACK_AI_FORCE_BACKEND", "cpu_reference");
    set("LAPACK_AI_DISABLE", "opencl_svd, alpha_gemm,");
    set("LAPACK_AI_VERBOSE", "dispatch");
    const auto settings = load();
    EXPECT_EQ(settings->force_backend, "cpu_reference");
    EXPECT_EQ(settings->plugins.at("opencl_svd").enabled, Enabled::no);
    EXPECT_EQ(settings->plugins.at("alpha_gemm").enabled, Enabled::no);
    EXPECT_EQ(settings->plugins.at("cpu_lapack").enabled, Enabled::yes);
    EXPECT_TRUE(settings->verbose_dispatch);
    set("LAPACK_AI_VERBOSE", "everything");
    EXPECT_EQ(load_error(), "environment LAPACK_AI_VERBOSE: 'everything' must be 'dispatch' or '0'");
    set("LAPACK_AI_VERBOSE", "0");
    EXPECT_FALSE(load()->verbose_dispatch);
    set("LAPACK_AI_DISABLE", "a.b");
    EXPECT_EQ(load_error(), "environment LAPACK_AI_DISABLE: 'a.b' cannot be a plugin's id");
}

TEST_F(EnvironmentTest, MisspellingsAreNoticed) {
    set("LAPACK_GPU_MEMROY_LIMIT", "50");
    set("LAPACK_HOME", "/opt/lapack");  // somebody else's
    EXPECT_THAT(
        load()->warnings,
        ElementsAre("environment LAPACK_GPU_MEMROY_LIMIT: not known; did you mean LAPACK_GPU_MEMORY_LIMIT?"));
}

TEST_F(EnvironmentTest, ANamedFileReplacesTheOtherFiles) {
    etc_file("gpu: {memory_limit_percent: 60}\n");
    user_file("batch: {size_limit: 5}\n");
    set("LAPACK_AI_CONFIG", write("mine.yaml", "dashboard: {port: 99}\n"));
    EXPECT_EQ(load()->gpu.memory_limit_percent, 80);
    EXPECT_EQ(load()->batch.size_limit, 1024);
    EXPECT_EQ(load()->dashboard.port, 99);
    options.config_file = write("other.yaml", "dashboard: {port: 98}\n");
    EXPECT_EQ(load()->dashboard.port, 98);
    options.config_file = folder + "/absent.yaml";
    EXPECT_EQ(load_error(), folder + "/absent.yaml: no such configuration file");
}

}  // namespace
}  // namespace lapack_ai::core
