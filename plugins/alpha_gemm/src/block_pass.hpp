// The two streaming sweeps over matrices of blocks. An expansion reads every block of an operand once and
// writes all linear combinations of them; a contraction reads every product once and updates every block of
// the result. Blocks that stick out of the matrix are taken as zero there, so no size needs a fringe of its
// own.
//
// Matrices are column-major arrays of real elements: a complex matrix is one of twice the rows, as the
// coefficients are real.

#pragma once

#include <cstdint>
#include <vector>

#include "linear_program.hpp"
#include "pass_kernels.hpp"

namespace lapack_ai::alpha_gemm {

/// Where a block begins in its matrix; with `block_rows`, `block_cols` of the sweep it may reach outside.
struct BlockOrigin {
    std::int64_t row, col;
};

/// Rows and columns [row_begin, row_end) x [col_begin, col_end) of every block: the part one sweep covers.
struct BlockRange {
    std::int64_t row_begin, row_end, col_begin, col_end;
};

/// `count` equal buffers of the workspace: buffer i starts at data + i * stride, with leading dimension ld.
/// Starts and strides are multiples of a cache line, and ld >= the rows rounded up to one.
template <typename T>
struct BufferSet {
    T *data;
    std::int64_t ld, stride;
};

/// Elements of scratch that one task of a sweep with this program needs.
template <typename T>
std::int64_t pass_scratch(const LinearProgram &program);

template <typename T>
struct Expansion {
    const LinearProgram *program;
    const PassKernels<T> *kernels;
    const T *matrix;
    std::int64_t ld, rows, cols;             ///< the whole stored matrix
    const std::vector<BlockOrigin> *blocks;  ///< one per input of the program
    const T *row_scale, *col_scale;          ///< powers of two by stored row and column, or null
    BufferSet<T> buffers;  ///< one per output; element (row_begin, col_begin) of the range first
};

/// Sweeps columns [col_begin, col_end) of `range`. Returns max |x| over what was read (after scaling),
/// infinity when something was not finite. Columns are independent, so several tasks may share one sweep,
/// each with its own scratch.
template <typename T>
T expand(const Expansion<T> &job, const BlockRange &range, std::int64_t col_begin, std::int64_t col_end,
         T *scratch);

template <typename T>
struct Contraction {
    const LinearProgram *program;
    const PassKernels<T> *kernels;
    BufferSet<T> buffers;  ///< one per input of the program
    T *matrix;
    std::int64_t ld, rows, cols;
    const std::vector<BlockOrigin> *blocks;  ///< one per output
    const T *row_scale, *col_scale;          ///< factors of the result by row and column, or null
    std::complex<T> beta;                    ///< with an imaginary part only when elements are pairs
};

/// matrix = scaled combination of the products + beta * matrix, on columns [col_begin, col_end) of `range`.
template <typename T>
void contract(const Contraction<T> &job, const BlockRange &range, std::int64_t col_begin,
              std::int64_t col_end, T *scratch);

}  // namespace lapack_ai::alpha_gemm
