// The words users read for the contract's numbers: statuses, reasons, dtypes, policies.
#pragma once

#include "lapack_ai/abi/types.h"

namespace lapack_ai::core {

// "SLOWER", "DEVICE_MEMORY": the vocabulary of lai_reason without its prefix; static.
const char *reason_name(lai_reason reason) noexcept;
// "a faster one was there": one clause for people; static.
const char *reason_text(lai_reason reason) noexcept;
// "OUT_OF_MEMORY"; static.
const char *status_name(lai_status status) noexcept;
// "s", "d", "c", "z", "i64"; static.
const char *dtype_name(lai_dtype dtype) noexcept;
// "normwise"; static.
const char *accuracy_name(lai_accuracy accuracy) noexcept;

}  // namespace lapack_ai::core
