// Device faults under the dispatcher: whatever the device does, the caller gets the right answer from the
// CPU, an in-out C counts once, and the pool is empty afterwards.
#include <gtest/gtest.h>

#include <vector>

#include "lapack_ai/lapack_ai.h"
#include "lapack_ai/opencl_runtime/opencl_runtime.h"

namespace {

constexpr std::int64_t n = 64;

class OpenclFallback : public ::testing::TestWithParam<std::pair<const char *, int>> {
  protected:
    void SetUp() override {
        const lai_override pin{sizeof pin, 0, "dispatch.pin", "{gemm: opencl_gemm}", "the test"};
        lai_context_options options{};
        options.size = sizeof options;
        options.override_count = 1;
        options.overrides = &pin;
        ASSERT_EQ(lai_context_create(&options, &context), 0) << lai_last_error();
        lai_ocl_reset_for_tests();
    }
    void TearDown() override {
        lai_ocl_reset_for_tests();
        lai_context_destroy(context);
    }
    // C := A B + C with ones and C = 3; LAI_FALLBACK_*. True when every element is n + 3.
    bool multiply(std::uint32_t fallback) {
        const std::vector<double> ones(n * n, 1.0);
        std::vector<double> C(n * n, 3.0);
        lai_call_options options{};
        options.size = sizeof options;
        options.fallback = fallback;
        const std::int64_t answer = lai_gemm(context, &options, LAI_LAYOUT_COL, LAI_DTYPE_F64, 'N', 'N', n, n,
                                             n, {1, 0}, ones.data(), n, ones.data(), n, {1, 0}, C.data(), n);
        EXPECT_EQ(answer, 0) << lai_last_error();
        return C == std::vector<double>(n * n, n + 3.0);
    }
    lai_context *context = nullptr;
};

TEST_P(OpenclFallback, EndsInTheRightAnswerFromTheCpu) {
    ASSERT_TRUE(multiply(LAI_FALLBACK_WARN));
    ASSERT_STREQ(lai_last_report()->backend, "opencl_gemm");
    lai_ocl_inject_fault(GetParam().first, GetParam().second, 0, 4);
    EXPECT_TRUE(multiply(LAI_FALLBACK_WARN));
    EXPECT_STRNE(lai_last_report()->backend, "opencl_gemm");
    EXPECT_STREQ(lai_last_report()->strategy, "cpu_fallback");
    EXPECT_GE(lai_last_report()->fallbacks, 1u);
    lai_ocl_reset_for_tests();
    EXPECT_TRUE(multiply(LAI_FALLBACK_WARN));
    lai_ocl_figures figures{};
    figures.size = sizeof figures;
    ASSERT_EQ(lai_ocl_read_figures(&figures), LAI_OK) << lai_ocl_last_error();
    EXPECT_EQ(figures.used_bytes, 0u);
}

INSTANTIATE_TEST_SUITE_P(Sites, OpenclFallback,
                         ::testing::Values(std::pair{"launch", -4}, std::pair{"launch", -52},
                                           std::pair{"transfer", -61}, std::pair{"wait", -5}));

}  // namespace
