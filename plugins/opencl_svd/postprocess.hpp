// From the bidiagonal matrix's vectors to the matrix's own (kernels/svd/svd_postprocess.cl).
#pragma once

#include <cstdint>
#include <vector>

#include "lapack_ai/opencl_runtime/operation.hpp"

namespace lapack_ai::opencl_svd {

// d and e of the device (T) as doubles of the host; waits.
template <typename T>
void fetch_bidiagonal(opencl::Operation &op, std::int64_t n, const T *d, const T *e,
                      std::vector<double> &host_d, std::vector<double> &host_e);

// out (rows x columns) := columns `order` of u (n x n) over zeros; unit vectors from column n on.
template <typename T>
void arrange_vectors(opencl::Operation &op, std::int64_t n, const double *u, std::int64_t ldu,
                     const std::int32_t *order, T *out, std::int64_t rows, std::int64_t columns,
                     std::int64_t ldout);

// c (m x columns) := H_0 H_1 ... c, the vectors of the reflectors in the columns of v (m x count, zero
// columns up to a multiple of reflector_block behind them).
template <typename T>
void apply_reflectors(opencl::Operation &op, std::int64_t m, std::int64_t count, const T *v, std::int64_t ldv,
                      const T *tau, T *c, std::int64_t ldc, std::int64_t columns);

// out := in^T, in is rows x columns.
template <typename T>
void transpose(opencl::Operation &op, std::int64_t rows, std::int64_t columns, const T *in, std::int64_t ldin,
               T *out, std::int64_t ldout);

// Device bytes that apply_reflectors takes for `count` reflectors and a c of `columns` columns.
std::uint64_t reflector_workspace(std::int64_t count, std::int64_t columns, std::uint32_t element);

}  // namespace lapack_ai::opencl_svd
