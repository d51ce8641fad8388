// How the command ends, and the one exception that carries it. docs/cli.md lists these for users.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace lapack_ai::cli {

enum class ExitCode : int {
    ok = 0,
    internal = 1,      // a defect, or memory was out
    usage = 2,         // wrong command line, configuration or environment
    bad_input = 3,     // a file, a shape or an argument that cannot be used
    numerical = 4,     // INFO > 0: the mathematics answered no
    no_backend = 5,    // nothing could run the call, or everything that could failed
    inaccurate = 6,    // --backward-error was not reached, or cannot be certified
    check_failed = 7,  // a plugin does not keep the contract (plugin check)
};

// Ends the command with a message of one line.
class Failure : public std::runtime_error {
  public:
    Failure(ExitCode code, const std::string &message) : std::runtime_error(message), code_(code) {}
    ExitCode code() const noexcept { return code_; }

  private:
    ExitCode code_;
};

// The exit code for what a function of lapack_ai.h returned.
ExitCode exit_code_of(std::int64_t returned) noexcept;

}  // namespace lapack_ai::cli
