// The variants beside the plain product: doubles from slices of floats under accuracy `mixed` and no other,
// and half precision as an op of its own; tuning.
#include <gtest/gtest.h>

#include <cmath>
#include <lapack_ai/lapack_ai.hpp>
#include <vector>

#include "lapack_ai/opencl_runtime/opencl_runtime.h"

namespace {

constexpr std::int64_t n = 70;

struct Variants : ::testing::Test {
    lapack_ai::Context ctx;
};

TEST_F(Variants, SlicesRunUnderMixedAccuracyWithTheirBound) {
    lapack_ai::Matrix<double> A(n, n), B(n, n), C(n, n);
    for (std::int64_t j = 0; j < n; ++j)
        for (std::int64_t i = 0; i < n; ++i)
            A(i, j) = std::sin(static_cast<double>(i + 3 * j)),
                 B(i, j) = std::cos(static_cast<double>(2 * i - j));
    const lapack_ai::options split{.accuracy = lapack_ai::Accuracy::mixed, .backend = "opencl_gemm/split"};
    ASSERT_EQ(ctx.gemm(lapack_ai::Trans::none, lapack_ai::Trans::transpose, 1.0, A, B, 0.0, C, split), 0)
        << lai_last_error();
    EXPECT_STREQ(lai_last_report()->variant, "split");
    double worst = 0;
    for (std::int64_t j = 0; j < n; ++j)
        for (std::int64_t i = 0; i < n; ++i) {
            long double sum = 0;
            for (std::int64_t l = 0; l < n; ++l) sum += static_cast<long double>(A(i, l)) * B(j, l);
            worst = std::max(worst, static_cast<double>(std::abs(sum - C(i, j))));
        }
    EXPECT_LT(worst, 4.5 * 7 * std::exp2(-48) * n);
    EXPECT_EQ(ctx.gemm(lapack_ai::Trans::none, lapack_ai::Trans::none, 1.0, A, B, 0.0, C,
                       {.accuracy = lapack_ai::Accuracy::normwise, .backend = "opencl_gemm/split"}),
              LAI_ERROR_NO_BACKEND);
    EXPECT_NE(std::string(lai_last_error()).find("accuracy"), std::string::npos) << lai_last_error();
}

TEST_F(Variants, HalfPrecisionIsAnOpOfItsOwn) {
    const lai_op_schema *schema = lai_op("gemm_half");
    ASSERT_NE(schema, nullptr);
    const std::vector<std::uint16_t> A(n * n, 0x3c00), B(n * n, 0x4000);  // ones and twos
    std::vector<float> C(n * n, 5);
    const std::int64_t dims[] = {n, n, n};
    const lai_scalar scalars[] = {{1, 0}, {1, 0}};
    void *operands[] = {const_cast<std::uint16_t *>(A.data()), const_cast<std::uint16_t *>(B.data()),
                        C.data()};
    lai_request request{};
    request.size = sizeof request;
    request.op = "gemm_half";
    request.dtype = LAI_DTYPE_F16;
    request.dims = dims, request.dim_count = 3;
    request.flags = "NT", request.flag_count = 2;
    request.scalars = scalars, request.scalar_count = 2;
    request.operands = operands, request.operand_count = 3;
    ASSERT_EQ(lai_execute(ctx.get(), &request, nullptr), 0) << lai_last_error();
    EXPECT_EQ(C, std::vector<float>(n * n, 2 * n + 5));
    request.dtype = LAI_DTYPE_F64;
    EXPECT_LT(lai_execute(ctx.get(), &request, nullptr), 0);
}

TEST_F(Variants, TuningAProcessorSaysThatThereIsNothingToTune) {
    lai_ocl_device device{};
    device.size = sizeof device;
    ASSERT_EQ(lai_ocl_device_info(&device), LAI_OK);
    char summary[4096] = "";
    ASSERT_EQ(lai_ocl_tune(0.001, nullptr, nullptr, summary, sizeof summary), LAI_OK) << lai_ocl_last_error();
    const std::string text = summary;
    EXPECT_NE(text.find(device.type == LAI_OCL_DEVICE_CPU ? "nothing to tune" : "ended early"),
              std::string::npos)
        << text;
}

}  // namespace
