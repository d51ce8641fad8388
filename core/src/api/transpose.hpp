// Transposition of matrices of any element type, for row-major calls that LAPACK cannot take as they stand.
#pragma once

#include <cstdint>

#include "lapack_ai/abi/types.h"

namespace lapack_ai::core {

// to(j, i) := from(i, j) for i < rows, j < cols, where element (i, j) of `from` stands at i * from_ld + j and
// element (j, i) of `to` at i + j * to_ld: row-major to column-major or, with rows and cols exchanged, back.
// With `conjugate` complex elements are conjugated on the way. The matrices do not overlap.
void transpose(lai_dtype dtype, std::int64_t rows, std::int64_t cols, const void *from, std::int64_t from_ld,
               void *to, std::int64_t to_ld, bool conjugate) noexcept;

// The same of a square matrix in its place.
void transpose_in_place(lai_dtype dtype, std::int64_t n, void *data, std::int64_t ld,
                        bool conjugate) noexcept;

}  // namespace lapack_ai::core
