// The text part of a .npy header.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace lapack_ai::cli {

struct NpyHeader {
    std::string descr;  // "<f8"
    bool fortran_order = false;
    std::vector<std::int64_t> shape;
};

// Parses the Python dictionary {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }: exactly these
// three keys, in any order. Throws InputError prefixed with `name`.
NpyHeader parse_npy_header(const std::string &text, const std::string &name);

}  // namespace lapack_ai::cli
