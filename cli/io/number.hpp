// Numbers in text, read the same in every locale. Accepts what Fortran and C programs write: a leading plus,
// exponents with E, D or (Fortran) none, Inf and NaN.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace lapack_ai::cli {

// The whole of `text` as a decimal integer; empty when it is not one or does not fit.
std::optional<std::int64_t> parse_integer(std::string_view text);

// The whole of `text` as a double; empty when it is not a number or overflows. What is too small becomes 0.
std::optional<double> parse_real(std::string_view text);

// The next word of `line` (separated by blanks and tabs), removed from it; empty at the end.
std::string_view next_word(std::string_view &line);

}  // namespace lapack_ai::cli
