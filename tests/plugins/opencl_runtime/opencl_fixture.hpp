// An open OpenCL runtime for a test, healthy at its start, with nothing left in the pool at its end.
#pragma once

#include <gtest/gtest.h>

#include "lapack_ai/opencl_runtime/opencl_runtime.h"

namespace lapack_ai::test {

class OpenclRuntime : public ::testing::Test {
  protected:
    void SetUp() override {
        char reason[512] = "";
        ASSERT_EQ(lai_ocl_open(nullptr, reason, sizeof reason), LAI_OK) << reason;
        lai_ocl_reset_for_tests();
    }
    void TearDown() override {
        EXPECT_EQ(used_bytes(), 0u) << "something was not returned to the pool";
        lai_ocl_close();
    }
    static std::uint64_t used_bytes() {
        lai_ocl_figures figures{};
        figures.size = sizeof figures;
        EXPECT_EQ(lai_ocl_read_figures(&figures), LAI_OK) << lai_ocl_last_error();
        return figures.used_bytes;
    }
};

}  // namespace lapack_ai::test
