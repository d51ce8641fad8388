#include "runtime/thread_budget.hpp"

#include <sched.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace lapack_ai::core {

namespace {

std::optional<std::int64_t> positive_number(const std::string &text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    // OMP_NUM_THREADS may list levels, "4,2": the first one counts here.
    const bool whole = end == text.data() + text.size() || *end == ',';
    if (error != std::errc{} || !whole || value <= 0) return std::nullopt;
    return value;
}

std::string first_line(const std::string &path) {
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    return line;
}

// CPUs the tightest control group on the way up to the root allows.
std::optional<double> cgroup_cpus() {
    std::optional<double> least;
    const auto keep = [&least](std::optional<double> cpus) {
        if (cpus && (!least || *cpus < *least)) least = cpus;
    };
    // Version 2: "0::/user.slice/session"; its limits nest.
    std::ifstream groups("/proc/self/cgroup");
    for (std::string line; std::getline(groups, line);) {
        if (line.rfind("0::", 0) != 0) continue;
        for (std::string path = line.substr(3);; path.erase(path.rfind('/'))) {
            keep(parse_cpu_max(first_line("/sys/fs/cgroup" + path + "/cpu.max")));
            if (path.empty() || path.find('/') == std::string::npos) break;
        }
    }
    // Version 1, as a container sees itself.
    const auto quota = positive_number(first_line("/sys/fs/cgroup/cpu/cpu.cfs_quota_us"));
    const auto period = positive_number(first_line("/sys/fs/cgroup/cpu/cpu.cfs_period_us"));
    if (quota && period) keep(static_cast<double>(*quota) / static_cast<double>(*period));
    return least;
}

std::int32_t affinity() {
    // The mask grows until the kernel's fits.
    for (int cpus = 1024; cpus <= 1 << 16; cpus *= 2) {
        cpu_set_t *set = CPU_ALLOC(static_cast<std::size_t>(cpus));
        const std::size_t bytes = CPU_ALLOC_SIZE(static_cast<std::size_t>(cpus));
        if (set == nullptr) break;
        const bool known = sched_getaffinity(0, bytes, set) == 0;
        const int count = known ? CPU_COUNT_S(bytes, set) : 0;
        CPU_FREE(set);
        if (known) return std::max(count, 1);
    }
    return 1;
}

}  // namespace

std::optional<double> parse_cpu_max(const std::string &text) {
    std::istringstream in(text);
    std::string quota, period;
    if (!(in >> quota >> period)) return std::nullopt;
    const auto q = positive_number(quota);
    const auto p = positive_number(period);
    if (!q || !p) return std::nullopt;
    return static_cast<double>(*q) / static_cast<double>(*p);
}

ThreadSurroundings thread_surroundings() {
    ThreadSurroundings s;
    s.environment = [](const char *name) -> std::optional<std::string> {
        const char *value = std::getenv(name);
        return value == nullptr ? std::nullopt : std::optional<std::string>(value);
    };
    s.affinity = affinity();
    s.cgroup_cpus = cgroup_cpus();
    return s;
}

ThreadBudget thread_budget(std::int32_t configured, const ThreadSurroundings &surroundings) {
    if (configured > 0) return {configured, "dispatch.threads"};
    ThreadBudget budget{std::max(surroundings.affinity, 1), "CPUs this process may run on"};
    const auto limit = [&budget](std::int64_t threads, const std::string &reason) {
        if (threads < budget.threads) budget = {static_cast<std::int32_t>(threads), reason};
    };
    if (surroundings.cgroup_cpus) {
        limit(std::max<std::int64_t>(std::llround(std::ceil(*surroundings.cgroup_cpus)), 1),
              "CPU quota of the control group");
    }
    for (const char *name : {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"}) {
        const auto text = surroundings.environment ? surroundings.environment(name) : std::nullopt;
        const auto value = text ? positive_number(*text) : std::nullopt;
        if (value) limit(*value, std::string(name) + "=" + *text);
    }
    return budget;
}

}  // namespace lapack_ai::core
