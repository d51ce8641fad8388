// What calibration measured, as a JSON document.
#pragma once

#include <string>

#include "runtime/runtime.hpp"

namespace lapack_ai::core {

// {"file", "parts": [{"backend", "variant", "device", "op", "dtype", "jobs", "threads", "points": [{"flops",
// "place", "predicted_s", "seconds"}]}], "remarks"}
std::string profile_document(const Context &context);

}  // namespace lapack_ai::core
