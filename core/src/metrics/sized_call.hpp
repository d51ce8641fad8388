// A call of an op that is only asked about, never run: given sizes, the schema's initial letters, no data.
#pragma once

#include <cstdint>
#include <vector>

#include "dispatch/op_table.hpp"

namespace lapack_ai::core {

class SizedCall {
  public:
    SizedCall(const Op &op, lai_dtype dtype, std::vector<std::int64_t> dims, std::int64_t batch);
    SizedCall(const SizedCall &) = delete;
    SizedCall &operator=(const SizedCall &) = delete;

    const lai_call &call() const noexcept { return call_; }
    double flops() const noexcept;  // real operations, of the whole batch

  private:
    const Op &op_;
    std::vector<std::int64_t> dims_;
    std::vector<std::uint8_t> flags_;
    std::vector<lai_scalar> scalars_;
    std::vector<lai_operand> operands_;
    lai_call call_{};
};

}  // namespace lapack_ai::core
