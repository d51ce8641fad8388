// Small pieces of wording that findings share.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lapack_ai::diagnostics {

std::string upper_case(std::string_view text);
// "A(2,3)", counted from 1.
std::string entry_text(const std::string &matrix, std::int64_t row, std::int64_t column);
// "2,147,516,826".
std::string grouped(double integer);

}  // namespace lapack_ai::diagnostics
