// What is proven about one finished call: docs/accuracy.md gives the mathematics.
//
// A check measures a backward error and knows two thresholds for it. `estimate` is compared with what the
// caller asked for. `excess` is compared with 1: it is the measured size over the largest that a correct
// backend can leave, its stated bound or the textbook's for the conventional algorithm, whichever is larger,
// plus all that the check's own rounding can add, in the worst case. So a correct backend is never called
// wrong, whatever the matrix.
#pragma once

#include <cstdint>

#include "certify/matrix.hpp"
#include "dispatch/op_table.hpp"
#include "lapack_ai/abi/backend.h"

namespace lapack_ai::core::certify {

struct Check {
    double estimate = 0;            // of the backward error; infinite when the result is not finite
    double factor = 1;              // the error is at most factor * estimate ...
    double miss_probability = 0;    // ... but with this probability; NaN: not bounded (`partial`)
    double excess = 0;              // > 1: no correct backend gives this result
    bool partial = false;           // only a necessary condition could be checked
    std::uint32_t probes = 0;       // random vectors; 0: everything was looked at
    const char *measured = "";      // what `estimate` is; static
    const char *trouble = nullptr;  // why nothing can be said of this result; static; null: all is well

    double bound() const noexcept { return factor * estimate; }
};

// How much a check draws: a first look, or a closer one when the first left it open.
enum class Effort { quick, thorough };

// What a variant states of its error, from its lai_cost.
struct Statement {
    lai_accuracy accuracy = LAI_ACCURACY_COMPONENTWISE;  // its class
    std::uint32_t kind = LAI_ERROR_UNKNOWN;
    double coefficient = 0;
};

// One finished call with the operands as they were before it: `before` has an entry an operand, with null
// data where the operand was not overwritten (then call.operands still has it).
struct Evidence {
    const Op &op;
    const lai_call &call;
    const lai_operand *before;
    Statement statement;
    std::uint64_t seed;
    Effort effort = Effort::quick;

    const lai_operand &original(std::uint32_t i) const noexcept {
        return before[i].data != nullptr ? before[i] : *LAI_OPERAND(&call, i);
    }
    const lai_operand &result(std::uint32_t i) const noexcept { return *LAI_OPERAND(&call, i); }
    char flag(std::uint32_t i) const noexcept { return static_cast<char>(call.flags[i]); }
};

// Checks one item of a call whose INFO is 0. Throws std::bad_alloc.
using CheckFunction = Check (*)(const Evidence &evidence, std::int64_t item);

// The check of an op; null: none is known.
CheckFunction check_of(const Op &op) noexcept;

Check check_gemm(const Evidence &evidence, std::int64_t item);
Check check_solve(const Evidence &evidence, std::int64_t item);
Check check_svd(const Evidence &evidence, std::int64_t item);
Check check_eigen(const Evidence &evidence, std::int64_t item);

// Checks all items: the largest estimate and excess, the probabilities added up. Throws std::bad_alloc.
Check check_call(const Evidence &evidence);

// ---- what the checks share ----

// Unit roundoff, and the logarithm to base 2 of the smallest normal and the largest number, of an element
// type.
double unit_roundoff(lai_dtype dtype) noexcept;
int least_exponent(lai_dtype dtype) noexcept;
int largest_exponent(lai_dtype dtype) noexcept;

// Error coefficient that a statement amounts to for inner products of `size` terms: the stated one, or the
// largest that is usual for its class.
double stated_coefficient(const Statement &statement, double size, lai_dtype dtype) noexcept;

// How many blocks of probes an effort draws, the factor that goes with them, and the probability that the
// error is larger than the factor allows: P(|E x| <= |E|_F / factor for all probes) by Chernoff's bound for
// quadratic forms in normal numbers, real ones being the worse case.
struct Sampling {
    std::int64_t blocks;
    double factor;
    double miss_probability;
};
Sampling sampling(Effort effort) noexcept;

// Rounding of one application of a matrix to a block in double, relative to |A|_F |X|_F: sums of `terms`
// products, complex ones included.
inline double rounding(std::int64_t terms) noexcept {
    return 4 * static_cast<double>(terms + 8) * 0x1p-53;
}

}  // namespace lapack_ai::core::certify
