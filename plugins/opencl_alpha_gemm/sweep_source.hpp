// OpenCL C for the sweeps over blocks: a linear program as straight-line code, one element of every block per
// work-item, so that each operand is read once and each combination written once.
#pragma once

#include <string>

#include "compiled_scheme.hpp"

namespace lapack_ai::opencl_alpha_gemm {

/// How elements are held: double or float, real or complex. Complex ones are vectors of two.
struct ElementType {
    int real_bytes;
    bool complex;
};

/// A program with the kernels expand_a, expand_b and contract for one scheme, its blocks of op(A) and op(B)
/// lying as they are stored: a transposed operand has its grid transposed. Pure.
///
/// kernel expand_x(X, X_at, ldx, rows, cols, block_rows, block_cols, out, out_at, ld, stride, largest, slot):
///   writes combination r of the blocks of the rows x cols matrix X, padded with zeros to whole blocks, to
///   out + r stride, and raises largest[slot] to the high word of the largest magnitude of X.
/// kernel contract(P, P_at, ld, stride, C, C_at, ldc, rows, cols, block_rows, block_cols, beta_re, beta_im,
/// reads_c):
///   C := beta C + combinations of the products P; C is not read unless reads_c.
std::string sweep_source(const alpha_gemm::CompiledScheme &compiled, ElementType type, bool transposed_a,
                         bool transposed_b);

/// Work-items of a group along rows and columns, as the kernels require.
constexpr int group_rows = 64, group_cols = 4;

}  // namespace lapack_ai::opencl_alpha_gemm
