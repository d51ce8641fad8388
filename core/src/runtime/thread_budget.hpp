// How many threads one call may use when nobody says: the least of what the environment, the scheduler and
// the container allow.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace lapack_ai::core {

struct ThreadBudget {
    std::int32_t threads = 1;
    std::string reason;  // what set it: "OMP_NUM_THREADS=2"
};

// Where the limits come from; tests put in their own.
struct ThreadSurroundings {
    std::function<std::optional<std::string>(const char *name)> environment;
    std::int32_t affinity = 1;          // CPUs this process may run on
    std::optional<double> cgroup_cpus;  // quota / period; none: unlimited
};

// What this process sees now: sched_getaffinity, cgroup v2 cpu.max or v1 cpu.cfs_quota_us.
ThreadSurroundings thread_surroundings();

// `configured` > 0 (dispatch.threads) wins over everything; else the least of OMP_NUM_THREADS,
// OPENBLAS_NUM_THREADS, affinity and quota (rounded up), at least 1.
ThreadBudget thread_budget(std::int32_t configured, const ThreadSurroundings &surroundings);

// "max 100000" or "150000 100000" of cpu.max; none when unlimited or malformed.
std::optional<double> parse_cpu_max(const std::string &text);

}  // namespace lapack_ai::core
