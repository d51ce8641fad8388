// Device faults in every phase of a decomposition, under the dispatcher: the caller gets the right answer
// from the CPU, computed from the original data, and nothing stays in the pool.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include "lapack_ai/lapack_ai.h"
#include "lapack_ai/opencl_runtime/opencl_runtime.h"
#include "support/matrix.hpp"

extern "C" void dgesvdocl_(const char *, const char *, const std::int32_t *, const std::int32_t *, double *,
                           const std::int32_t *, double *, double *, const std::int32_t *, double *,
                           const std::int32_t *, double *, const std::int32_t *, std::int32_t *);

namespace {

using namespace lapack_ai::test;

constexpr std::int64_t m = 90, n = 70;

struct Fault {
    const char *site;
    int code, after;
};

class OpenclSvdFallback : public ::testing::TestWithParam<Fault> {
  protected:
    void SetUp() override {
        const lai_override pin{sizeof pin, 0, "dispatch.pin", "{gesvd: opencl_svd}", "the test"};
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
    // Decomposes in place (jobu O), which a fallback can only do from data that is still whole.
    void decompose() {
        Matrix<double> A = original, VT(n, n);
        std::vector<double> s(n);
        ASSERT_EQ(lai_gesvd(context, nullptr, LAI_LAYOUT_COL, LAI_DTYPE_F64, 'O', 'S', m, n, A.data(), m,
                            s.data(), nullptr, 1, VT.data(), n),
                  0)
            << lai_last_error();
        auto U = A.wide();
        for (std::int64_t j = 0; j < n; ++j)
            for (std::int64_t i = 0; i < m; ++i) U(i, j) *= s[static_cast<std::size_t>(j)];
        const double residual = norm(subtract(original.wide(), multiply(U, VT.wide())));
        EXPECT_LE(in_units<double>(residual, m, norm(original.wide())), 10);
        EXPECT_LE(orthogonality(A), 10);
    }
    static std::uint64_t in_use() {
        lai_ocl_figures figures{};
        figures.size = sizeof figures;
        EXPECT_EQ(lai_ocl_read_figures(&figures), LAI_OK) << lai_ocl_last_error();
        return figures.used_bytes;
    }
    Matrix<double> original = random_matrix<double>(m, n, 3);
    lai_context *context = nullptr;
};

TEST_P(OpenclSvdFallback, EndsInTheRightAnswerFromTheCpu) {
    decompose();
    ASSERT_STREQ(lai_last_report()->backend, "opencl_svd");
    const Fault &fault = GetParam();
    lai_ocl_inject_fault(fault.site, fault.code, fault.after, 4);
    decompose();
    EXPECT_STRNE(lai_last_report()->backend, "opencl_svd") << "the fault did not strike";
    EXPECT_STREQ(lai_last_report()->strategy, "cpu_fallback");
    lai_ocl_reset_for_tests();
    EXPECT_EQ(in_use(), 0u);
    decompose();
}

// In the order of the phases; the loss of the device comes last, since it opens the breaker at once.
INSTANTIATE_TEST_SUITE_P(Phases, OpenclSvdFallback,
                         ::testing::Values(Fault{"transfer", -61, 0}, Fault{"launch", -4, 0},
                                           Fault{"launch", -5, 1}, Fault{"launch", -4, 3},
                                           Fault{"launch", -4, 40}, Fault{"launch", -4, 120},
                                           Fault{"launch", -4, 80}, Fault{"transfer", -5, 6},
                                           Fault{"wait", -5, 1}));

TEST_F(OpenclSvdFallback, FortranNameTakesTheSamePath) {
    Matrix<double> A = original;
    std::vector<double> s(n);
    const std::int32_t m32 = m, n32 = n, one = 1;
    double work = 0;
    std::int32_t info = -1;
    dgesvdocl_("N", "N", &m32, &n32, A.data(), &m32, s.data(), nullptr, &one, nullptr, &one, &work, &one,
               &info);
    EXPECT_EQ(info, 0);
    EXPECT_STREQ(lai_last_report()->backend, "opencl_svd");
    lai_ocl_inject_fault("launch", -4, 10, 4);
    std::vector<double> again(n);
    A = original;
    dgesvdocl_("N", "N", &m32, &n32, A.data(), &m32, again.data(), nullptr, &one, nullptr, &one, &work, &one,
               &info);
    EXPECT_EQ(info, 0);
    EXPECT_STRNE(lai_last_report()->backend, "opencl_svd");
    for (std::size_t i = 0; i < s.size(); ++i) EXPECT_NEAR(s[i], again[i], 1e-13 * s[0] * n);
}

}  // namespace
