// The matrices a command is given: read, brought to one element type, and checked against each other with
// messages in terms of the user's files.
#pragma once

#include <cstdint>
#include <string>

#include "arguments.hpp"
#include "io/matrix.hpp"

namespace lapack_ai::cli {

struct Operand {
    std::string name;  // "A", as the operation calls it
    std::string file;
    Matrix matrix;
};

Operand read_operand(const std::string &name, const std::string &file);

// The smallest of s, d, c, z that holds both.
lai_dtype common_dtype(lai_dtype a, lai_dtype b) noexcept;
// LAI_DTYPE_* of "s", "d", "c" or "z"; `otherwise` for an empty word.
lai_dtype dtype_of_word(const std::string &word, lai_dtype otherwise) noexcept;

// --dtype, which commands that read matrices share.
void declare_dtype(Arguments &arguments, std::string &word);

// Converts in place. Throws InputError when complex elements would lose their imaginary parts.
void convert_operand(Operand &operand, lai_dtype dtype);

// Throws InputError "OP: B (b.npy) is 3 x 1: must have 4 rows, as A (a.npy) is 4 x 4" unless `actual` is
// `required`.
void require_dimension(const std::string &op, const Operand &operand, const char *dimension,
                       std::int64_t actual, std::int64_t required, const Operand &reference);
// Throws InputError unless the matrix is square.
void require_square(const std::string &op, const Operand &operand);

}  // namespace lapack_ai::cli
