#include "io/number.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace lapack_ai::cli {

namespace {

// One leading plus, unless another sign follows it.
std::string_view without_plus(std::string_view text) {
    if (text.size() > 1 && text[0] == '+' && text[1] != '-' && text[1] != '+') text.remove_prefix(1);
    return text;
}

// Copies `text` with Fortran's exponents in C's spelling: 1.5D+10 and 1.5+10 become 1.5e+10. Returns the
// length, 0 when it does not fit.
template <std::size_t N>
std::size_t with_c_exponent(std::string_view text, std::array<char, N> &out) {
    std::size_t length = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (length + 2 > N) return 0;
        const char c = text[i];
        const char before = i > 0 ? text[i - 1] : '\0';
        const bool after_mantissa = before == '.' || (before >= '0' && before <= '9');
        if ((c == 'D' || c == 'd') && after_mantissa) {
            out[length++] = 'e';
        } else if ((c == '+' || c == '-') && after_mantissa) {
            out[length++] = 'e';
            out[length++] = c;
        } else {
            out[length++] = c;
        }
    }
    return length;
}

}  // namespace

std::optional<std::int64_t> parse_integer(std::string_view text) {
    text = without_plus(text);
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<double> parse_real(std::string_view text) {
    std::array<char, 512> buffer;
    const std::size_t length = with_c_exponent(without_plus(text), buffer);
    if (length == 0) return std::nullopt;
    const char *const last = buffer.data() + length;
    double value = 0;
    auto [end, error] = std::from_chars(buffer.data(), last, value);
    if (error == std::errc::result_out_of_range) {
        // Too small is fine, too large is not; long double tells them apart for all that programs write.
        long double wide = 0;
        const auto wider = std::from_chars(buffer.data(), last, wide);
        if (wider.ec != std::errc{} || std::abs(wide) > 1) return std::nullopt;
        value = static_cast<double>(wide);
        end = wider.ptr;
    } else if (error != std::errc{}) {
        return std::nullopt;
    }
    if (end != last) return std::nullopt;
    return value;
}

std::string_view next_word(std::string_view &line) {
    constexpr std::string_view blanks = " \t\r\v\f";
    const std::size_t begin = line.find_first_not_of(blanks);
    if (begin == std::string_view::npos) {
        line = {};
        return {};
    }
    line.remove_prefix(begin);
    const std::string_view word = line.substr(0, line.find_first_of(blanks));
    line.remove_prefix(word.size());
    return word;
}

}  // namespace lapack_ai::cli
