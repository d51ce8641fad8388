#include "runtime/worker_pool.hpp"

#include <algorithm>
#include <atomic>
#include <system_error>
#include <thread>

#include "dispatch/thread_state.hpp"

namespace lapack_ai::core {

namespace {
std::atomic<WorkerPool *> current{nullptr};
thread_local bool inside_item = false;
}  // namespace

struct WorkerPool::Job {
    Job(std::int64_t job_count, std::int32_t job_places, lai_task_fn job_task, void *job_context)
        : count(job_count), places(job_places), task(job_task), context(job_context) {}

    const std::int64_t count;
    const std::int32_t places;  // for workers beside the caller
    const lai_task_fn task;
    void *const context;
    std::atomic<std::int64_t> next{0};
    std::int32_t joined = 0;   // workers that came, under the pool's mutex
    std::int32_t present = 0;  // workers inside, under the pool's mutex
    std::condition_variable left;
};

WorkerPool &WorkerPool::instance() {
    WorkerPool *pool = current.load(std::memory_order_acquire);
    if (pool != nullptr) return *pool;
    auto *made = new WorkerPool;
    if (current.compare_exchange_strong(pool, made, std::memory_order_acq_rel)) return *made;
    delete made;
    return *pool;
}

void WorkerPool::after_fork_child() {
    // The old one is left alone: its mutex may be held by a thread that does not exist here.
    current.store(nullptr, std::memory_order_release);
}

void WorkerPool::run_items(Job &job, std::int32_t worker) noexcept {
    // Frames opened by items count as nested here, so that a worker's scratch is given back at the end.
    const FrameScope scope(thread_state());
    const bool outer = inside_item;
    inside_item = true;
    for (;;) {
        const std::int64_t item = job.next.fetch_add(1, std::memory_order_relaxed);
        if (item >= job.count) break;
        job.task(job.context, item, worker);
    }
    inside_item = outer;
}

void WorkerPool::ensure_workers(std::int32_t count) {
    while (workers_ < count) {
        try {
            std::thread(&WorkerPool::work, this).detach();
        } catch (const std::system_error &) {
            return;
        }
        ++workers_;
    }
}

void WorkerPool::work() {
    std::unique_lock lock(mutex_);
    for (;;) {
        wake_.wait(lock, [this] { return !jobs_.empty(); });
        Job &job = *jobs_.front();
        const std::int32_t worker = ++job.joined;
        ++job.present;
        if (job.joined == job.places) jobs_.pop_front();
        lock.unlock();
        run_items(job, worker);
        lock.lock();
        if (--job.present == 0) job.left.notify_all();
    }
}

void WorkerPool::run(std::int64_t count, std::int32_t threads, lai_task_fn task, void *context) noexcept {
    if (count <= 0) return;
    const auto wanted = static_cast<std::int32_t>(std::min<std::int64_t>(threads, count));
    if (wanted <= 1 || inside_item) {
        for (std::int64_t item = 0; item < count; ++item) task(context, item, 0);
        return;
    }
    Job job(count, wanted - 1, task, context);
    {
        const std::lock_guard lock(mutex_);
        ensure_workers(wanted - 1);
        jobs_.push_back(&job);
    }
    for (std::int32_t i = 1; i < wanted; ++i) wake_.notify_one();
    run_items(job, 0);
    std::unique_lock lock(mutex_);
    jobs_.erase(std::remove(jobs_.begin(), jobs_.end(), &job), jobs_.end());
    job.left.wait(lock, [&job] { return job.present == 0; });
}

}  // namespace lapack_ai::core
