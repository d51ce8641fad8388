// QR factorisation of tall matrices on the device by Cholesky, twice (kernels/svd/svd_qr.cl).
#pragma once

#include <cstdint>

#include "lapack_ai/opencl_runtime/operation.hpp"

namespace lapack_ai::opencl_svd {

// Whether a p x q matrix is so tall that a triangle is decomposed in its place.
bool is_tall(std::int64_t p, std::int64_t q);

// a (p x q, p > q > 0) := Q, r (q x q, leading dimension q) := R. False when A is too ill-conditioned for
// Cholesky (above about 1e7 in double precision); a is destroyed then. Waits for the judgement.
template <typename T>
bool cholesky_qr(opencl::Operation &op, std::int64_t p, std::int64_t q, T *a, std::int64_t lda, T *r);

// Device bytes that cholesky_qr takes, r included.
std::uint64_t tall_workspace(std::int64_t p, std::int64_t q, std::uint32_t element);

}  // namespace lapack_ai::opencl_svd
