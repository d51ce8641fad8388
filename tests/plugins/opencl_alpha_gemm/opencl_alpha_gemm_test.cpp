// Schemes on the device against three loops on the host: every element type, transposition, padding, beta,
// and what happens to operands that are not finite. Small blocks: the kernels are the same for large ones.
#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "lapack_ai/opencl_runtime/opencl_runtime.h"
#include "support/plugin_fixture.hpp"

namespace {

using namespace lapack_ai::sdk;
using lapack_ai::test::TestHost;
using lapack_ai::test::TestPlugin;

template <typename T>
T element(double re, double im) {
    if constexpr (dtype_is_complex(dtype_of<T>))
        return T(static_cast<typename T::value_type>(re), static_cast<typename T::value_type>(im));
    else
        return static_cast<T>(re);
}

template <typename T>
T conjugate(T x) {
    if constexpr (dtype_is_complex(dtype_of<T>))
        return std::conj(x);
    else
        return x;
}

/// A column-major matrix with three rows of padding, whose contents must survive.
template <typename T>
struct Padded {
    std::int64_t rows, cols, ld;
    std::vector<T> data;
    Padded(std::int64_t m, std::int64_t n, unsigned seed) : rows(m), cols(n), ld(m + 3) {
        std::mt19937 generator(seed);
        std::uniform_real_distribution<double> uniform(-1, 1);
        for (std::int64_t i = 0; i < ld * n; ++i)
            data.push_back(element<T>(uniform(generator), uniform(generator)));
    }
    T &at(std::int64_t i, std::int64_t j) { return data[static_cast<std::size_t>(i + j * ld)]; }
    T op(char trans, std::int64_t i, std::int64_t j) {
        return trans == 'N' ? at(i, j) : trans == 'T' ? at(j, i) : conjugate(at(j, i));
    }
};

/// The same on the device, while it lives.
class OnDevice {
  public:
    template <typename T>
    explicit OnDevice(Padded<T> &matrix) : bytes_(matrix.data.size() * sizeof(T)) {
        const lai_memory &memory = *lai_ocl_memory();
        EXPECT_EQ(memory.alloc(memory.self, bytes_, &address_), LAI_OK) << lai_ocl_last_error();
        EXPECT_EQ(memory.upload(memory.self, address_, 0, bytes_, matrix.data.data(), bytes_, bytes_, 1),
                  LAI_OK);
    }
    ~OnDevice() { lai_ocl_memory()->release(lai_ocl_memory()->self, address_); }
    OnDevice(const OnDevice &) = delete;
    OnDevice &operator=(const OnDevice &) = delete;
    template <typename T>
    void fetch(Padded<T> &matrix) const {
        const lai_memory &memory = *lai_ocl_memory();
        EXPECT_EQ(memory.download(memory.self, address_, 0, bytes_, matrix.data.data(), bytes_, bytes_, 1),
                  LAI_OK);
    }
    void *address() const { return address_; }

  private:
    std::uint64_t bytes_;
    void *address_ = nullptr;
};

class OpenclAlphaGemm : public ::testing::Test {
  protected:
    TestPlugin &plugin(const std::string &scheme) {
        host.options = R"({"min_block": 16, "scheme": ")" + scheme + "\"}";
        host.on_predict = [](const lai_call &, lai_cost &cost) {
            cost.compute_seconds = 1;
            return lai_status(LAI_OK);
        };
        plugin_.reset();
        plugin_ = std::make_unique<TestPlugin>(OPENCL_ALPHA_GEMM_PLUGIN, host);
        EXPECT_EQ(plugin_->backend().unavailable, nullptr);
        return *plugin_;
    }

    static std::uint32_t space(const TestHost &from) {
        return from.table()->intern_space(from.table(), lai_ocl_space());
    }

    /// Runs one product and returns the largest difference from three loops, in units of u k.
    template <typename T>
    double error(const std::string &scheme, char ta, char tb, std::int64_t m, std::int64_t n, std::int64_t k,
                 T alpha, T beta) {
        TestPlugin &p = plugin(scheme);
        Padded<T> A(ta == 'N' ? m : k, ta == 'N' ? k : m, 1), B(tb == 'N' ? k : n, tb == 'N' ? n : k, 2),
            C(m, n, 3);
        Padded<T> expected = C;
        for (std::int64_t j = 0; j < n; ++j)
            for (std::int64_t i = 0; i < m; ++i) {
                std::complex<double> sum = 0;
                for (std::int64_t l = 0; l < k; ++l)
                    sum += std::complex<double>(A.op(ta, i, l)) * std::complex<double>(B.op(tb, l, j));
                sum *= std::complex<double>(alpha);
                if (beta != T(0)) sum += std::complex<double>(beta) * std::complex<double>(C.at(i, j));
                expected.at(i, j) = element<T>(sum.real(), sum.imag());
            }
        lai_result result{};
        result.size = sizeof result;
        status = run(p, ta, tb, m, n, k, alpha, beta, A, B, C, result);
        EXPECT_EQ(status, LAI_OK) << lai_ocl_last_error();
        EXPECT_EQ(result.remark, 0u);
        EXPECT_EQ(std::string(result.algorithm), scheme + " breadth-first");
        double worst = 0;
        for (std::size_t i = 0; i < C.data.size(); ++i) {
            const double d =
                std::abs(std::complex<double>(C.data[i]) - std::complex<double>(expected.data[i]));
            if (!(d <= worst)) worst = d;
        }
        const double u =
            (sizeof(T) == 4 || sizeof(T) == 8) && dtype_of<T> != LAI_DTYPE_F64 ? 0x1p-24 : 0x1p-53;
        return worst / (u * static_cast<double>(k));
    }

    template <typename T>
    lai_status run(TestPlugin &p, char ta, char tb, std::int64_t m, std::int64_t n, std::int64_t k, T alpha,
                   T beta, Padded<T> &A, Padded<T> &B, Padded<T> &C, lai_result &result) {
        const OnDevice a(A), b(B), c(C);
        CallBuilder call(LAI_OP_GEMM, dtype_of<T>);
        call.dims(m, n, k).flags(ta, tb).scalars(alpha, beta);
        call.operand(dtype_of<T>, a.address(), A.rows, A.cols, A.ld, 0, 0, space(host));
        call.operand(dtype_of<T>, b.address(), B.rows, B.cols, B.ld, 0, 0, space(host));
        call.operand(dtype_of<T>, c.address(), C.rows, C.cols, C.ld, 0, 0, space(host));
        const lai_status answer = p.execute(call, result);
        c.fetch(C);
        return answer;
    }

    void TearDown() override {
        lai_ocl_figures figures{};
        figures.size = sizeof figures;
        ASSERT_EQ(lai_ocl_read_figures(&figures), LAI_OK);
        EXPECT_EQ(figures.used_bytes, 0u);
    }

    TestHost host;
    std::unique_ptr<TestPlugin> plugin_;
    lai_status status = LAI_OK;
};

// The scheme's bound is hundreds of u k; typical errors are a few.
constexpr double typical = 8;

TEST_F(OpenclAlphaGemm, EveryTranspositionOfReals) {
    for (const char ta : {'N', 'T'})
        for (const char tb : {'N', 'T'})
            EXPECT_LT(error<double>("2x2x2:7", ta, tb, 70, 59, 83, 1.5, 0.0), typical) << ta << tb;
}

TEST_F(OpenclAlphaGemm, EveryTranspositionOfComplexNumbers) {
    using Z = std::complex<double>;
    for (const char ta : {'N', 'T', 'C'})
        EXPECT_LT(error<Z>("2x2x2:7", ta, ta == 'T' ? 'C' : 'T', 40, 51, 37, Z(1, -0.5), Z(0.5, 2)),
                  2 * typical)
            << ta;
}

TEST_F(OpenclAlphaGemm, SinglePrecision) {
    EXPECT_LT(error<float>("2x2x2:7", 'N', 'T', 65, 64, 63, 1.0f, -1.0f), typical);
    EXPECT_LT(error<std::complex<float>>("2x2x2:7", 'C', 'N', 40, 33, 35, {0, 1}, {1, 1}), 2 * typical);
}

TEST_F(OpenclAlphaGemm, RectangularAndNestedSchemes) {
    EXPECT_LT(error<double>("3x3x6:40", 'N', 'N', 64, 120, 70, 1.0, 1.0), typical);
    EXPECT_LT(error<double>("2x2x2:7*2x2x2:7", 'T', 'N', 67, 80, 90, -1.0, 0.0), 4 * typical);
    EXPECT_LT(error<double>("4x4x4:48", 'N', 'T', 80, 66, 97, 1.0, 0.25), typical);
}

TEST_F(OpenclAlphaGemm, BetaZeroDoesNotReadC) {
    TestPlugin &p = plugin("2x2x2:7");
    Padded<double> A(32, 32, 1), B(32, 32, 2), C(32, 32, 3);
    for (double &x : C.data) x = std::numeric_limits<double>::quiet_NaN();
    lai_result result{};
    result.size = sizeof result;
    ASSERT_EQ(run(p, 'N', 'N', 32, 32, 32, 1.0, 0.0, A, B, C, result), LAI_OK);
    for (std::int64_t j = 0; j < 32; ++j)
        for (std::int64_t i = 0; i < 32; ++i) ASSERT_TRUE(std::isfinite(C.at(i, j)));
}

TEST_F(OpenclAlphaGemm, RecomputesWhatIsNotFiniteOrTooLarge) {
    const double wrong[] = {std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN(),
                            1e308};
    for (const double x : wrong) {
        TestPlugin &p = plugin("2x2x2:7");
        Padded<double> A(40, 40, 1), B(40, 40, 2), C(40, 40, 3);
        A.at(5, 7) = x;
        Padded<double> before = C;
        lai_result result{};
        result.size = sizeof result;
        ASSERT_EQ(run(p, 'N', 'N', 40, 40, 40, 1.0, 1.0, A, B, C, result), LAI_OK);
        EXPECT_EQ(result.remark, LAI_REMARK_RECOMPUTED) << x;
        for (std::int64_t j = 0; j < 40; ++j)
            for (std::int64_t i = 0; i < 40; ++i) {
                double sum = before.at(i, j);
                for (std::int64_t l = 0; l < 40; ++l) sum += A.at(i, l) * B.at(l, j);
                if (std::isfinite(sum))
                    ASSERT_NEAR(C.at(i, j), sum, 1e-13 * std::max(1.0, std::abs(sum))) << i << " " << j;
                else
                    ASSERT_FALSE(std::isfinite(C.at(i, j))) << i << " " << j;
            }
    }
}

TEST_F(OpenclAlphaGemm, DeclinesWhatLivesOnTheHostOrIsSmall) {
    TestPlugin &p = plugin("2x2x2:7");
    double x[4] = {};
    CallBuilder host_call(LAI_OP_GEMM, LAI_DTYPE_F64);
    host_call.dims(64, 64, 64).flags('N', 'N').scalars(1.0, 0.0);
    for (int i = 0; i < 3; ++i) host_call.operand(LAI_DTYPE_F64, x, 64, 64, 64);
    lai_cost cost{};
    EXPECT_EQ(p.query(host_call, cost), LAI_DECLINED);
    EXPECT_EQ(cost.reason, LAI_REASON_SPACE);
    CallBuilder small(LAI_OP_GEMM, LAI_DTYPE_F64);
    small.dims(20, 64, 64).flags('N', 'N').scalars(1.0, 0.0);
    for (int i = 0; i < 3; ++i) small.operand(LAI_DTYPE_F64, x, 64, 64, 64, 0, 0, space(host));
    EXPECT_EQ(p.query(small, cost), LAI_DECLINED);
    EXPECT_EQ(cost.reason, LAI_REASON_SHAPE);
}

TEST_F(OpenclAlphaGemm, FaultsLeaveCAsItWasAndReturnTheMemory) {
    TestPlugin &p = plugin("2x2x2:7");
    Padded<double> A(48, 48, 1), B(48, 48, 2), C(48, 48, 3);
    lai_result result{};
    result.size = sizeof result;
    ASSERT_EQ(run(p, 'N', 'N', 48, 48, 48, 1.0, 1.0, A, B, C, result), LAI_OK);  // builds the kernels
    const OnDevice a(A), b(B), c(C);
    const std::vector<double> before = C.data;
    for (int launches = 0; launches < 4; ++launches) {  // two expansions, the products, the contraction
        CallBuilder call(LAI_OP_GEMM, LAI_DTYPE_F64);
        call.dims(48, 48, 48).flags('N', 'N').scalars(1.0, 1.0);
        for (const auto *x : {&a, &b, &c})
            call.operand(LAI_DTYPE_F64, x->address(), 48, 48, C.ld, 0, 0, space(host));
        lai_ocl_inject_fault("launch", -4, launches, 2);
        EXPECT_EQ(p.execute(call, result), LAI_OUT_OF_MEMORY) << launches;
        lai_ocl_reset_for_tests();
        c.fetch(C);
        EXPECT_EQ(C.data, before) << launches;
    }
}

}  // namespace
