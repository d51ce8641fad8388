// NumPy's .npy files, format versions 1 to 3 (numpy/lib/format.py describes them): a magic number, a length,
// a Python dictionary in text, then the elements.
#pragma once

#include <istream>
#include <ostream>
#include <string>

#include "io/input_error.hpp"
#include "io/matrix.hpp"

namespace lapack_ai::cli {

// Reads a scalar, vector (as one column) or matrix in C or Fortran order from a seekable stream. <f4, <f8,
// <c8 and <c16 are kept; <f2 becomes s; integers and booleans become d. Throws InputError, prefixed with
// `name`, for anything else: a wrong magic number or version, a malformed header, another element type or
// byte order, more than two dimensions, and data that are shorter or longer than the header says.
Matrix read_npy(std::istream &in, const std::string &name, const ReadLimits &limits);

// Writes version 1.0 in Fortran order; `vector` writes the shape (rows,) of a one-column matrix.
void write_npy(std::ostream &out, const Matrix &A, bool vector = false);

}  // namespace lapack_ai::cli
