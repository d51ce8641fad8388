// Nested dispatch as the kit's host answers it: gemm and gemm_batch by plain loops, everything else declined.
// A plugin that composes products can so be checked alone.
#pragma once

#include "lapack_ai/abi/host.h"

namespace lapack_ai::conformance {

lai_status nested_predict(const lai_call *parent, const lai_call *child, lai_cost *cost) noexcept;
lai_status nested_invoke(const lai_call *parent, const lai_call *child, lai_result *result) noexcept;

}  // namespace lapack_ai::conformance
