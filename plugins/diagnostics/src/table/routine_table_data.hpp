// Rows of the generated table about LAPACK's routines. Texts are held once and named by number; conditions
// are expressions (expression.hpp). Spans are (begin, count) into the flat arrays.
#pragma once

#include <cstddef>
#include <cstdint>

#include "category.hpp"

namespace lapack_ai::diagnostics::data {

struct ArgumentRow {
    std::uint16_t name;
    std::uint8_t kind;  // bits 0-2: 1 character, 2 integer, 3 logical, 4 number, 5 procedure;
                        // 3-4: 0 scalar, 1 vector, 2 matrix; 5-6: 1 in, 2 out, 3 both
};

struct CheckRow {
    std::uint16_t requirement;
    std::uint8_t reported;  // INFO = -reported when it does not hold
    std::uint8_t argument;  // the argument that is really wrong
};

struct InfoRow {
    std::uint16_t when;       // condition on INFO and dimensions
    std::uint16_t parameter;  // name of what the number tells, "" if nothing
    std::uint16_t value;      // its value as an expression in INFO
    std::uint16_t kind;       // "NaN", "Inf" or ""
    std::uint16_t fact;       // one more fact or ""
    Category category;
    std::uint8_t argument;  // holds the matrix concerned; 0: the one INFO names
    ResultState state;
};

struct RoutineRow {
    const char *stem;  // name without the precision letter
    std::uint16_t arguments, checks, infos, sides;
    std::uint16_t ambiguity;
    std::uint8_t letters;  // 1 s, 2 d, 4 c, 8 z, 16 any other
    std::uint8_t argument_count, check_count, info_count, side_count;
    std::uint8_t main_argument;
};

extern const char *const texts[];
extern const ArgumentRow arguments[];
extern const CheckRow checks[];
extern const InfoRow infos[];
extern const std::uint16_t side_channels[];
extern const RoutineRow routines[];
extern const std::size_t routine_count;

}  // namespace lapack_ai::diagnostics::data
