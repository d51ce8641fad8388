// A small bidiagonal block by LAPACK's dlasdq.
#pragma once

#include <cstdint>

namespace lapack_ai::opencl_svd {

// The n x (n + sqre) upper bidiagonal block of d (n) and e (n - 1 + sqre) = U diag(values) V^T, U n x n, V
// square of n + sqre, both with leading dimension ld. n is at most leaf_rows. False when QR iteration does
// not converge.
bool decompose_leaf(std::int32_t n, std::int32_t sqre, const double *d, const double *e, double *values,
                    double *u, double *v, std::int64_t ld);

}  // namespace lapack_ai::opencl_svd
