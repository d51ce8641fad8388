// parallel_for: every item once, workers within the budget, several callers at a time.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "runtime/worker_pool.hpp"

namespace lapack_ai::core {
namespace {

struct Count {
    explicit Count(std::int64_t n) : done(static_cast<std::size_t>(n)) {}
    static void task(void *self, std::int64_t item, std::int32_t worker) {
        auto &me = *static_cast<Count *>(self);
        me.done[static_cast<std::size_t>(item)].fetch_add(1);
        std::int32_t seen = me.highest.load();
        while (worker > seen && !me.highest.compare_exchange_weak(seen, worker)) {
        }
    }
    void expect_each_once() const {
        for (const auto &count : done) EXPECT_EQ(count, 1);
    }
    std::vector<std::atomic<int>> done;
    std::atomic<std::int32_t> highest{0};
};

TEST(WorkerPool, EveryItemOnceAndWorkersWithinTheBudget) {
    for (const std::int32_t threads : {1, 2, 3, 8}) {
        for (const std::int64_t count : {0, 1, 2, 7, 1000}) {
            Count work(count);
            WorkerPool::instance().run(count, threads, Count::task, &work);
            work.expect_each_once();
            EXPECT_LT(work.highest, threads);
        }
    }
}

TEST(WorkerPool, SeveralCallersShareIt) {
    std::vector<std::thread> callers;
    for (int i = 0; i < 8; ++i) {
        callers.emplace_back([] {
            for (int round = 0; round < 50; ++round) {
                Count work(40);
                WorkerPool::instance().run(40, 3, Count::task, &work);
                work.expect_each_once();
            }
        });
    }
    for (std::thread &caller : callers) caller.join();
}

TEST(WorkerPool, InsideAnItemItRunsSerially) {
    std::atomic<int> inner{0};
    WorkerPool::instance().run(
        4, 2,
        [](void *context, std::int64_t, std::int32_t) {
            WorkerPool::instance().run(
                10, 2,
                [](void *count, std::int64_t, std::int32_t worker) {
                    EXPECT_EQ(worker, 0);
                    static_cast<std::atomic<int> *>(count)->fetch_add(1);
                },
                context);
        },
        &inner);
    EXPECT_EQ(inner, 40);
}

}  // namespace
}  // namespace lapack_ai::core
