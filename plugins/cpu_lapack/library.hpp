// Which library this plugin was linked with.
#pragma once

#include <string>

namespace lapack_ai::cpu {

// One line: "OpenBLAS 0.3.21 ... Haswell MAX_THREADS=64", "reference LAPACK 3.11.0".
std::string library_description();

}  // namespace lapack_ai::cpu
