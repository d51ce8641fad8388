// The scaling vectors of one multiplication, in the order the sweeps read them.

#pragma once

#include "multiply.hpp"

namespace lapack_ai::alpha_gemm {

/// Factors by stored row and column of A, B and C; all null when nothing is scaled. Row factors of complex
/// matrices stand once per real element.
template <typename T>
struct DiagonalScales {
    T *a_row = nullptr, *a_col = nullptr;
    T *b_row = nullptr, *b_col = nullptr;
    T *c_row = nullptr, *c_col = nullptr;
};

/// Measures A and B and fills the vectors, in `memory` of the size the plan states. Threads by `services`.
template <typename T>
DiagonalScales<T> make_scales(const Plan &plan, const Gemm &gemm, Scaling scaling, T *memory,
                              Services &services);

}  // namespace lapack_ai::alpha_gemm
