// What the pass before a call found, turned into findings: NaN and Inf, asymmetry, workspaces that overflow.
#pragma once

#include <string>

#include "numerics/scan.hpp"
#include "report/finding.hpp"
#include "report/words.hpp"
#include "table/expression.hpp"

namespace lapack_ai::diagnostics {

// NaN or Inf in a matrix. `swapped`: the user's matrix is the transposed one (row-major callers).
Finding say_nonfinite(const std::string &routine, std::int64_t info, const std::string &matrix,
                      const NonFinite &found, bool swapped, const Words &words);

// The triangles differ: only the given one was read.
Finding say_asymmetric(const std::string &routine, const std::string &matrix, const Asymmetry &found,
                       char uplo, const Words &words);

// INTEGER_OVERFLOW when the routine's least workspace exceeds what a 32-bit LWORK can say; else empty. The
// bindings hold M, N and the job letters.
Finding say_workspace_overflow(const std::string &routine, Bindings bindings);

}  // namespace lapack_ai::diagnostics
