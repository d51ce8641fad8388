// Exceptions that a plugin may throw inside itself; the wrapper turns them into a status at the C edge, and
// nothing is thrown across it.
#pragma once

#include <stdexcept>
#include <string>

#include "lapack_ai/abi/types.h"

namespace lapack_ai::sdk {

// This variant does not take this call. Outputs must be untouched.
class Declined : public std::runtime_error {
  public:
    explicit Declined(lai_reason reason, const std::string &note = "")
        : std::runtime_error(note), reason_(reason) {}
    lai_reason reason() const noexcept { return reason_; }

  private:
    lai_reason reason_;
};

// The call failed with `status` (any but LAI_OK); `detail` says why.
class Failure : public std::runtime_error {
  public:
    Failure(lai_status status, const std::string &detail) : std::runtime_error(detail), status_(status) {}
    lai_status status() const noexcept { return status_; }

  private:
    lai_status status_;
};

}  // namespace lapack_ai::sdk
