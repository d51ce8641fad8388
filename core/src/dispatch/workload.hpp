// Takes from a call what cost models go by.
#pragma once

#include "cost/cost_model.hpp"
#include "dispatch/op_table.hpp"

namespace lapack_ai::core {

Workload workload_of(const Op &op, const lai_call &call) noexcept;

}  // namespace lapack_ai::core
