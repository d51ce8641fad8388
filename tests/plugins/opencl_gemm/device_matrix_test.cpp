// Device matrices through the C and C++ API on a real OpenCL device: chains of calls, views, mixtures with
// host memory, CPU backends on device memory, and nothing left in the pool.
#include <gtest/gtest.h>

#include <cmath>
#include <lapack_ai/lapack_ai.hpp>
#include <random>
#include <thread>

#include "lapack_ai/opencl_runtime/opencl_runtime.h"

namespace {

using lapack_ai::Context;
using lapack_ai::DeviceMatrix;
using lapack_ai::Layout;
using lapack_ai::Matrix;
using lapack_ai::matrix_view;
using lapack_ai::Trans;

template <typename T = double>
Matrix<T> random_matrix(std::int64_t m, std::int64_t n, unsigned seed) {
    std::mt19937 generator(seed);
    std::uniform_real_distribution<double> uniform(-1, 1);
    Matrix<T> A(m, n);
    for (std::int64_t j = 0; j < n; ++j)
        for (std::int64_t i = 0; i < m; ++i) A(i, j) = static_cast<T>(uniform(generator));
    return A;
}

Matrix<double> product(const Matrix<double> &A, const Matrix<double> &B) {
    Matrix<double> C(A.rows(), B.cols());
    for (std::int64_t j = 0; j < C.cols(); ++j)
        for (std::int64_t l = 0; l < A.cols(); ++l)
            for (std::int64_t i = 0; i < C.rows(); ++i) C(i, j) += A(i, l) * B(l, j);
    return C;
}

double distance(const Matrix<double> &X, const Matrix<double> &Y) {
    double worst = X.rows() == Y.rows() && X.cols() == Y.cols() ? 0 : INFINITY;
    for (std::int64_t j = 0; j < std::min(X.cols(), Y.cols()); ++j)
        for (std::int64_t i = 0; i < std::min(X.rows(), Y.rows()); ++i) {
            const double d = std::abs(X(i, j) - Y(i, j));
            if (!(d <= worst)) worst = d;
        }
    return worst;
}

std::uint64_t in_use() {
    lai_ocl_figures f{};
    f.size = sizeof f;
    EXPECT_EQ(lai_ocl_read_figures(&f), LAI_OK);
    return f.used_bytes;
}

class Device : public ::testing::Test {
  protected:
    void SetUp() override { lai_ocl_reset_for_tests(); }
    void TearDown() override {
        lai_ocl_reset_for_tests();
        EXPECT_EQ(in_use(), 0u);
    }
    Context ctx{{{{"dispatch.pin", "{gemm: opencl_gemm, gemm_batch: opencl_gemm}"}}, ""}};
};

TEST_F(Device, AChainOfProductsMovesNothing) {
    const auto A = random_matrix(33, 21, 1), B = random_matrix(21, 40, 2), D = random_matrix(40, 9, 3);
    const auto dA = ctx.to_device(A), dB = ctx.to_device(B), dD = ctx.to_device(D);
    auto dAB = ctx.device_matrix<double>(33, 40), dABD = ctx.device_matrix<double>(33, 9);
    lapack_ai::check(ctx.gemm(Trans::none, Trans::none, 1.0, dA, dB, 0.0, dAB));
    EXPECT_EQ(lai_last_report()->bytes_to_device + lai_last_report()->bytes_from_device, 0u);
    lapack_ai::check(ctx.gemm(Trans::none, Trans::none, 1.0, dAB, dD, 0.0, dABD));
    EXPECT_STREQ(lai_last_report()->backend, "opencl_gemm");
    EXPECT_STREQ(lai_last_report()->strategy, "gpu_opencl");
    EXPECT_LT(distance(dABD.download(), product(product(A, B), D)), 1e-12);
}

TEST_F(Device, BlocksClonesAndSharesAreWhatTheySay) {
    const auto A = random_matrix(30, 30, 4);
    auto dA = ctx.to_device(A);
    const auto block = dA.block(7, 11, 9, 5);
    const Matrix<double> taken = block.download();
    for (std::int64_t j = 0; j < 5; ++j)
        for (std::int64_t i = 0; i < 9; ++i) EXPECT_EQ(taken(i, j), A(7 + i, 11 + j));
    const auto copy = dA.clone(), second = dA.share();
    block.upload(Matrix<double>(9, 5, 1.0));
    EXPECT_EQ(second.download()(7, 11), 1.0);
    EXPECT_EQ(second.download()(6, 11), A(6, 11));
    EXPECT_EQ(copy.download()(7, 11), A(7, 11));
    EXPECT_THROW(dA.block(25, 0, 6, 1), lapack_ai::input_error);
    EXPECT_THROW(dA.block(-1, 0, 1, 1), lapack_ai::input_error);
    dA = DeviceMatrix<double>();
    EXPECT_EQ(second.download()(7, 11), 1.0);
}

TEST_F(Device, HostMatricesOfAnyLayoutGoUpAndComeDown) {
    const auto A = random_matrix(6, 4, 5);
    std::vector<double> rows(6 * 7), back(6 * 7, -1);
    matrix_view<double> by_rows(rows.data(), 6, 4, 7, Layout::row_major),
        target(back.data(), 6, 4, 7, Layout::row_major);
    for (std::int64_t i = 0; i < 6; ++i)
        for (std::int64_t j = 0; j < 4; ++j) by_rows(i, j) = A(i, j);
    const auto dA = ctx.to_device(by_rows);
    EXPECT_EQ(distance(dA.download(), A), 0);
    dA.download_to(target);
    for (std::int64_t i = 0; i < 6; ++i)
        for (std::int64_t j = 0; j < 4; ++j) EXPECT_EQ(target(i, j), A(i, j));
    EXPECT_EQ(back[4], -1) << "the gap between rows belongs to the caller";
    auto strided = matrix_view<double>::strided(rows.data(), 3, 2, 14, 2);
    EXPECT_EQ(ctx.to_device(strided).download()(2, 1), by_rows(4, 2));
    Matrix<double> small(2, 2);
    EXPECT_THROW(dA.download_to(small), lapack_ai::input_error);
}

TEST_F(Device, ACpuBackendWorksOnDeviceMatrices) {
    const auto A = random_matrix(25, 25, 6), B = random_matrix(25, 3, 7);
    const auto dA = ctx.to_device(A);
    auto factors = dA.clone(), X = ctx.to_device(B);
    std::vector<std::int64_t> ipiv(25);
    lapack_ai::check(ctx.gesv(factors, ipiv, X, Trans::none, {.backend = "cpu_lapack"}));
    EXPECT_STREQ(lai_last_report()->backend, "cpu_lapack");
    EXPECT_GT(lai_last_report()->bytes_from_device, 0u);
    EXPECT_LT(distance(product(A, X.download()), B), 1e-10);
    EXPECT_EQ(ctx.svd(dA).S.size(), 25u);
    const auto C = ctx.matmul(dA, X);
    EXPECT_LT(distance(C.value, B), 1e-10);
}

TEST_F(Device, RowMajorGemmTakesDeviceMemoryAndSolversSayWhyNot) {
    const auto A = random_matrix(8, 8, 8), B = random_matrix(8, 8, 9);
    const auto dA = ctx.to_device(A), dB = ctx.to_device(B);
    auto dC = ctx.device_matrix<double>(8, 8);
    // Row-major reading of column-major storage: C**T = A**T B**T, so C = B A.
    ASSERT_EQ(lai_gemm(ctx.get(), nullptr, LAI_LAYOUT_ROW, LAI_DTYPE_F64, 'N', 'N', 8, 8, 8, {1, 0},
                       dA.data(), 8, dB.data(), 8, {0, 0}, dC.data(), 8),
              0)
        << lai_last_error();
    EXPECT_LT(distance(dC.download(), product(B, A)), 1e-12);
    std::vector<std::int64_t> ipiv(8);
    EXPECT_EQ(lai_getrf(ctx.get(), nullptr, LAI_LAYOUT_ROW, LAI_DTYPE_F64, 8, 8, dC.data(), 8, ipiv.data()),
              LAI_ERROR_BAD_INPUT);
    EXPECT_NE(std::string(lai_last_error()).find("column-major"), std::string::npos);
    Matrix<double> host(8, 8);
    const auto by_rows = matrix_view<double>(host.data(), 8, 8, 0, Layout::row_major);
    EXPECT_EQ(ctx.gemm(Trans::none, Trans::conj_transpose, 1.0, dA, dB, 0.0, by_rows), LAI_ERROR_BAD_INPUT);
}

TEST_F(Device, OperandsBeyondTheirMemoryAreRefused) {
    const auto dA = ctx.to_device(random_matrix(16, 16, 1));
    auto dC = ctx.device_matrix<double>(16, 16);
    const std::int64_t info = lai_gemm(ctx.get(), nullptr, LAI_LAYOUT_COL, LAI_DTYPE_F64, 'N', 'N', 64, 64,
                                       64, {1, 0}, dA.data(), 64, dA.data(), 64, {0, 0}, dC.data(), 64);
    EXPECT_EQ(info, LAI_ERROR_BAD_INPUT);
    EXPECT_NE(std::string(lai_last_error()).find("device memory"), std::string::npos) << lai_last_error();
}

TEST_F(Device, ADeviceFaultEndsOnTheCpuWithTheOriginals) {
    const auto A = random_matrix(20, 20, 1), C0 = random_matrix(20, 20, 2);
    const auto dA = ctx.to_device(A);
    for (const auto &[site, code] : {std::pair{"launch", -52}, std::pair{"launch", -4}}) {
        auto dC = ctx.to_device(C0);
        lai_ocl_inject_fault(site, code, 0, 2);
        lapack_ai::check(ctx.gemm(Trans::none, Trans::none, 1.0, dA, dA, 1.0, dC));
        EXPECT_STREQ(lai_last_report()->backend, "cpu_lapack") << site;
        EXPECT_STREQ(lai_last_report()->strategy, "cpu_fallback") << site;
        Matrix<double> expected = product(A, A);
        for (std::int64_t j = 0; j < 20; ++j)
            for (std::int64_t i = 0; i < 20; ++i) expected(i, j) += C0(i, j);
        lai_ocl_reset_for_tests();
        EXPECT_LT(distance(dC.download(), expected), 1e-12) << site;
    }
}

TEST_F(Device, BatchesMayLiveOnTheDeviceAlone) {
    constexpr std::int64_t n = 5, count = 12;
    const auto A = random_matrix(n, n * count, 1), B = random_matrix(n, n * count, 2);
    // Tight storage: a vector of all elements.
    const auto flat = [](const Matrix<double> &X) {
        return matrix_view<const double>(X.data(), X.rows() * X.cols(), 1);
    };
    const auto dA = ctx.to_device(flat(A)), dB = ctx.to_device(flat(B));
    auto dC = ctx.device_matrix<double>(n * n * count, 1);
    ASSERT_EQ(ctx.gemm_batch<double>(Trans::none, Trans::none, n, n, n, 1.0, dA.data(), n, n * n, dB.data(),
                                     n, n * n, 0.0, dC.data(), n, n * n, count),
              0)
        << lai_last_error();
    EXPECT_STREQ(lai_last_report()->backend, "opencl_gemm");
    const Matrix<double> C = dC.download();
    for (std::int64_t item = 0; item < count; ++item)
        for (std::int64_t j = 0; j < n; ++j)
            for (std::int64_t i = 0; i < n; ++i) {
                double sum = 0;
                for (std::int64_t l = 0; l < n; ++l) sum += A(i, item * n + l) * B(l, item * n + j);
                EXPECT_NEAR(C(i + (j + item * n) * n, 0), sum, 1e-13);
            }
}

TEST_F(Device, PageLockedMemoryIsOrdinaryMemory) {
    constexpr std::int64_t n = 40;
    auto *storage = static_cast<double *>(lai_host_alloc(ctx.get(), 3 * n * n * sizeof(double)));
    ASSERT_NE(storage, nullptr) << lai_last_error();
    const auto A = random_matrix(n, n, 1), B = random_matrix(n, n, 2);
    std::copy_n(A.data(), n * n, storage);
    std::copy_n(B.data(), n * n, storage + n * n);
    matrix_view<double> pA(storage, n, n), pB(storage + n * n, n, n), pC(storage + 2 * n * n, n, n);
    lapack_ai::check(ctx.gemm(Trans::none, Trans::none, 1.0, pA, pB, 0.0, pC));
    EXPECT_LT(distance(Matrix<double>(pC), product(A, B)), 1e-12);
    EXPECT_EQ(lai_device_space(storage), nullptr);
    lai_host_free(storage);
    lai_host_free(nullptr);
}

TEST_F(Device, ManyThreadsMakeUseAndReleaseTheirOwn) {
    const auto A = random_matrix(24, 24, 1);
    const Matrix<double> expected = product(A, A);
    std::vector<std::thread> threads;
    std::vector<double> worst(4);
    for (std::size_t t = 0; t < worst.size(); ++t)
        threads.emplace_back([&, t] {
            for (int round = 0; round < 10; ++round) {
                const auto dA = ctx.to_device(A);
                auto dC = ctx.device_matrix<double>(24, 24);
                if (ctx.gemm(Trans::none, Trans::none, 1.0, dA, dA, 0.0, dC) != 0) worst[t] = INFINITY;
                worst[t] = std::max(worst[t], distance(dC.download(), expected));
            }
        });
    for (std::thread &thread : threads) thread.join();
    for (const double w : worst) EXPECT_LT(w, 1e-12);
}

TEST_F(Device, MisuseIsNamed) {
    lai_device_matrix m{};
    m.size = sizeof m;
    EXPECT_EQ(lai_device_create(ctx.get(), "opencl:nowhere", LAI_DTYPE_F64, 2, 2, &m),
              LAI_ERROR_GPU_UNAVAILABLE);
    EXPECT_NE(std::string(lai_last_error()).find(lai_ocl_space()), std::string::npos) << lai_last_error();
    EXPECT_EQ(lai_device_create(ctx.get(), nullptr, LAI_DTYPE_F64, -1, 2, &m), LAI_ERROR_BAD_INPUT);
    EXPECT_EQ(lai_device_create(ctx.get(), nullptr, 77, 1, 2, &m), LAI_ERROR_USAGE);
    EXPECT_EQ(lai_device_create(ctx.get(), nullptr, LAI_DTYPE_F64, 1 << 20, 1 << 30, &m),
              LAI_ERROR_OUT_OF_MEMORY);
    EXPECT_EQ(lai_device_create(ctx.get(), nullptr, LAI_DTYPE_F64, 2, 2, nullptr), LAI_ERROR_USAGE);
    double host[4] = {};
    m = {sizeof m, LAI_DTYPE_F64, host, 2, 2, 2};
    EXPECT_EQ(lai_device_release(&m), LAI_ERROR_USAGE);
    EXPECT_EQ(lai_device_download(&m, LAI_LAYOUT_COL, host, 2), LAI_ERROR_USAGE);
    const auto good = ctx.to_device(random_matrix(3, 3, 1));
    EXPECT_EQ(lai_device_download(&good.raw(), LAI_LAYOUT_COL, host, 2), LAI_ERROR_BAD_INPUT);
    EXPECT_EQ(lai_device_download(&good.raw(), 7, host, 3), LAI_ERROR_USAGE);
    // Empty matrices are matrices.
    const auto empty = ctx.device_matrix<double>(0, 5);
    EXPECT_EQ(empty.download().cols(), 5);
}

}  // namespace
