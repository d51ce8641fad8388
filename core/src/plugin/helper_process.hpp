// Runs a small helper program with a time limit and collects what it says. Knows nothing of plugins.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace lapack_ai::core {

struct HelperRun {
    bool started = false;
    bool timed_out = false;
    int exit_code = -1;  // when it left by itself; -1: unknown (the host ignores SIGCHLD, or reaped it)
    int signal = 0;      // when a signal ended it
    std::string answer;  // what it wrote to descriptor 3, at most 64 KiB
    std::string error;   // the head of what it wrote to descriptor 2; or why it could not be started
};

// Starts program with arguments (without argv[0]) by posix_spawn, never by fork: the host may have any
// threads. `input` stands on its descriptor 0, standard output goes nowhere, other descriptors are closed,
// signals are reset, LD_PRELOAD and LD_AUDIT are left out of its environment, and it is the leader of its own
// process group, which is killed when the limit is over. Waits for it. Never throws.
HelperRun run_helper(const std::string &program, const std::vector<std::string> &arguments,
                     const std::string &input, std::chrono::duration<double> limit) noexcept;

}  // namespace lapack_ai::core
