// What the dispatcher's choices lose or win with alpha_gemm enabled, through the public C API.

#pragma once

#include <vector>

#include "support/figures.hpp"

namespace lapack_ai::bench {

/// Each shape is multiplied under policy normwise (alpha_gemm may be chosen) and componentwise (it may not),
/// interleaved. Regret of a shape is the chosen time over the smaller of both, minus 1. Throws
/// std::runtime_error when a call fails.
std::vector<Figure> measure_regret(int repeats);

}  // namespace lapack_ai::bench
