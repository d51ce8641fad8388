// Forking a process that has made calls: the child keeps computing, on one thread a call.
//
// Only the forking thread lives on in the child. Worker threads, OpenMP's threads and the calls of other
// threads are gone, so the child gets a new worker pool, a thread budget of 1 and views that nobody else is
// inside of; plugins drop their threads, queues and devices in after_fork_child.
#include <pthread.h>

#include <algorithm>

#include "runtime/runtime_impl.hpp"
#include "runtime/worker_pool.hpp"

namespace lapack_ai::core {

namespace {

// All runtimes; never destroyed.
struct Runtimes {
    std::mutex mutex;
    std::vector<Runtime::Impl *> list;
    bool locked = false;  // by prepare()
};

Runtimes &runtimes() {
    static auto &all = *new Runtimes;
    return all;
}

// Takes the control locks, so that the child finds everything in order. From inside a call that could wait
// for a drain that waits for this call: then the child must do without.
void lock_control() {
    Runtimes &all = runtimes();
    if (inside_call()) return;
    all.mutex.lock();
    for (Runtime::Impl *runtime : all.list) runtime->control.lock();
    all.locked = true;
}

void prepare() {
    lock_control();
    lock_slots_for_fork();
}

void unlock_control() {
    Runtimes &all = runtimes();
    if (!all.locked || inside_call()) return;
    all.locked = false;
    for (Runtime::Impl *runtime : all.list) runtime->control.unlock();
    all.mutex.unlock();
}

void parent() {
    unlock_slots_after_fork(false, nullptr);
    unlock_control();
}

void child() {
    ThreadState *mine = detail::my_thread_state;
    unlock_slots_after_fork(true, mine != nullptr ? &mine->views : nullptr);
    WorkerPool::after_fork_child();
    for (Runtime::Impl *runtime : runtimes().list) runtime->after_fork_child();
    unlock_control();
}

}  // namespace

void Runtime::Impl::install_fork_handlers() {
    static std::once_flag once;
    std::call_once(once, [] { pthread_atfork(prepare, parent, child); });
}

void Runtime::Impl::after_fork_child() {
    forked = true;
    services->long_calls.store(0);
    plugins.after_fork_child();
    for (const auto &offering : plugins.registry()->offerings()) {
        for (const auto &variant : offering->variants) {
            variant->in_use.store(0);
            variant->device->in_use.store(0);
            variant->breaker.after_fork_child();
        }
    }
    publish_all();
}

void Runtime::Impl::enlist() {
    Runtimes &all = runtimes();
    const std::lock_guard lock(all.mutex);
    all.list.push_back(this);
}

Runtime::Impl::~Impl() {
    Runtimes &all = runtimes();
    const std::lock_guard lock(all.mutex);
    std::erase(all.list, this);
}

}  // namespace lapack_ai::core
