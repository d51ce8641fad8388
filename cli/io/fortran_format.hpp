// Fortran edit descriptors as Harwell-Boeing files state them, (13I6) or (1P,4D20.13), and reading
// fixed-width fields by them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lapack_ai::cli {

// `count` fields of `width` characters on each line.
struct FortranFormat {
    char letter = 'I';  // I, or E for any of E D F G
    int count = 1;
    int width = 0;
    int decimals = 0;  // places after an implied decimal point
    int scale = 0;     // kP: a number without exponent is divided by 10^k
};

// Parses a format with one repeated descriptor; empty when `text` is anything else.
std::optional<FortranFormat> parse_fortran_format(std::string_view text);

// Field `index` (from 0) of a line, without blanks around it; empty beyond the line's end.
std::string_view fortran_field(const FortranFormat &format, std::string_view line, int index);

// The number in a field, by Fortran's rules for input; empty when it is none.
std::optional<double> fortran_real(const FortranFormat &format, std::string_view field);

}  // namespace lapack_ai::cli
