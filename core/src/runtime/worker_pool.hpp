// The few threads behind host->parallel_for: started when first needed, then kept waiting.
//
// A job's items are claimed one by one by the caller and by as many workers as its budget allows; the caller
// returns when all are done and no worker is inside it any more. Jobs of several callers share the workers. A
// forked child has no workers: it starts with a new pool.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>

#include "lapack_ai/abi/host.h"

namespace lapack_ai::core {

class WorkerPool {
  public:
    // The pool of this process, never destroyed; in a forked child a fresh one.
    static WorkerPool &instance();
    // In a forked child, before anything else: the old pool's threads and locks are gone.
    static void after_fork_child();

    // Runs task for items [0, count) on at most `threads` threads, the caller's among them. From inside an
    // item it runs serially. Never throws; when no thread can be started the caller does it all.
    void run(std::int64_t count, std::int32_t threads, lai_task_fn task, void *context) noexcept;

  private:
    struct Job;

    void ensure_workers(std::int32_t count);
    void work();
    static void run_items(Job &job, std::int32_t worker) noexcept;

    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Job *> jobs_;  // that may still take a worker
    std::int32_t workers_ = 0;
};

}  // namespace lapack_ai::core
