// What an INFO value of a LAPACK routine means, from the table alone: no data of the call is looked at.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "report/finding.hpp"
#include "report/words.hpp"
#include "table/routine_table.hpp"

namespace lapack_ai::diagnostics {

// Category, argument or matrix, index and message of (routine, info). `bindings` are the arguments that are
// known (N, LDA, JOBZ as its character code ...); more of them make the answer sharper. An unknown routine
// and values outside the documentation give UNDOCUMENTED_VALUE; info = 0 gives an empty finding.
Finding explain(std::string_view routine, std::int64_t info, Bindings bindings, const Words &words = Words());

// The first argument that fails the routine's own tests, as a finding of ILLEGAL_ARGUMENT; empty if none is
// known to fail. info is what LAPACK would return, the argument named is the one at fault.
Finding check_arguments(const Routine &routine, Bindings bindings);

// Bindings for the routine's integer input arguments in signature order (N, NRHS, LDA, LDB for dgesv).
std::vector<Binding> bind_integers(const Routine &routine, std::span<const std::int64_t> values);

}  // namespace lapack_ai::diagnostics
