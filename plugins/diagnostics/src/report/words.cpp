// See words.hpp.
#include "report/words.hpp"

#include <cctype>

namespace lapack_ai::diagnostics {

std::string upper_case(std::string_view text) {
    std::string out(text);
    for (char &c : out) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return out;
}

std::string grouped(double integer) {
    std::string digits = std::to_string(static_cast<long long>(integer));
    for (std::ptrdiff_t at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
        digits.insert(static_cast<std::size_t>(at), ",");
    return digits;
}

std::string with_letter(std::string_view text, char letter) {
    std::string out(text);
    for (char &c : out)
        if (c == '?') c = letter;
    return out;
}

std::string Words::index(std::int64_t i) const {
    if (!from_zero()) return std::to_string(i + 1);
    return python() ? std::to_string(i) : "[" + std::to_string(i) + "]";
}

std::string Words::position(std::int64_t row, std::int64_t column) const {
    if (!from_zero()) return "(" + std::to_string(row + 1) + "," + std::to_string(column + 1) + ")";
    return "[" + std::to_string(row) + (python() ? ", " : ",") + std::to_string(column) + "]";
}

std::string Words::entry(const std::string &matrix, std::int64_t row, std::int64_t column) const {
    return matrix + position(row, column);
}

std::string Words::term(const std::string &kind, std::int64_t i, const std::string &matrix) const {
    if (!python()) return kind + " " + index(i);
    return matrix + (kind == "row" ? "[" + index(i) + ", :]" : "[:, " + index(i) + "]");
}

std::string Words::line(const std::string &kind, std::int64_t i, const std::string &matrix) const {
    return python() ? kind + " " + term(kind, i, matrix) : term(kind, i, matrix) + " of " + matrix;
}

std::string Words::lines(const std::string &kind, const std::vector<std::int64_t> &indices,
                         const std::string &matrix) const {
    if (indices.size() == 1) return line(kind, indices[0], matrix);
    std::string text = kind + "s ";
    for (std::size_t i = 0; i < indices.size(); ++i) {
        if (i > 0) text += i + 1 == indices.size() ? " and " : ", ";
        text += python() ? term(kind, indices[i], matrix) : index(indices[i]);
    }
    return python() ? text : text + " of " + matrix;
}

std::string Words::block(std::int64_t first, std::int64_t last, const std::string &matrix) const {
    if (!python()) return "rows and columns " + index(first) + " to " + index(last) + " of " + matrix;
    const std::string range = std::to_string(first) + ":" + std::to_string(last + 1);
    return matrix + "[" + range + ", " + range + "]";
}

}  // namespace lapack_ai::diagnostics
