// LAPACK's error handler, replaced: the original prints and stops the process.
#pragma once

#include <string>

namespace lapack_ai::cpu {

// What xerbla_ was last told on this thread since the last clear: "DGESDD: argument 12", empty if nothing.
std::string take_xerbla_report();

}  // namespace lapack_ai::cpu
