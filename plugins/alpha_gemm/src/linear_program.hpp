// Straight-line programs that evaluate many linear combinations of the same blocks at once. Compiled from a
// matrix of coefficients: subexpressions shared by two or more rows are computed once, levels of a nested
// scheme are composed, and temporaries are assigned to as few buffers as their lifetimes allow.

#pragma once

#include <cstdint>
#include <vector>

#include "scheme.hpp"

namespace lapack_ai::alpha_gemm {

/// coefficient * value[source]. Coefficients are dyadic, mostly powers of two, by which multiplying is exact.
struct Term {
    int source;
    double coefficient;
};

/// Values in single assignment form: ids below `inputs` are the inputs, id `inputs + i` is `nodes[i]`, a sum
/// of terms with smaller ids added from left to right.
struct LinearForm {
    int inputs = 0;
    std::vector<std::vector<Term>> nodes;
    std::vector<int> outputs;  ///< ids of the results, in order
};

/// At most this many terms are added by one instruction; longer sums are split.
constexpr int max_terms = 6;

/// Rows of `matrix` over its columns, with common subexpressions eliminated greedily: the pair (a, ratio * b)
/// that occurs in most rows becomes a value of its own until no pair occurs twice. No cancellation is
/// introduced, so the sum of the absolute path coefficients of each result stays the 1-norm of its row. Pure.
LinearForm eliminate_common_subexpressions(const Coefficients &matrix);

/// A grid of blocks, `rows` x `cols`.
struct BlockGrid {
    int rows, cols;
};

/// Expansion (A and B sides) of a nested scheme: inputs are the blocks of the joint grid, outputs the
/// products in order outer * inner_rank + inner. `outer` runs once per inner block position, then `inner` per
/// outer product. Pure.
LinearForm compose_expansion(const LinearForm &outer, BlockGrid outer_grid, const LinearForm &inner,
                             BlockGrid inner_grid);

/// Contraction (C side) of a nested scheme: inputs are the products in that order, outputs the blocks of the
/// joint grid. Pure.
LinearForm compose_contraction(const LinearForm &outer, BlockGrid outer_grid, const LinearForm &inner,
                               BlockGrid inner_grid);

/// How rounding errors travel through a form whose inputs are exact and at most 1 in magnitude: result i is
/// at most magnitude[i], and its error at most u * error[i] to first order, u the unit roundoff.
struct FormBound {
    std::vector<double> magnitude;
    std::vector<double> error;
};

/// The bound for inputs of magnitudes `input_magnitude` that carry errors u * input_error. Pure.
FormBound bound_form(const LinearForm &form, const std::vector<double> &input_magnitude,
                     const std::vector<double> &input_error);

/// Number of additions: the sum over nodes of terms - 1. Pure.
int count_additions(const LinearForm &form);

/// One executable sum: operand[destination] = sum of its terms.
struct Instruction {
    std::int32_t destination;
    std::int32_t first_term;
    std::int32_t terms;
};

/// Operands are numbered inputs first, then outputs, then `temporaries` scratch buffers. Outputs are written
/// exactly once, whole, and never read, so they may be streamed past the caches.
struct LinearProgram {
    int inputs = 0;
    int outputs = 0;
    int temporaries = 0;
    std::vector<Instruction> instructions;
    std::vector<Term> terms;  ///< source is an operand number
};

/// Orders the form depth first by output and assigns its temporaries to buffers by lifetime. Pure.
LinearProgram compile(const LinearForm &form);

}  // namespace lapack_ai::alpha_gemm
