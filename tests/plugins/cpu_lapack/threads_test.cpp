// Thread budgets: many callers at once with budgets of 1 and 2, and a forked child. The matrices hold small
// integers, so that every product is exact and every entry can be compared for equality.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "backends.hpp"

namespace {

using namespace lapack_ai::sdk;
using namespace lapack_ai::test;

Matrix<double> integers(std::int64_t n, std::uint64_t seed) {
    Random random(seed);
    Matrix<double> A(n, n);
    for (std::int64_t j = 0; j < n; ++j)
        for (std::int64_t i = 0; i < n; ++i) A(i, j) = static_cast<double>(random.below(17) - 8);
    return A;
}

struct Product {
    Product(std::int64_t n, std::uint64_t seed)
        : A(integers(n, seed)), B(integers(n, seed + 1)), C(multiply(A, B)) {}
    // Wrong entries of one call.
    int wrong(const TestPlugin &plugin, int threads, bool deterministic = false) const {
        const std::int64_t n = A.rows();
        Matrix<double> found(n, n);
        CallBuilder call(LAI_OP_GEMM, LAI_DTYPE_F64);
        call.dims(n, n, n).flags('N', 'N').scalars(1, 0).threads(threads);
        call.matrix(A.view()).matrix(B.view()).matrix(found.view());
        call.call().deterministic = deterministic;
        lai_result result{};
        if (plugin.execute(call, result) != LAI_OK) return -1;
        int count = 0;
        for (std::int64_t j = 0; j < n; ++j)
            for (std::int64_t i = 0; i < n; ++i) count += found(i, j) != C(i, j);
        return count;
    }
    Matrix<double> A, B, C;
};

// 70 is above the size from which OpenBLAS uses more than one thread.
TEST(ThreadBudget, SixteenCallersFourThousandProductsEach) {
    const TestPlugin &plugin = cpu_lapack();
    std::atomic<int> wrong{0};
    std::vector<std::thread> callers;
    for (int caller = 0; caller < 16; ++caller)
        callers.emplace_back([&, caller] {
            const Product small(9, 1000 + static_cast<std::uint64_t>(caller));
            const Product large(70, 2000 + static_cast<std::uint64_t>(caller));
            for (int round = 0; round < 4000; ++round)  // budgets change between calls of the same size
                wrong += (round % 4 ? small : large).wrong(plugin, 1 + round / 4 % 2);
        });
    for (std::thread &caller : callers) caller.join();
    EXPECT_EQ(wrong.load(), 0);
}

// Reproducible calls wait for the team they asked for; none may be forgotten.
TEST(ThreadBudget, ReproducibleCallsTakeTurns) {
    std::atomic<int> wrong{0};
    std::vector<std::thread> callers;
    for (int caller = 0; caller < 4; ++caller)
        callers.emplace_back([&, caller] {
            const Product product(70, 5000 + static_cast<std::uint64_t>(caller));
            for (int round = 0; round < 100; ++round) wrong += product.wrong(cpu_lapack(), 2, round % 3 != 0);
        });
    for (std::thread &caller : callers) caller.join();
    EXPECT_EQ(wrong.load(), 0);
}

TEST(ThreadBudget, ReferenceFromManyThreads) {
    const TestPlugin &plugin = cpu_reference();
    std::atomic<int> wrong{0};
    std::vector<std::thread> callers;
    for (int caller = 0; caller < 16; ++caller)
        callers.emplace_back([&, caller] {
            const Product product(20, 3000 + static_cast<std::uint64_t>(caller));
            for (int round = 0; round < 200; ++round) wrong += product.wrong(plugin, 2);
        });
    for (std::thread &caller : callers) caller.join();
    EXPECT_EQ(wrong.load(), 0);
}

// OpenMP's workers do not survive a fork; a child that waited for them would hang for ever.
TEST(ThreadBudget, ForkedChildComputes) {
    const TestPlugin &plugin = cpu_lapack();
    const Product product(150, 4000);
    ASSERT_EQ(product.wrong(plugin, 2), 0);  // workers are awake
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        plugin.entry().after_fork_child();
        const int wrong = product.wrong(plugin, 2) + product.wrong(plugin, 4);
        _exit(wrong == 0 ? 0 : 1);
    }
    int status = -1;
    pid_t ended = 0;
    const auto start = std::chrono::steady_clock::now();
    while (ended == 0 && std::chrono::steady_clock::now() - start < std::chrono::seconds(60)) {
        ended = waitpid(child, &status, WNOHANG);
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    if (ended == 0) kill(child, SIGKILL);
    ASSERT_EQ(ended, child) << "the child hangs";
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    EXPECT_EQ(product.wrong(plugin, 2), 0);  // the parent goes on with its threads
}

}  // namespace
