// Row-major calls. Read column-major, a row-major matrix is its transpose; many operations can be had from
// the transposed operands by exchanging dims, letters and operands, the others work on transposed copies.
#pragma once

#include "dispatch/dispatcher.hpp"
#include "dispatch/op_table.hpp"

namespace lapack_ai::core {

// Checks the call in the user's terms, maps it, runs it and maps the results back. Operands of `call` are in
// the user's layout: rows and cols as the schema has them, ld the distance between rows. Returns whether
// operands were copied or transposed in place; nothing is changed when it throws. Throws what the dispatcher
// does, std::bad_alloc, and Error(usage) for a batch of an op without a mapping.
bool run_row_major(Dispatcher &dispatcher, const Op &op, const lai_call &call, const CallOptions &options,
                   Outcome &outcome);

}  // namespace lapack_ai::core
