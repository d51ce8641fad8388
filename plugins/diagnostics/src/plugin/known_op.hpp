// What the enhancer knows about the built-in ops: LAPACK's names for dims and flags, where A stands, how it
// is read.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lapack_ai/abi/call.h"
#include "table/expression.hpp"

namespace lapack_ai::diagnostics {

enum class Watch : std::uint8_t {
    nothing,    // no pass before the call; INFO is explained from the table
    lu,         // gesv, getrf
    cholesky,   // posv, potrf
    least,      // gels
    iterative,  // gesvd, geev, gelsd: NaN or Inf is an answer at once
    symmetric,  // syev: the same, one triangle
};

struct KnownOp {
    const char *id;
    const char *stem, *complex_stem;  // "syev", "heev"
    Watch watch;
    bool solves;          // has a right-hand side, operand `b`
    bool mapped;          // row-major callers: A here is the user's transposed
    int a, b, uplo;       // operand and flag indices, -1: none
    const char *dims[4];  // in the op's order
    const char *flags[3];
};

// Null for an op that is not built in.
const KnownOp *find_op(const char *op_id);
// "dgesv" for the call's type.
std::string routine_name(const KnownOp &op, lai_dtype dtype);
// N, M, JOBZ ... of a call.
std::vector<Binding> bindings_of(const KnownOp &op, const lai_call &call);
// Whether rows and columns change places between the operand and the user's matrix.
bool swapped(const KnownOp &op, const lai_call &call);

}  // namespace lapack_ai::diagnostics
