#include "operands.hpp"

#include "io/file.hpp"

namespace lapack_ai::cli {

namespace {

std::string described(const Operand &operand) {
    return operand.name + " (" + operand.file + ") is " + std::to_string(operand.matrix.rows()) + " x " +
           std::to_string(operand.matrix.cols());
}

}  // namespace

Operand read_operand(const std::string &name, const std::string &file) {
    return {name, file, read_matrix(file)};
}

lai_dtype common_dtype(lai_dtype a, lai_dtype b) noexcept {
    const bool single = is_single(a) && is_single(b);
    if (is_complex(a) || is_complex(b)) return single ? LAI_DTYPE_C32 : LAI_DTYPE_C64;
    return single ? LAI_DTYPE_F32 : LAI_DTYPE_F64;
}

lai_dtype dtype_of_word(const std::string &word, lai_dtype otherwise) noexcept {
    for (const lai_dtype dtype : {LAI_DTYPE_F32, LAI_DTYPE_F64, LAI_DTYPE_C32, LAI_DTYPE_C64})
        if (word.size() == 1 && word[0] == dtype_letter(dtype)) return dtype;
    return otherwise;
}

void declare_dtype(Arguments &arguments, std::string &word) {
    arguments.choice("--dtype", word, {"s", "d", "c", "z"},
                     "Compute in this element type: s, d, c or z (default: that of the files)");
}

void convert_operand(Operand &operand, lai_dtype dtype) {
    if (operand.matrix.dtype() == dtype) return;
    if (is_complex(operand.matrix.dtype()) && !is_complex(dtype)) {
        throw InputError(operand.name + " (" + operand.file + ") is complex: --dtype must be c or z, not " +
                         dtype_letter(dtype));
    }
    operand.matrix = convert(operand.matrix, dtype);
}

void require_dimension(const std::string &op, const Operand &operand, const char *dimension,
                       std::int64_t actual, std::int64_t required, const Operand &reference) {
    if (actual == required) return;
    throw InputError(op + ": " + described(operand) + ": must have " + std::to_string(required) + " " +
                     dimension + ", as " + described(reference));
}

void require_square(const std::string &op, const Operand &operand) {
    if (operand.matrix.rows() != operand.matrix.cols())
        throw InputError(op + ": " + described(operand) + ": must be square");
}

}  // namespace lapack_ai::cli
