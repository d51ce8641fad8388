// Every gemm kernel in every precision and transpose against a plain triple loop in long double, on sizes
// around and between tiles, with padded leading dimensions and offsets.
#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include "opencl_fixture.hpp"

namespace {

using lapack_ai::test::OpenclRuntime;

template <typename T>
struct Traits;
template <>
struct Traits<float> {
    static constexpr lai_dtype dtype = LAI_DTYPE_F32;
    using Real = float;
};
template <>
struct Traits<double> {
    static constexpr lai_dtype dtype = LAI_DTYPE_F64;
    using Real = double;
};
template <>
struct Traits<std::complex<float>> {
    static constexpr lai_dtype dtype = LAI_DTYPE_C32;
    using Real = float;
};
template <>
struct Traits<std::complex<double>> {
    static constexpr lai_dtype dtype = LAI_DTYPE_C64;
    using Real = double;
};

using Wide = std::complex<long double>;

template <typename T>
Wide widen(T x) {
    if constexpr (std::is_floating_point_v<T>)
        return {x, 0};
    else
        return {x.real(), x.imag()};
}

template <typename T>
T narrow(Wide x) {
    using R = typename Traits<T>::Real;
    if constexpr (std::is_floating_point_v<T>)
        return static_cast<R>(x.real());
    else
        return {static_cast<R>(x.real()), static_cast<R>(x.imag())};
}

template <typename T>
std::vector<T> random_values(std::size_t count, std::uint64_t seed) {
    std::mt19937_64 generator(seed);
    std::uniform_real_distribution<double> uniform(-1, 1);
    std::vector<T> values(count);
    for (T &value : values) value = narrow<T>({uniform(generator), uniform(generator)});
    return values;
}

struct Shape {
    std::int64_t m, n, k, count = 1;
    std::int64_t pad = 0;  // added to each leading dimension, and elements before each operand
};

// Runs one product on the device and returns the largest error, in units of eps * k * |alpha||A||B|.
template <typename T>
double scaled_error(const Shape &s, char trans_a, char trans_b, lai_scalar alpha, lai_scalar beta,
                    bool tables = false, std::uint32_t slices = 0) {
    const std::int64_t lda = std::max<std::int64_t>(1, trans_a == 'N' ? s.m : s.k) + s.pad;
    const std::int64_t ldb = std::max<std::int64_t>(1, trans_b == 'N' ? s.k : s.n) + s.pad;
    const std::int64_t ldc = std::max<std::int64_t>(1, s.m) + s.pad;
    const std::int64_t stride_a = lda * (trans_a == 'N' ? s.k : s.m) + s.pad;
    const std::int64_t stride_b = ldb * (trans_b == 'N' ? s.n : s.k) + s.pad;
    const std::int64_t stride_c = ldc * s.n + s.pad;
    const auto elements = [&](std::int64_t stride) {
        return static_cast<std::size_t>(s.pad + stride * s.count + 1);
    };
    const auto A = random_values<T>(elements(stride_a), 1), B = random_values<T>(elements(stride_b), 2);
    auto C = random_values<T>(elements(stride_c), 3);
    if (beta.re == 0 && beta.im == 0)  // then C may hold anything and must not be read
        for (T &value : C) value = narrow<T>({std::numeric_limits<double>::quiet_NaN(), 0});
    const auto before = C;

    lai_ocl_operation *op = nullptr;
    EXPECT_EQ(lai_ocl_begin(0, &op), LAI_OK) << lai_ocl_last_error();
    const auto put = [&](const std::vector<T> &host) {
        void *address = nullptr;
        EXPECT_EQ(lai_ocl_temporary(op, host.size() * sizeof(T), &address), LAI_OK) << lai_ocl_last_error();
        const std::uint64_t bytes = host.size() * sizeof(T);
        EXPECT_EQ(lai_ocl_upload(op, address, bytes, host.data(), bytes, bytes, 1, 0), LAI_OK)
            << lai_ocl_last_error();
        return address;
    };
    void *const c = put(C);
    const auto offset = static_cast<std::size_t>(s.pad) * sizeof(T);
    lai_ocl_gemm_call call{};
    call.size = sizeof call;
    call.dtype = Traits<T>::dtype;
    call.trans_a = trans_a;
    call.trans_b = trans_b;
    call.slices = slices;
    call.m = s.m, call.n = s.n, call.k = s.k, call.count = s.count;
    call.alpha = alpha, call.beta = beta;
    call.a = static_cast<char *>(put(A)) + offset, call.lda = lda, call.stride_a = stride_a;
    call.b = static_cast<char *>(put(B)) + offset, call.ldb = ldb, call.stride_b = stride_b;
    call.c = static_cast<char *>(c) + offset, call.ldc = ldc, call.stride_c = stride_c;
    if (tables) {
        const auto table = [&](std::int64_t stride) {
            std::vector<std::int64_t> offsets;
            for (std::int64_t p = 0; p < s.count; ++p) offsets.push_back(p * stride);
            void *address = nullptr;
            const std::uint64_t bytes = offsets.size() * 8;
            EXPECT_EQ(lai_ocl_temporary(op, bytes, &address), LAI_OK);
            EXPECT_EQ(lai_ocl_upload(op, address, bytes, offsets.data(), bytes, bytes, 1, 0), LAI_OK);
            return address;
        };
        call.table_a = table(stride_a), call.table_b = table(stride_b), call.table_c = table(stride_c);
        call.stride_a = call.stride_b = call.stride_c = 0;
    }
    EXPECT_EQ(lai_ocl_gemm(op, &call), LAI_OK) << lai_ocl_last_error();
    const std::uint64_t bytes = C.size() * sizeof(T);
    EXPECT_EQ(lai_ocl_download(op, C.data(), bytes, c, bytes, bytes, 1, 0), LAI_OK) << lai_ocl_last_error();
    lai_ocl_end(op);

    const auto at = [&](const std::vector<T> &x, char trans, std::int64_t ld, std::int64_t base,
                        std::int64_t i, std::int64_t j) {
        const Wide value =
            widen(x[static_cast<std::size_t>(trans == 'N' ? base + i + j * ld : base + j + i * ld)]);
        return trans == 'C' ? std::conj(value) : value;
    };
    constexpr bool is_complex = !std::is_floating_point_v<T>;  // real types take the real part of a scalar
    const Wide al{alpha.re, is_complex ? alpha.im : 0}, be{beta.re, is_complex ? beta.im : 0};
    auto expected = before;
    double worst = 0;
    const double unit =
        std::numeric_limits<typename Traits<T>::Real>::epsilon() * static_cast<double>(s.k + 2);
    for (std::int64_t p = 0; p < s.count; ++p)
        for (std::int64_t j = 0; j < s.n; ++j)
            for (std::int64_t i = 0; i < s.m; ++i) {
                const auto here = static_cast<std::size_t>(s.pad + p * stride_c + i + j * ldc);
                Wide sum = 0;
                for (std::int64_t l = 0; l < s.k; ++l)
                    sum += at(A, trans_a, lda, s.pad + p * stride_a, i, l) *
                           at(B, trans_b, ldb, s.pad + p * stride_b, l, j);
                Wide value = al * sum;
                if (be != Wide(0)) value += be * widen(before[here]);
                const double error = static_cast<double>(std::abs(value - widen(C[here])));
                if (!(error / unit <= worst)) worst = error / unit;
                expected[here] = C[here];
            }
    // Nothing outside C's columns may change.
    for (std::size_t i = 0; i < C.size(); ++i)
        EXPECT_EQ(std::memcmp(&C[i], &expected[i], sizeof(T)), 0) << "element " << i << " is no part of C";
    return worst;
}

template <typename T>
class Gemm : public OpenclRuntime {};
using Types = ::testing::Types<float, double, std::complex<float>, std::complex<double>>;
TYPED_TEST_SUITE(Gemm, Types);

TYPED_TEST(Gemm, AllTransposesOnSizesAroundTiles) {
    const Shape shapes[] = {{1, 1, 1}, {7, 5, 3}, {32, 32, 16}, {33, 31, 17}, {64, 65, 9}, {130, 67, 33}};
    for (const Shape &shape : shapes)
        for (const char ta : {'N', 'T', 'C'})
            for (const char tb : {'N', 'T', 'C'})
                EXPECT_LT((scaled_error<TypeParam>(shape, ta, tb, {1.5, 0.5}, {0, 0})), 4)
                    << shape.m << "x" << shape.n << "x" << shape.k << " " << ta << tb;
}

TYPED_TEST(Gemm, LargeTilesWithPaddingAndOffsets) {
    for (const char ta : {'N', 'C'})
        for (const char tb : {'N', 'T'}) {
            const Shape odd{259, 261, 37, 1, 3}, even{256, 258, 32, 1, 4};
            EXPECT_LT((scaled_error<TypeParam>(odd, ta, tb, {1, -1}, {0.5, 0.25})), 4) << ta << tb;
            EXPECT_LT((scaled_error<TypeParam>(even, ta, tb, {-1, 0}, {1, 0})), 4) << ta << tb;
        }
}

TYPED_TEST(Gemm, BetaAloneAndEmptyProducts) {
    EXPECT_LT((scaled_error<TypeParam>({40, 30, 0}, 'N', 'N', {1, 0}, {2, 1})), 4);
    EXPECT_LT((scaled_error<TypeParam>({40, 30, 5}, 'N', 'T', {0, 0}, {2, 0})), 4);
    EXPECT_LT((scaled_error<TypeParam>({40, 30, 0}, 'T', 'N', {1, 0}, {0, 0})), 4);
    EXPECT_EQ((scaled_error<TypeParam>({0, 30, 5}, 'N', 'N', {1, 0}, {0, 0})), 0);
}

TYPED_TEST(Gemm, SmallBatchesInGroups) {
    for (const std::int64_t side : {1, 4, 5, 16, 31, 50}) {
        EXPECT_LT((scaled_error<TypeParam>({side, side, side, 7, 1}, 'N', 'T', {1, 0.5}, {0.5, 0})), 4)
            << side;
        EXPECT_LT((scaled_error<TypeParam>({side, side, 40, 5}, 'C', 'N', {1, 0}, {0, 0})), 4) << side;
    }
}

TYPED_TEST(Gemm, BatchesByOffsetTables) {
    for (const std::int64_t side : {3, 8, 20})
        EXPECT_LT((scaled_error<TypeParam>({side, side, 11, 9, 2}, 'T', 'C', {1, 0}, {1, 0}, true)), 4)
            << side;
}

// Errors in units of eps k; entries are at most 1, so the bound is 4.5 (slices + 1) 2^(-8 slices) k.
TEST(GemmFromSlices, KeepsItsBound) {
    char reason[512] = "";
    ASSERT_EQ(lai_ocl_open(nullptr, reason, sizeof reason), LAI_OK) << reason;
    for (const std::uint32_t slices : {2u, 4u, 7u})
        for (const char ta : {'N', 'T'})
            for (const char tb : {'N', 'C'}) {
                const double bound = 4.5 * (slices + 1) * std::pow(2.0, 52 - 8.0 * slices) + 4;
                const double error =
                    scaled_error<double>({67, 70, 530, 1, 2}, ta, tb, {1, 0}, {0.5, 0}, false, slices);
                EXPECT_LT(error, bound) << slices << " slices " << ta << tb;
                if (slices == 2) {
                    EXPECT_GT(error, 1e3) << "two slices cannot be this exact: was the path taken?";
                }
            }
    lai_ocl_close();
}

TYPED_TEST(Gemm, BatchesOfLargerMatrices) {
    EXPECT_LT((scaled_error<TypeParam>({70, 90, 20, 3, 2}, 'N', 'C', {1, 0}, {1, 0})), 4);
}

}  // namespace
