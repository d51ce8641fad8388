// The one exception type inside core. The C edge turns it into a status; nothing is thrown across it.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace lapack_ai::core {

// What went wrong, in the classes that users can act on; the CLI's exit codes follow from it.
enum class ErrorKind {
    internal,         // a defect of ours
    usage,            // wrong use of an interface
    configuration,    // YAML, environment
    bad_input,        // arguments, files, shapes
    no_backend,       // nothing can run the call
    backend_failed,   // everything that could run it failed
    out_of_memory,    // of the host or of a device
    gpu_unavailable,  // a GPU was asked for by name and is not there, or its breaker is open
    inaccurate        // the requested backward error was not reached, or cannot be certified
};

class Error : public std::runtime_error {
  public:
    Error(ErrorKind kind, const std::string &message) : std::runtime_error(message), kind_(kind) {}
    ErrorKind kind() const noexcept { return kind_; }

  private:
    ErrorKind kind_;
};

}  // namespace lapack_ai::core
