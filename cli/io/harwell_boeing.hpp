// The Harwell-Boeing exchange format (I. Duff, R. Grimes, J. Lewis, Users' Guide for the Harwell-Boeing
// Sparse Matrix Collection, 1992): compressed columns in fixed-width Fortran fields.
#pragma once

#include <istream>
#include <string>

#include "io/input_error.hpp"
#include "io/matrix.hpp"

namespace lapack_ai::cli {

// Reads an assembled matrix (types RUA RSA RZA RRA, CUA CSA CHA CZA CRA, PUA PSA ...) from a seekable stream
// as a dense one: real and pattern (ones) as d, complex as z. Right-hand sides that follow are not read.
// Throws InputError "name:line: ..." for anything that breaks the format, and for unassembled (elemental)
// matrices.
Matrix read_harwell_boeing(std::istream &in, const std::string &name, const ReadLimits &limits);

}  // namespace lapack_ai::cli
