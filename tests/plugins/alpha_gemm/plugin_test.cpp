// The plugin file in a host of a few lines: what it offers, how it prices, what it refuses, what it computes.

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <limits>
#include <optional>
#include <random>

#include "lapack_ai/abi/ops.h"
#include "support/plugin_fixture.hpp"

namespace lapack_ai::test {
namespace {

using sdk::CallBuilder;

/// A conventional gemm for real operands, as nested dispatch would run it.
template <typename T>
lai_status plain_gemm(const lai_call &call, lai_result &) {
    const std::int64_t m = call.dims[LAI_GEMM_M], n = call.dims[LAI_GEMM_N], k = call.dims[LAI_GEMM_K];
    const auto view = [&](int i) { return sdk::matrix_of<T>(*LAI_OPERAND(&call, i)); };
    const auto A = view(LAI_GEMM_A), B = view(LAI_GEMM_B), C = view(LAI_GEMM_C);
    const bool ta = call.flags[LAI_GEMM_TRANS_A] != 'N', tb = call.flags[LAI_GEMM_TRANS_B] != 'N';
    const T alpha = static_cast<T>(call.scalars[LAI_GEMM_ALPHA].re),
            beta = static_cast<T>(call.scalars[LAI_GEMM_BETA].re);
    std::vector<T> column(static_cast<std::size_t>(m));
    for (std::int64_t j = 0; j < n; ++j) {
        std::fill(column.begin(), column.end(), T(0));
        for (std::int64_t p = 0; p < k; ++p) {
            const T b = tb ? B(j, p) : B(p, j);
            for (std::int64_t i = 0; i < m; ++i)
                column[static_cast<std::size_t>(i)] += (ta ? A(p, i) : A(i, p)) * b;
        }
        for (std::int64_t i = 0; i < m; ++i) {
            C(i, j) = alpha * column[static_cast<std::size_t>(i)] + (beta == T(0) ? T(0) : beta * C(i, j));
        }
    }
    return LAI_OK;
}

/// Predicts by flops at 10 GFLOP/s a thread.
lai_status price_by_flops(const lai_call &call, lai_cost &cost) {
    cost.compute_seconds = 2.0 * static_cast<double>(call.dims[0]) * static_cast<double>(call.dims[1]) *
                           static_cast<double>(call.dims[2]) / (1e10 * call.thread_budget);
    return LAI_OK;
}

class AlphaGemmPlugin : public ::testing::Test {
  protected:
    AlphaGemmPlugin() {
        host.on_predict = price_by_flops;
        host.on_invoke = [this](const lai_call &child, lai_result &result) {
            ++products;
            return plain_gemm<double>(child, result);
        };
    }

    void make(std::int64_t m, std::int64_t n, std::int64_t k, double beta = 0.5) {
        std::mt19937 generator(5);
        std::uniform_real_distribution<double> uniform(-1, 1);
        for (auto *x : {&A, &B, &C}) {
            x->resize(static_cast<std::size_t>(x == &A ? m * k : x == &B ? k * n : m * n));
            for (double &value : *x) value = uniform(generator);
        }
        call.emplace(LAI_OP_GEMM, LAI_DTYPE_F64);
        call->dims(m, n, k).flags('N', 'N').scalars(2.0, beta).threads(2);
        call->operand(LAI_DTYPE_F64, A.data(), m, k, m);
        call->operand(LAI_DTYPE_F64, B.data(), k, n, k);
        call->operand(LAI_DTYPE_F64, C.data(), m, n, m);
    }

    std::vector<double> expected() {
        const std::vector<double> original = C;
        lai_result result{};
        plain_gemm<double>(call->call(), result);
        std::vector<double> product = C;
        std::copy(original.begin(), original.end(), C.begin());  // the call points into C
        return product;
    }

    /// `count` products are carried out; later ones, the conventional one too, fail.
    void all_but_the_first_fail(int count) {
        host.on_invoke = [this, count](const lai_call &child, lai_result &result) -> lai_status {
            return ++products <= count ? plain_gemm<double>(child, result) : LAI_TIMEOUT;
        };
    }

    TestHost host;
    std::vector<double> A, B, C;
    std::optional<CallBuilder> call;
    std::atomic<int> products{0};
};

TEST_F(AlphaGemmPlugin, OffersOneNormwiseVariantPerScheme) {
    TestPlugin plugin(ALPHA_GEMM_PLUGIN, host);
    EXPECT_EQ(plugin.backend().unavailable, nullptr);
    for (const char *name : {"2x2x2:7", "4x4x4:48", "4x4x4:48*2x2x2:7", "3x3x6:40"}) {
        const lai_variant *variant = plugin.variant(LAI_OP_GEMM, name);
        ASSERT_NE(variant, nullptr) << name;
        EXPECT_EQ(variant->accuracy, LAI_ACCURACY_NORMWISE);
        EXPECT_EQ(variant->place, LAI_PLACE_COMPOSED);
        EXPECT_EQ(variant->dtypes, LAI_DTYPES_SDCZ);
    }
}

TEST_F(AlphaGemmPlugin, RefusesTheSchemeThatHoldsModuloTwoOnly) {
    host.options = R"({"scheme": "4x4x4:47"})";
    try {
        TestPlugin plugin(ALPHA_GEMM_PLUGIN, host);
        FAIL() << "it was accepted";
    } catch (const std::runtime_error &error) {
        EXPECT_NE(std::string(error.what()).find("modulo 2"), std::string::npos) << error.what();
    }
}

TEST_F(AlphaGemmPlugin, NamesTheOptionThatIsWrong) {
    const struct {
        const char *options, *named;
    } cases[] = {{R"({"scheme": "9x9x9:1"})", "plugins.alpha_gemm.scheme: 9x9x9:1"},
                 {R"({"scaling": "sideways"})", "plugins.alpha_gemm.scaling: sideways"},
                 {R"({"min_block": 3})", "plugins.alpha_gemm.min_block: 3"},
                 {R"({"min_size": 0})", "plugins.alpha_gemm.min_size: 0"},
                 {R"({"workspace_limit_mib": -1})", "plugins.alpha_gemm.workspace_limit_mib: -1"}};
    for (const auto &c : cases) {
        host.options = c.options;
        try {
            TestPlugin plugin(ALPHA_GEMM_PLUGIN, host);
            FAIL() << c.options << " was accepted";
        } catch (const std::runtime_error &error) {
            EXPECT_NE(std::string(error.what()).find(c.named), std::string::npos) << error.what();
        }
    }
}

TEST_F(AlphaGemmPlugin, PricesByItsBaseProductsAndSweeps) {
    TestPlugin plugin(ALPHA_GEMM_PLUGIN, host);
    make(1, 1, 1);
    call.emplace(LAI_OP_GEMM, LAI_DTYPE_F64);  // operands without data, as while explaining
    const std::int64_t n = 8192;
    call->dims(n, n, n).flags('N', 'N').scalars(1.0, 0.0).threads(2);
    for (int i = 0; i < 3; ++i) call->operand(LAI_DTYPE_F64, nullptr, n, n, n);
    const double conventional = 2.0 * std::pow(static_cast<double>(n), 3) / 2e10;
    lai_cost cost;
    ASSERT_EQ(plugin.query(*call, cost, "4x4x4:48"), LAI_OK);
    EXPECT_GT(cost.compute_seconds, conventional * 48 / 64);
    EXPECT_LT(cost.compute_seconds, conventional * 48 / 64 * 1.1);
    EXPECT_EQ(cost.error_kind, LAI_ERROR_NORMWISE);
    EXPECT_GT(cost.error_coefficient, static_cast<double>(n));
    const double n2 = 8.0 * static_cast<double>(n) * static_cast<double>(n);
    EXPECT_LE(static_cast<double>(cost.host_extra_bytes), 9.5 * n2);
    EXPECT_STREQ(cost.algorithm, "4x4x4:48 breadth-first");
    ASSERT_EQ(plugin.query(*call, cost, "4x4x4:48*2x2x2:7"), LAI_OK);
    EXPECT_LT(cost.compute_seconds, conventional * 42 / 64 * 1.1);
    EXPECT_LE(static_cast<double>(cost.host_extra_bytes), 9.5 * n2);
}

TEST_F(AlphaGemmPlugin, DeclinesSmallShapesAndPricesWithoutAConventionalGemm) {
    TestPlugin plugin(ALPHA_GEMM_PLUGIN, host);
    make(100, 700, 700);
    lai_cost cost;
    EXPECT_EQ(plugin.query(*call, cost, "2x2x2:7"), LAI_DECLINED);
    EXPECT_EQ(cost.reason, LAI_REASON_SHAPE);
    make(700, 700, 700);
    EXPECT_EQ(plugin.query(*call, cost, "2x2x2:7"), LAI_DECLINED);
    EXPECT_STREQ(cost.note, "smaller than min_size");
    make(960, 960, 960);
    EXPECT_EQ(plugin.query(*call, cost, "2x2x2:7"), LAI_OK);
    host.on_predict = nullptr;
    EXPECT_EQ(plugin.query(*call, cost, "2x2x2:7"), LAI_DECLINED);
    EXPECT_EQ(cost.reason, LAI_REASON_QUERY_FAILED);
}

TEST_F(AlphaGemmPlugin, MultipliesByNestedProducts) {
    host.options = R"({"scheme": "4x4x4:48", "min_block": 16, "min_size": 16})";
    TestPlugin plugin(ALPHA_GEMM_PLUGIN, host);
    EXPECT_EQ(plugin.backend().variant_count, 1u);
    make(90, 101, 77);
    const auto reference = expected();
    const lai_result result = plugin.run(*call);
    EXPECT_STREQ(result.algorithm, "4x4x4:48 breadth-first");
    EXPECT_EQ(result.remark, 0u);
    EXPECT_EQ(products % 48, 0);
    for (std::size_t i = 0; i < C.size(); ++i) ASSERT_NEAR(C[i], reference[i], 1e-12);
}

TEST_F(AlphaGemmPlugin, TakesLittleMemoryWhenItIsLimited) {
    host.options = R"({"scheme": "4x4x4:48", "min_block": 16, "min_size": 16, "workspace_limit_mib": 1})";
    TestPlugin plugin(ALPHA_GEMM_PLUGIN, host);
    make(256, 256, 256);
    const auto reference = expected();
    const lai_result result = plugin.run(*call);
    EXPECT_STREQ(result.algorithm, "4x4x4:48 depth-first");
    EXPECT_LE(result.host_bytes_used, std::uint64_t{1} << 20);
    for (std::size_t i = 0; i < C.size(); ++i) ASSERT_NEAR(C[i], reference[i], 1e-12);
}

TEST_F(AlphaGemmPlugin, RecomputesWhatIsNotFiniteAndSaysSo) {
    host.options = R"({"scheme": "2x2x2:7", "min_block": 16, "min_size": 16})";
    TestPlugin plugin(ALPHA_GEMM_PLUGIN, host);
    make(64, 64, 64);
    A[70] = std::numeric_limits<double>::infinity();
    const auto reference = expected();
    const lai_result result = plugin.run(*call);
    EXPECT_EQ(result.remark, LAI_REMARK_RECOMPUTED);
    for (std::size_t i = 0; i < C.size(); ++i) {
        ASSERT_TRUE(C[i] == reference[i] || (std::isnan(C[i]) && std::isnan(reference[i]))) << i;
    }
}

TEST_F(AlphaGemmPlugin, PassesOnTheStatusOfAFailedProductAndLeavesC) {
    host.options = R"({"scheme": "2x2x2:7", "min_block": 16, "min_size": 16})";
    host.on_invoke = [](const lai_call &, lai_result &) { return lai_status(LAI_OUT_OF_MEMORY); };
    TestPlugin plugin(ALPHA_GEMM_PLUGIN, host);
    make(64, 64, 64);
    const auto before = C;
    lai_result result;
    EXPECT_EQ(plugin.execute(*call, result), LAI_OUT_OF_MEMORY);
    EXPECT_EQ(C, before);
}

TEST_F(AlphaGemmPlugin, ACallThatWritesOnceStaysClean) {
    host.options = R"({"scheme": "2x2x2:7", "min_block": 16, "min_size": 16})";
    TestPlugin plugin(ALPHA_GEMM_PLUGIN, host);
    EXPECT_NE(plugin.variant(LAI_OP_GEMM, "2x2x2:7")->flags & LAI_VARIANT_MAY_DIRTY, 0u);
    make(256, 256, 256);
    lai_cost cost;
    ASSERT_EQ(plugin.query(*call, cost), LAI_OK);
    EXPECT_NE(cost.stays_clean, 0u) << "one panel: C is written after the last product";
    all_but_the_first_fail(1);
    const auto before = C;
    lai_result result;
    EXPECT_EQ(plugin.execute(*call, result), LAI_TIMEOUT);
    EXPECT_EQ(C, before);
}

TEST_F(AlphaGemmPlugin, SaysWhenItFailedAfterItBeganToWrite) {
    host.options = R"({"scheme": "2x2x2:7", "min_block": 16, "min_size": 16, "workspace_limit_mib": 1})";
    TestPlugin plugin(ALPHA_GEMM_PLUGIN, host);
    make(256, 256, 256);
    lai_cost cost;
    ASSERT_EQ(plugin.query(*call, cost), LAI_OK);
    EXPECT_EQ(cost.stays_clean, 0u) << cost.algorithm;
    all_but_the_first_fail(1);
    lai_result result;
    EXPECT_EQ(plugin.execute(*call, result), LAI_FAULT_DIRTY);
}

TEST_F(AlphaGemmPlugin, OffersEverySchemeWhenAsked) {
    host.options = R"({"scheme": "all"})";
    TestPlugin plugin(ALPHA_GEMM_PLUGIN, host);
    for (const char *name : {"2x2x2:7-strassen", "4x4x4:49-alphatensor", "6x6x6:153", "3x3x6:40*2x2x2:7"})
        EXPECT_NE(plugin.variant(LAI_OP_GEMM, name), nullptr) << name;
    EXPECT_EQ(plugin.variant(LAI_OP_GEMM, "4x4x4:47"), nullptr) << "holds modulo 2 only";
}

}  // namespace
}  // namespace lapack_ai::test
