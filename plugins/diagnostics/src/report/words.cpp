// See words.hpp.
#include "report/words.hpp"

#include <cctype>

namespace lapack_ai::diagnostics {

std::string upper_case(std::string_view text) {
    std::string out(text);
    for (char &c : out) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return out;
}

std::string entry_text(const std::string &matrix, std::int64_t row, std::int64_t column) {
    return matrix + "(" + std::to_string(row + 1) + "," + std::to_string(column + 1) + ")";
}

std::string grouped(double integer) {
    std::string digits = std::to_string(static_cast<long long>(integer));
    for (std::ptrdiff_t at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
        digits.insert(static_cast<std::size_t>(at), ",");
    return digits;
}

}  // namespace lapack_ai::diagnostics
