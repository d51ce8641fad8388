// The inner loops of the streaming passes, on chunks of a column that fit the nearest caches. One table per
// instruction set, chosen once at run time. Both give the same bits where coefficients are powers of two,
// which all are but the 3/4 of <4,4,4;48>: there a fused multiply-add saves one rounding.

#pragma once

#include <complex>
#include <cstdint>

#include "linear_program.hpp"

namespace lapack_ai::alpha_gemm {

constexpr std::int64_t line_bytes = 64;

/// Elements of a cache line.
template <typename T>
constexpr std::int64_t line = line_bytes / static_cast<std::int64_t>(sizeof(T));

template <typename T>
struct PassKernels {
    /// Runs the program on `count` elements, a multiple of a line, of every operand. Outputs are 64-byte
    /// aligned and written with streaming stores when `stream` is set; temporaries are aligned; inputs need
    /// not be.
    void (*execute)(const LinearProgram &program, T *const *operand, std::int64_t count, bool stream);

    /// max |x_i|; +infinity when any is not finite.
    T (*magnitude)(const T *x, std::int64_t count);

    /// y_i = x_i * scale_i * factor (scale null: all ones). Scales are powers of two.
    void (*scale)(const T *x, const T *scale, T factor, std::int64_t count, T *y);

    /// c_i = x_i * scale_i * factor + beta * c_i; beta = 0 does not read c.
    void (*update)(const T *x, const T *scale, T factor, T beta, std::int64_t count, T *c);

    /// The same on pairs (re, im), with a complex beta; count is even and scale holds each factor twice.
    void (*update_complex)(const T *x, const T *scale, T factor, std::complex<T> beta, std::int64_t count,
                           T *c);
};

/// The best table for this processor. Pure, any thread.
template <typename T>
const PassKernels<T> &pass_kernels();

/// The portable table, for comparison. Pure.
template <typename T>
const PassKernels<T> &portable_pass_kernels();

/// Orders the streaming stores of this thread before whatever it publishes next.
void fence_streaming_stores();

}  // namespace lapack_ai::alpha_gemm
