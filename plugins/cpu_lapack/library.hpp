// Which library this plugin was linked with, and how fast its classes of algorithms are.
#pragma once

#include <string>

#include "work.hpp"

namespace lapack_ai::cpu {

// One line: "OpenBLAS 0.3.21 ... Haswell MAX_THREADS=64", "reference LAPACK 3.11.0".
std::string library_description();

// Speed of one class of algorithms.
struct Curve {
    double ratio;     // rate for large sizes on one thread, as a fraction of the product's
    double half;      // size at which half of that is reached
    double parallel;  // fraction of the time that more threads divide
    double overhead;  // seconds of a call on a tiny problem
};
const Curve &curve_of(Kind kind) noexcept;

}  // namespace lapack_ai::cpu
