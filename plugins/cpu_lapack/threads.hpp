// How many threads one call may use. OpenBLAS built for OpenMP takes omp_get_max_threads() of the calling
// thread, so a budget is set there and put back; calls on other threads are not touched. Reference LAPACK has
// one thread.
#pragma once

namespace lapack_ai::cpu {

// Sets the calling thread's budget while it lives; never more than 1 in a forked child, where the parent's
// worker threads are gone and OpenMP would wait for them for ever.
class ThreadBudget {
  public:
    explicit ThreadBudget(int threads) noexcept;
    ~ThreadBudget();
    ThreadBudget(const ThreadBudget &) = delete;
    ThreadBudget &operator=(const ThreadBudget &) = delete;

  private:
    int saved_threads_;
    int saved_dynamic_;
};

// Threads a budget really gives: 1 for reference LAPACK and in a forked child.
int effective_threads(int budget) noexcept;
// From now on every budget is 1.
void enter_forked_child() noexcept;
bool in_forked_child() noexcept;
// Threads of the calling thread until further notice (benchmarks).
void set_native_threads(int threads) noexcept;

}  // namespace lapack_ai::cpu
