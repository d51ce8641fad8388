// dispatch.deterministic: the same machine, configuration, input and threads give the same bits, however
// often, on however many threads at once, whatever else was called in between.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <cstring>
#include <random>
#include <thread>
#include <vector>

#include "lapack_ai/lapack_ai.h"

namespace {

constexpr int runs = 1000;

std::vector<double> random_numbers(std::size_t count, unsigned seed) {
    std::mt19937_64 random(seed);
    std::uniform_real_distribution<double> uniform(-1, 1);
    std::vector<double> x(count);
    for (double &value : x) value = uniform(random);
    return x;
}

class Determinism : public testing::Test {
  protected:
    Determinism() {
        const lai_override settings[] = {
            {sizeof(lai_override), 0, "dispatch.deterministic", "true", "test"},
            {sizeof(lai_override), 0, "dispatch.threads", "2", "test"},
        };
        lai_context_options options{};
        options.size = sizeof options;
        options.overrides = settings;
        options.override_count = 2;
        EXPECT_EQ(lai_context_create(&options, &context_), 0) << lai_last_error();
    }
    ~Determinism() override { lai_context_destroy(context_); }

    // C := A B; 70 is just above the size from which OpenBLAS takes both threads.
    std::vector<double> product(std::int64_t n) {
        const auto a = random_numbers(static_cast<std::size_t>(n * n), 1),
                   b = random_numbers(static_cast<std::size_t>(n * n), 2);
        std::vector<double> c(static_cast<std::size_t>(n * n));
        EXPECT_EQ(lai_gemm(context_, nullptr, LAI_LAYOUT_COL, LAI_DTYPE_F64, 'N', 'N', n, n, n, {1, 0},
                           a.data(), n, b.data(), n, {0, 0}, c.data(), n),
                  0)
            << lai_last_error();
        return c;
    }
    std::vector<double> solution(std::int64_t n) {
        auto a = random_numbers(static_cast<std::size_t>(n * n), 3),
             b = random_numbers(static_cast<std::size_t>(n), 4);
        std::vector<std::int64_t> ipiv(static_cast<std::size_t>(n));
        EXPECT_EQ(lai_gesv(context_, nullptr, LAI_LAYOUT_COL, LAI_DTYPE_F64, 'N', n, 1, a.data(), n,
                           ipiv.data(), b.data(), n),
                  0)
            << lai_last_error();
        return b;
    }
    std::vector<double> singular_values(std::int64_t n) {
        auto a = random_numbers(static_cast<std::size_t>(n * n), 5);
        std::vector<double> s(static_cast<std::size_t>(n));
        EXPECT_EQ(lai_gesvd(context_, nullptr, LAI_LAYOUT_COL, LAI_DTYPE_F64, 'N', 'N', n, n, a.data(), n,
                            s.data(), nullptr, 1, nullptr, 1),
                  0)
            << lai_last_error();
        return s;
    }

    lai_context *context_ = nullptr;
};

bool same_bits(const std::vector<double> &x, const std::vector<double> &y) {
    return x.size() == y.size() && std::memcmp(x.data(), y.data(), x.size() * sizeof(double)) == 0;
}

TEST_F(Determinism, AThousandRunsGiveTheSameBits) {
    const auto c = product(70), x = solution(24), s = singular_values(12);
    int different = 0;
    for (int i = 0; i < runs; ++i) {
        product(3 + i % 40);  // other calls in between
        different += same_bits(product(70), c) ? 0 : 1;
        different += same_bits(solution(24), x) ? 0 : 1;
        different += same_bits(singular_values(12), s) ? 0 : 1;
    }
    EXPECT_EQ(different, 0);
}

TEST_F(Determinism, OnThreadsThatRunAtOnceToo) {
    const auto c = product(70), x = solution(24);
    std::atomic<int> different{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&] {
            for (int i = 0; i < runs / 4; ++i) {
                if (!same_bits(product(70), c)) ++different;
                if (!same_bits(solution(24), x)) ++different;
            }
        });
    for (std::thread &thread : threads) thread.join();
    EXPECT_EQ(different, 0);
}

}  // namespace
