// The sweeps: column by column, chunk by chunk, pointers to the blocks' chunks are gathered and one linear
// program is run on them. Chunks of 2048 bytes keep the operands of a 4x4x4 scheme near the core, and let
// each stream run on for whole lines.

#include "block_pass.hpp"

#include <algorithm>
#include <cstring>

namespace lapack_ai::alpha_gemm {
namespace {

constexpr std::int64_t chunk_lines = 32;

template <typename T>
constexpr std::int64_t chunk = chunk_lines *line<T>;

template <typename T>
std::int64_t round_to_line(std::int64_t count) {
    return (count + line<T> - 1) / line<T> * line<T>;
}

/// Scratch of one task: a chunk per operand of the program that may need one, and the operand pointers.
template <typename T>
struct Scratch {
    T *zeros;    // a chunk of zeros
    T *inputs;   // a chunk per input
    T *outputs;  // a chunk per output
    T *temporaries;
    T **operand;

    Scratch(const LinearProgram &program, T *memory) {
        zeros = memory;
        inputs = zeros + chunk<T>;
        outputs = inputs + chunk<T> * program.inputs;
        temporaries = outputs + chunk<T> * program.outputs;
        operand = reinterpret_cast<T **>(temporaries + chunk<T> * program.temporaries);
        std::memset(zeros, 0, sizeof(T) * static_cast<std::size_t>(chunk<T>));
        for (int t = 0; t < program.temporaries; ++t) {
            operand[program.inputs + program.outputs + t] = temporaries + chunk<T> * t;
        }
    }
};

/// The chunk of `count` (whole lines) elements that begins at `row`, `col` of the stored matrix: in place
/// when it lies inside and needs no scaling, else copied, scaled and padded with zeros.
template <typename T>
const T *gather(const Expansion<T> &job, std::int64_t row, std::int64_t col, std::int64_t count, T *copy,
                const T *zeros) {
    if (col >= job.cols || row >= job.rows) return zeros;
    const T *x = job.matrix + row + col * job.ld;
    const bool scaled = job.row_scale != nullptr || job.col_scale != nullptr;
    const std::int64_t inside = std::min(count, job.rows - row);
    if (!scaled && inside == count) return x;
    job.kernels->scale(x, job.row_scale == nullptr ? nullptr : job.row_scale + row,
                       job.col_scale == nullptr ? T(1) : job.col_scale[col], inside, copy);
    std::fill(copy + inside, copy + count, T(0));
    return copy;
}

/// Asks for the lines of the chunk that this stream needs next, while the present one is worked on: with
/// dozens of streams of 512 bytes each, hardware prefetchers come too late.
template <typename T>
void prefetch_next(const T *x, std::int64_t count) {
    for (std::int64_t i = 0; i < count; i += line<T>) __builtin_prefetch(x + count + i, 0, 2);
}

}  // namespace

template <typename T>
std::int64_t pass_scratch(const LinearProgram &program) {
    const std::int64_t operands = program.inputs + program.outputs + program.temporaries;
    const auto pointers =
        operands * static_cast<std::int64_t>(sizeof(T *)) / static_cast<std::int64_t>(sizeof(T));
    return chunk<T> * (1 + operands) + round_to_line<T>(pointers);
}

template <typename T>
T expand(const Expansion<T> &job, const BlockRange &range, std::int64_t col_begin, std::int64_t col_end,
         T *memory) {
    const LinearProgram &program = *job.program;
    const std::vector<BlockOrigin> &blocks = *job.blocks;
    Scratch<T> scratch(program, memory);
    T largest = 0;
    for (std::int64_t col = col_begin; col < col_end; ++col) {
        for (std::int64_t row = range.row_begin; row < range.row_end; row += chunk<T>) {
            const std::int64_t count = round_to_line<T>(std::min(chunk<T>, range.row_end - row));
            for (int i = 0; i < program.inputs; ++i) {
                const BlockOrigin &block = blocks[static_cast<std::size_t>(i)];
                const T *x = gather(job, block.row + row, block.col + col, count,
                                    scratch.inputs + i * chunk<T>, scratch.zeros);
                scratch.operand[i] = const_cast<T *>(x);  // inputs are only read
                prefetch_next(x, count);
                if (x != scratch.zeros) largest = std::max(largest, job.kernels->magnitude(x, count));
            }
            T *y = job.buffers.data + (row - range.row_begin) + (col - range.col_begin) * job.buffers.ld;
            for (int o = 0; o < program.outputs; ++o, y += job.buffers.stride)
                scratch.operand[program.inputs + o] = y;
            job.kernels->execute(program, scratch.operand, count, true);
        }
    }
    fence_streaming_stores();
    return largest;
}

template <typename T>
void contract(const Contraction<T> &job, const BlockRange &range, std::int64_t col_begin,
              std::int64_t col_end, T *memory) {
    const LinearProgram &program = *job.program;
    const std::vector<BlockOrigin> &blocks = *job.blocks;
    Scratch<T> scratch(program, memory);
    for (int o = 0; o < program.outputs; ++o) {
        scratch.operand[program.inputs + o] = scratch.outputs + o * chunk<T>;
    }
    for (std::int64_t col = col_begin; col < col_end; ++col) {
        for (std::int64_t row = range.row_begin; row < range.row_end; row += chunk<T>) {
            const std::int64_t length = std::min(chunk<T>, range.row_end - row);
            const std::int64_t count = round_to_line<T>(length);
            T *x = job.buffers.data + (row - range.row_begin) + (col - range.col_begin) * job.buffers.ld;
            for (int i = 0; i < program.inputs; ++i, x += job.buffers.stride) {
                scratch.operand[i] = x;
                prefetch_next(x, count);
            }
            job.kernels->execute(program, scratch.operand, count, false);
            for (int o = 0; o < program.outputs; ++o) {
                const std::int64_t c_row = blocks[static_cast<std::size_t>(o)].row + row;
                const std::int64_t c_col = blocks[static_cast<std::size_t>(o)].col + col;
                if (c_row >= job.rows || c_col >= job.cols) continue;
                const T *x_out = scratch.outputs + o * chunk<T>;
                const T *row_scale = job.row_scale == nullptr ? nullptr : job.row_scale + c_row;
                const T col_scale = job.col_scale == nullptr ? T(1) : job.col_scale[c_col];
                const std::int64_t inside = std::min(length, job.rows - c_row);
                T *c = job.matrix + c_row + c_col * job.ld;
                if (job.beta.imag() == T(0)) {
                    job.kernels->update(x_out, row_scale, col_scale, job.beta.real(), inside, c);
                } else {
                    job.kernels->update_complex(x_out, row_scale, col_scale, job.beta, inside, c);
                }
            }
        }
    }
    fence_streaming_stores();
}

template std::int64_t pass_scratch<float>(const LinearProgram &);
template std::int64_t pass_scratch<double>(const LinearProgram &);
template float expand(const Expansion<float> &, const BlockRange &, std::int64_t, std::int64_t, float *);
template double expand(const Expansion<double> &, const BlockRange &, std::int64_t, std::int64_t, double *);
template void contract(const Contraction<float> &, const BlockRange &, std::int64_t, std::int64_t, float *);
template void contract(const Contraction<double> &, const BlockRange &, std::int64_t, std::int64_t, double *);

}  // namespace lapack_ai::alpha_gemm
