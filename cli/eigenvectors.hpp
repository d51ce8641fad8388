// LAPACK's packing of a real matrix's eigenvectors, undone.
#pragma once

#include "io/matrix.hpp"

namespace lapack_ai::cli {

// Complex columns from geev's VR (or VL) of type s or d, where a complex pair of eigenvalues W stands in two
// real columns: its real part, then the imaginary part of the first of the pair. W is complex, as lai_geev
// gives it.
Matrix unpack_eigenvectors(const Matrix &VR, const Matrix &W);

}  // namespace lapack_ai::cli
