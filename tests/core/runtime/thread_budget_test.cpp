// The thread budget is the least of what everybody allows.
#include <gtest/gtest.h>

#include <map>

#include "runtime/thread_budget.hpp"

namespace lapack_ai::core {
namespace {

ThreadSurroundings machine(std::int32_t affinity, std::optional<double> cgroup,
                           std::map<std::string, std::string> environment = {}) {
    ThreadSurroundings s;
    s.affinity = affinity;
    s.cgroup_cpus = cgroup;
    s.environment = [environment](const char *name) -> std::optional<std::string> {
        const auto found = environment.find(name);
        return found == environment.end() ? std::nullopt : std::optional(found->second);
    };
    return s;
}

TEST(ThreadBudget, LeastWins) {
    EXPECT_EQ(thread_budget(0, machine(8, {})).threads, 8);
    EXPECT_EQ(thread_budget(0, machine(8, 2.5)).threads, 3);
    EXPECT_EQ(thread_budget(0, machine(8, 0.2)).threads, 1);
    EXPECT_EQ(thread_budget(0, machine(8, 4.0, {{"OMP_NUM_THREADS", "2"}})).threads, 2);
    EXPECT_EQ(
        thread_budget(0, machine(8, {}, {{"OMP_NUM_THREADS", "4"}, {"OPENBLAS_NUM_THREADS", "3"}})).threads,
        3);
    EXPECT_EQ(thread_budget(0, machine(2, {}, {{"OMP_NUM_THREADS", "16"}})).threads, 2);
    EXPECT_EQ(thread_budget(0, machine(8, {}, {{"OMP_NUM_THREADS", "4,2"}})).threads, 4);
}

TEST(ThreadBudget, NonsenseInTheEnvironmentIsIgnored) {
    for (const char *text : {"", "many", "0", "-3", "2x", "99999999999999999999"}) {
        EXPECT_EQ(thread_budget(0, machine(4, {}, {{"OMP_NUM_THREADS", text}})).threads, 4) << text;
    }
}

TEST(ThreadBudget, ConfigurationWinsAndTheReasonIsNamed) {
    EXPECT_EQ(thread_budget(6, machine(2, 1.0)).threads, 6);
    EXPECT_EQ(thread_budget(0, machine(8, {}, {{"OMP_NUM_THREADS", "2"}})).reason, "OMP_NUM_THREADS=2");
    EXPECT_EQ(thread_budget(0, machine(8, 2.0)).reason, "CPU quota of the control group");
}

TEST(ThreadBudget, CpuMaxOfControlGroups) {
    EXPECT_EQ(parse_cpu_max("max 100000"), std::nullopt);
    EXPECT_EQ(parse_cpu_max(""), std::nullopt);
    EXPECT_DOUBLE_EQ(parse_cpu_max("150000 100000").value(), 1.5);
}

TEST(ThreadBudget, ThisMachineHasAtLeastOne) {
    EXPECT_GE(thread_budget(0, thread_surroundings()).threads, 1);
}

}  // namespace
}  // namespace lapack_ai::core
