// Products of half precision and bfloat16 with sums in float, against sums in double: the values are small
// fractions that both types hold exactly.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "opencl_fixture.hpp"

namespace {

using lapack_ai::test::OpenclRuntime;

// n / 64 with |n| <= 64, from a counter.
float value_of(std::size_t i) {
    return static_cast<float>(static_cast<int>(i * 2654435761u % 129u) - 64) / 64;
}

std::uint16_t to_bfloat(float x) {
    std::uint32_t bits = 0;
    std::memcpy(&bits, &x, 4);
    return static_cast<std::uint16_t>(bits >> 16);
}

// For values that half precision holds exactly and that are 0 or at least 2^-14.
std::uint16_t to_half(float x) {
    std::uint32_t bits = 0;
    std::memcpy(&bits, &x, 4);
    const std::uint32_t sign = bits >> 16 & 0x8000u, magnitude = bits & 0x7fffffffu;
    return static_cast<std::uint16_t>(sign | (magnitude == 0 ? 0 : (magnitude - (112u << 23)) >> 13));
}

struct Shape {
    std::int64_t m, n, k, count = 1, pad = 0;
};

class HalfGemm : public OpenclRuntime {
  protected:
    // Largest error in units of float's eps * (k + 2).
    static double error(lai_dtype dtype, const Shape &s, char ta, char tb, double alpha, double beta) {
        const std::int64_t lda = (ta == 'N' ? s.m : s.k) + s.pad, ldb = (tb == 'N' ? s.k : s.n) + s.pad;
        const std::int64_t ldc = s.m + s.pad;
        const std::int64_t stride_a = lda * (ta == 'N' ? s.k : s.m), stride_b = ldb * (tb == 'N' ? s.n : s.k),
                           stride_c = ldc * s.n;
        std::vector<std::uint16_t> A(static_cast<std::size_t>(stride_a * s.count)),
            B(static_cast<std::size_t>(stride_b * s.count));
        const auto encode = [&](float x) { return dtype == LAI_DTYPE_F16 ? to_half(x) : to_bfloat(x); };
        for (std::size_t i = 0; i < A.size(); ++i) A[i] = encode(value_of(i));
        for (std::size_t i = 0; i < B.size(); ++i) B[i] = encode(value_of(i + 77));
        std::vector<float> C(static_cast<std::size_t>(stride_c * s.count));
        for (std::size_t i = 0; i < C.size(); ++i)
            C[i] = beta == 0 ? std::numeric_limits<float>::quiet_NaN() : value_of(i + 5);
        const std::vector<float> before = C;

        lai_ocl_operation *op = nullptr;
        EXPECT_EQ(lai_ocl_begin(0, &op), LAI_OK) << lai_ocl_last_error();
        const auto put = [&](const void *host, std::uint64_t bytes) {
            void *address = nullptr;
            EXPECT_EQ(lai_ocl_temporary(op, bytes, &address), LAI_OK) << lai_ocl_last_error();
            EXPECT_EQ(lai_ocl_upload(op, address, bytes, host, bytes, bytes, 1, 0), LAI_OK);
            return address;
        };
        lai_ocl_gemm_call g{};
        g.size = sizeof g;
        g.dtype = dtype;
        g.trans_a = ta, g.trans_b = tb;
        g.m = s.m, g.n = s.n, g.k = s.k, g.count = s.count;
        g.alpha.re = alpha, g.beta.re = beta;
        g.a = put(A.data(), A.size() * 2), g.lda = lda, g.stride_a = stride_a;
        g.b = put(B.data(), B.size() * 2), g.ldb = ldb, g.stride_b = stride_b;
        void *const c = put(C.data(), C.size() * 4);
        g.c = c, g.ldc = ldc, g.stride_c = stride_c;
        EXPECT_EQ(lai_ocl_gemm(op, &g), LAI_OK) << lai_ocl_last_error();
        EXPECT_EQ(lai_ocl_download(op, C.data(), C.size() * 4, c, C.size() * 4, C.size() * 4, 1, 0), LAI_OK)
            << lai_ocl_last_error();
        lai_ocl_end(op);

        double worst = 0;
        for (std::int64_t p = 0; p < s.count; ++p)
            for (std::int64_t j = 0; j < s.n; ++j)
                for (std::int64_t i = 0; i < ldc; ++i) {
                    const auto here = static_cast<std::size_t>(p * stride_c + i + j * ldc);
                    if (i >= s.m) {
                        EXPECT_EQ(std::memcmp(&C[here], &before[here], 4), 0) << "padding was written";
                        continue;
                    }
                    double sum = 0;
                    for (std::int64_t l = 0; l < s.k; ++l)
                        sum += static_cast<double>(value_of(static_cast<std::size_t>(
                                   p * stride_a + (ta == 'N' ? i + l * lda : l + i * lda)))) *
                               static_cast<double>(value_of(
                                   77 + static_cast<std::size_t>(p * stride_b +
                                                                 (tb == 'N' ? l + j * ldb : j + l * ldb))));
                    const double expected = alpha * sum + (beta == 0 ? 0 : beta * before[here]);
                    const double off = std::abs(C[here] - expected) /
                                       (std::numeric_limits<float>::epsilon() * static_cast<double>(s.k + 2));
                    if (!(off <= worst)) worst = off;
                }
        return worst;
    }
};

TEST_F(HalfGemm, AllTransposesOnSizesAroundTiles) {
    const Shape shapes[] = {{1, 1, 1}, {17, 9, 5}, {64, 64, 32}, {65, 70, 33, 1, 3}, {130, 129, 70, 1, 8}};
    for (const lai_dtype dtype : {LAI_DTYPE_F16, LAI_DTYPE_BF16})
        for (const Shape &s : shapes)
            for (const char ta : {'N', 'T'})
                for (const char tb : {'N', 'C'})
                    EXPECT_LT(error(dtype, s, ta, tb, 1.5, 0), 2)
                        << dtype << ": " << s.m << "x" << s.n << "x" << s.k << ' ' << ta << tb;
}

TEST_F(HalfGemm, BetaEmptyProductsAndBatches) {
    for (const lai_dtype dtype : {LAI_DTYPE_F16, LAI_DTYPE_BF16}) {
        EXPECT_LT(error(dtype, {40, 30, 20}, 'N', 'T', -1, 0.5), 2);
        EXPECT_LT(error(dtype, {40, 30, 0, 1, 1}, 'N', 'N', 1, 2), 2);
        EXPECT_LT(error(dtype, {33, 20, 16, 3, 1}, 'T', 'N', 1, 0), 2);
    }
}

}  // namespace
