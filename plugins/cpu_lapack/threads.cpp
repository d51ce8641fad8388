#include "threads.hpp"

#include <algorithm>
#include <atomic>

#if defined(CPU_LAPACK_OPENMP)
#include <omp.h>
#endif

namespace lapack_ai::cpu {
namespace {

std::atomic<bool> forked_child{false};

#if defined(CPU_LAPACK_OPENMP)

std::atomic<bool> team_taken{false};

bool take_team(bool wait) noexcept {
    while (team_taken.exchange(true, std::memory_order_acquire)) {
        if (!wait) return false;
        team_taken.wait(true, std::memory_order_relaxed);
    }
    return true;
}

void give_team_back() noexcept {
    team_taken.store(false, std::memory_order_release);
    team_taken.notify_one();
}

#endif

}  // namespace

void enter_forked_child() noexcept {
    forked_child.store(true, std::memory_order_relaxed);
}
bool in_forked_child() noexcept {
    return forked_child.load(std::memory_order_relaxed);
}

#if defined(CPU_LAPACK_OPENMP)

int effective_threads(int budget) noexcept {
    if (in_forked_child()) return 1;
    // OpenBLAS waits for every thread it asked for: never ask for more than OMP_THREAD_LIMIT will give.
    return std::clamp(budget, 1, std::max(1, omp_get_thread_limit()));
}

ThreadBudget::ThreadBudget(int threads, bool reproducible) noexcept
    : saved_threads_(omp_get_max_threads()), saved_dynamic_(omp_get_dynamic()) {
    int wanted = effective_threads(threads);
    has_team_ = wanted > 1 && take_team(reproducible);
    if (!has_team_) wanted = 1;
    if (wanted != saved_threads_) omp_set_num_threads(wanted);
    if (saved_dynamic_) omp_set_dynamic(0);  // OMP_DYNAMIC gives fewer threads than OpenBLAS waits for
}

ThreadBudget::~ThreadBudget() {
    if (omp_get_max_threads() != saved_threads_) omp_set_num_threads(saved_threads_);
    if (saved_dynamic_) omp_set_dynamic(saved_dynamic_);
    if (has_team_) give_team_back();
}

void set_native_threads(int threads) noexcept {
    omp_set_num_threads(effective_threads(threads));
}

#else

int effective_threads(int) noexcept {
    return 1;
}
ThreadBudget::ThreadBudget(int, bool) noexcept : has_team_(false), saved_threads_(1), saved_dynamic_(0) {}
ThreadBudget::~ThreadBudget() = default;
void set_native_threads(int) noexcept {}

#endif

}  // namespace lapack_ai::cpu
