// The long texts: what stands behind a code, and behind a routine's INFO.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace lapack_ai::diagnostics {

// Several lines; empty: no such code.
std::string text_of_code(std::string_view code);
// dims: the routine's integer input arguments in signature order (N, NRHS, LDA, LDB for dgesv), as many as
// known. info = 0 asks for what can go wrong before the call (a workspace that overflows). Empty: unknown
// routine, or nothing to say.
std::string text_of_info(std::string_view routine, std::int64_t info, std::span<const std::int64_t> dims);
// One section a code, Markdown: the documentation page.
std::string code_page();

}  // namespace lapack_ai::diagnostics
