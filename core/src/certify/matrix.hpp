// A matrix as the checks see it: read once to be measured, then multiplied with blocks of probes.
// Column-major s, d, c or z in host memory; everything is computed in double.
//
// Matrices of any scale are handled: `exponent` is zero for ordinary ones, and else the power of two by which
// all is divided while it is worked on, so that neither squares nor products leave the range.
#pragma once

#include <cstdint>

#include "certify/block.hpp"
#include "lapack_ai/abi/call.h"

namespace lapack_ai::core::certify {

// Which part is stored; the two triangles stand for a symmetric or Hermitian matrix.
enum class Stored { general, upper, lower };

struct Matrix {
    const void *data = nullptr;
    lai_dtype dtype = LAI_DTYPE_F64;
    std::int64_t rows = 0, cols = 0, ld = 1;
    Stored stored = Stored::general;
    // What measure() found.
    int exponent = 0;
    double largest = 0;  // max |re|, |im| of the elements / 2^exponent
    double norm = 0;     // Frobenius norm / 2^exponent
    bool finite = true;
};

// One item of an operand.
Matrix matrix_of(const lai_operand &operand, std::int64_t item = 0, Stored stored = Stored::general) noexcept;

// Fills the lower half of the struct: one pass, two where the scale is extreme.
void measure(Matrix &A) noexcept;

// Y += op(A) X / 2^exponent. trans is 'N', 'T' or 'C'. X is scaled on the way for extreme matrices, and comes
// back as it was but for what underflows.
void apply(const Matrix &A, char trans, const Block &X, Block &Y);

// Largest power-of-two exponent of what apply() computes with directly: beyond 2^+-limit matrices are scaled.
inline constexpr int plain_exponents = 200;

}  // namespace lapack_ai::core::certify
