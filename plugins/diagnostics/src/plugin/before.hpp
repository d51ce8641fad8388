// The pass before a call.
#pragma once

#include <optional>

#include "lapack_ai/sdk/host.hpp"
#include "plugin/kept.hpp"
#include "plugin/options.hpp"
#include "report/finding.hpp"

namespace lapack_ai::diagnostics {

// Looks at the input of `op` and returns what finish will need, or null when there is nothing to keep (empty
// problems, device memory, batches). `stop` becomes a finding when the call must not be made: NaN or Inf
// where the iteration could hang. Allocates from the call's arena only.
Kept *look_before(const sdk::Host &host, const Options &options, const KnownOp &op, const lai_call &call,
                  std::optional<Finding> &stop);

// NaN or Inf in A or B of a call, named; nothing when all is finite. For core's own screen.
std::optional<Finding> find_nonfinite_input(const KnownOp &op, const lai_call &call);

}  // namespace lapack_ai::diagnostics
