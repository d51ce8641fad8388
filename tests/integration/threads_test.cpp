// The whole library over its real backends: many threads at once, and a forked child.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

#include "lapack_ai/lapack_ai.h"

namespace {

// Small integers, so that every order of summation gives the same bits and the product can be compared
// exactly.
struct Product {
    Product(std::int64_t size, int seed) : n(size), a(area()), b(area()), c(area()), expected(area()) {
        for (std::size_t i = 0; i < area(); ++i) {
            a[i] = static_cast<double>((i * 7 + static_cast<std::size_t>(seed)) % 11) - 5;
            b[i] = static_cast<double>((i * 3 + static_cast<std::size_t>(seed)) % 13) - 6;
        }
        const auto m = static_cast<std::size_t>(n);
        for (std::size_t j = 0; j < m; ++j) {
            for (std::size_t l = 0; l < m; ++l) {
                for (std::size_t i = 0; i < m; ++i) expected[j * m + i] += a[l * m + i] * b[j * m + l];
            }
        }
    }
    std::size_t area() const { return static_cast<std::size_t>(n * n); }
    bool right(const lai_call_options *options) {
        std::fill(c.begin(), c.end(), -1.0);
        return lai_gemm(nullptr, options, LAI_LAYOUT_COL, LAI_DTYPE_F64, 'N', 'N', n, n, n, {1, 0}, a.data(),
                        n, b.data(), n, {0, 0}, c.data(), n) == 0 &&
               c == expected;
    }

    std::int64_t n;
    std::vector<double> a, b, c, expected;
};

class ManyThreads : public testing::TestWithParam<std::int32_t> {};

TEST_P(ManyThreads, EveryEntryOfEveryProductIsRight) {
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 16; ++t) {
        threads.emplace_back([&wrong, t] {
            lai_call_options options{};
            options.size = sizeof(options);
            options.threads = GetParam();
            Product product(3 + 2 * t, t);
            for (int i = 0; i < 4000; ++i) {
                if (!product.right(&options)) wrong.fetch_add(1);
            }
        });
    }
    for (std::thread &thread : threads) thread.join();
    EXPECT_EQ(wrong, 0);
}

INSTANTIATE_TEST_SUITE_P(Budgets, ManyThreads, testing::Values(1, 2));

TEST(Fork, ChildComputesAndDoesNotHang) {
    Product before(200, 1);
    ASSERT_TRUE(before.right(nullptr));
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        alarm(60);
        Product product(150, 2);
        _exit(product.right(nullptr) ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status)) << "killed by signal " << WTERMSIG(status);
    EXPECT_EQ(WEXITSTATUS(status), 0);
    EXPECT_TRUE(before.right(nullptr));
}

}  // namespace
