// Thrown when the caller's arguments are wrong, so that a C edge can return INFO = -position as LAPACK does.
#pragma once

#include <string>
#include <utility>

#include "base/error.hpp"
#include "dispatch/op_table.hpp"

namespace lapack_ai::core {

class ArgumentError : public Error {
  public:
    ArgumentError(const std::string &message, ArgumentFault fault)
        : Error(ErrorKind::bad_input, message), fault_(std::move(fault)) {}
    const ArgumentFault &fault() const noexcept { return fault_; }

  private:
    ArgumentFault fault_;
};

}  // namespace lapack_ai::core
