#include "io/fortran_format.hpp"

#include <cctype>
#include <cmath>

#include "io/number.hpp"

namespace lapack_ai::cli {

namespace {

constexpr int largest_number = 1000;  // for counts and widths; lines are shorter than 64 KiB

class Scanner {
  public:
    explicit Scanner(std::string_view text) {
        for (const char c : text)
            if (c != ' ') text_ += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    bool accept(char c) {
        if (position_ == text_.size() || text_[position_] != c) return false;
        ++position_;
        return true;
    }
    std::optional<int> number() {
        if (!digit()) return std::nullopt;
        int value = 0;
        for (; digit(); ++position_) {
            value = value * 10 + (text_[position_] - '0');
            if (value > largest_number) return std::nullopt;
        }
        return value;
    }
    char letter() { return position_ < text_.size() ? text_[position_++] : '\0'; }
    bool done() const { return position_ == text_.size(); }

  private:
    bool digit() const {
        return position_ < text_.size() && text_[position_] >= '0' && text_[position_] <= '9';
    }
    std::string text_;
    std::size_t position_ = 0;
};

}  // namespace

std::optional<FortranFormat> parse_fortran_format(std::string_view text) {
    Scanner scan(text);
    FortranFormat format;
    if (!scan.accept('(')) return std::nullopt;
    const bool negative = scan.accept('-');
    std::optional<int> number = scan.number();
    if (scan.accept('P')) {
        if (!number) return std::nullopt;
        format.scale = negative ? -*number : *number;
        scan.accept(',');
        number = scan.number();
    } else if (negative) {
        return std::nullopt;
    }
    format.count = number.value_or(1);
    const char letter = scan.letter();
    if (letter != 'I' && letter != 'E' && letter != 'D' && letter != 'F' && letter != 'G')
        return std::nullopt;
    format.letter = letter == 'I' ? 'I' : 'E';
    const auto width = scan.number();
    if (!width || *width < 1 || format.count < 1) return std::nullopt;
    format.width = *width;
    if (scan.accept('.')) {
        const auto decimals = scan.number();
        if (!decimals) return std::nullopt;
        format.decimals = format.letter == 'I' ? 0 : *decimals;
        if (scan.accept('E') && !scan.number())
            return std::nullopt;  // Ew.dEe: the exponent's width matters on output only
    }
    if (!scan.accept(')') || !scan.done()) return std::nullopt;
    return format;
}

std::string_view fortran_field(const FortranFormat &format, std::string_view line, int index) {
    const auto width = static_cast<std::size_t>(format.width);
    const std::size_t begin = static_cast<std::size_t>(index) * width;
    if (begin >= line.size()) return {};
    std::string_view field = line.substr(begin, width);
    const std::size_t first = field.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return field.substr(first, field.find_last_not_of(" \t") - first + 1);
}

std::optional<double> fortran_real(const FortranFormat &format, std::string_view field) {
    std::optional<double> value = parse_real(field);
    if (!value) return value;
    const std::size_t mantissa = field.find_first_not_of("+-");
    const bool exponent = mantissa != std::string_view::npos &&
                          field.find_first_of("EeDd+-", mantissa) != std::string_view::npos;
    int power = 0;
    if (field.find('.') == std::string_view::npos) power -= format.decimals;
    if (!exponent) power -= format.scale;
    if (power != 0 && std::isfinite(*value)) *value *= std::pow(10.0, power);
    return value;
}

}  // namespace lapack_ai::cli
