// How many threads one call may use. OpenBLAS built for OpenMP takes omp_get_max_threads() of the calling
// thread, so a budget is set there and put back; calls on other threads are not touched. Reference LAPACK has
// one thread.
//
// OpenBLAS runs one multi-threaded section at a time in a process and lets other callers spin until it is
// over: 16 callers with 2 threads each on 2 cores took minutes for what takes a second. So one call at a time
// gets a team here, and the others run beside it with one thread each.
#pragma once

namespace lapack_ai::cpu {

// Sets the calling thread's budget while it lives; never more than 1 in a forked child, where the parent's
// worker threads are gone and OpenMP would wait for them for ever. A `reproducible` call, whose bits must not
// depend on what else runs, sleeps until it gets the team that it asked for.
class ThreadBudget {
  public:
    explicit ThreadBudget(int threads, bool reproducible = false) noexcept;
    ~ThreadBudget();
    ThreadBudget(const ThreadBudget &) = delete;
    ThreadBudget &operator=(const ThreadBudget &) = delete;

  private:
    bool has_team_;
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
