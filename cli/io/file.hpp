// Matrices in files, whatever their format.
#pragma once

#include <string>

#include "io/input_error.hpp"
#include "io/matrix.hpp"

namespace lapack_ai::cli {

// Reads the file, or standard input for "-": .npy and Matrix Market by their first bytes, anything else that
// ends in .rua, .rsa, .hb or another Harwell-Boeing type as such. Throws InputError for a missing or
// unreadable file, an unknown format and a malformed content.
Matrix read_matrix(const std::string &path, const ReadLimits &limits = ReadLimits::physical_memory());

// Writes .npy or .mtx, as the path ends, to a file beside the path and renames it there, so that no
// half-written file is left behind. `vector` is write_npy's. Throws InputError for another ending, and when
// writing fails.
void write_matrix(const std::string &path, const Matrix &A, bool vector = false);

}  // namespace lapack_ai::cli
