// Starting another program so that its BLAS and LAPACK calls come to this library: the drop-in library goes
// first into LD_PRELOAD, environment variables tell the library there what to do.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace lapack_ai::cli {

struct ChildProgram {
    std::vector<std::string> command;  // program, found along PATH, and its arguments
    std::vector<std::pair<std::string, std::string>> environment;  // over the own environment
    bool preload = true;
};

// Path of the drop-in library, which stands beside liblapack_ai.so; empty where it was not built or
// installed.
std::string dropin_library();

// Runs the program with this process's standard streams and waits. SIGTERM, SIGHUP, SIGUSR1 and SIGUSR2 are
// passed on; SIGINT and SIGQUIT, which a terminal sends to both, are the child's to obey. Returns its exit
// status, 128 + the signal's number if one ended it. Throws Failure(usage) if it cannot be started or the
// drop-in library is not there. Not from two threads at a time.
int run_child(const ChildProgram &program);

}  // namespace lapack_ai::cli
