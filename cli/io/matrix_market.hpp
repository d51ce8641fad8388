// NIST's Matrix Market exchange format, text: coordinate and array; real, complex, integer and pattern;
// general, symmetric, Hermitian and skew-symmetric. (R. Boisvert, R. Pozo, K. Remington, NISTIR 5935.)
#pragma once

#include <istream>
#include <ostream>
#include <string>

#include "io/input_error.hpp"
#include "io/matrix.hpp"

namespace lapack_ai::cli {

// Reads a matrix from a seekable stream as a dense one: real, integer and pattern (ones) as d, complex as z.
// Entries of coordinate files that stand twice are added, as in finite-element assembly. A symmetric,
// Hermitian or skew file stores its lower triangle only. Throws InputError "name:line: ..." for anything that
// breaks the format.
Matrix read_matrix_market(std::istream &in, const std::string &name, const ReadLimits &limits);

// Writes `array real|complex general`, each number with the fewest digits that read back to the same bits.
void write_matrix_market(std::ostream &out, const Matrix &A);

}  // namespace lapack_ai::cli
