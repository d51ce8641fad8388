#include "sweep_source.hpp"

#include <cmath>
#include <cstdio>

namespace lapack_ai::opencl_alpha_gemm {
namespace {

using alpha_gemm::CompiledScheme;
using alpha_gemm::Instruction;
using alpha_gemm::LinearProgram;
using alpha_gemm::Term;

std::string number(int value) {
    return std::to_string(value);
}

/// "x3", or the temporary's or output's name.
std::string operand(const LinearProgram &program, int id) {
    if (id < program.inputs) return "x" + number(id);
    if (id < program.inputs + program.outputs) return "y" + number(id - program.inputs);
    return "t" + number(id - program.inputs - program.outputs);
}

/// A sum added from left to right, as the error bound counts it. Products by powers of two are exact, so a
/// compiler that fuses them changes nothing.
std::string sum(const LinearProgram &program, const Instruction &instruction) {
    std::string text;
    for (int t = 0; t < instruction.terms; ++t) {
        const Term &term = program.terms[static_cast<std::size_t>(instruction.first_term + t)];
        const double c = term.coefficient;
        text += text.empty() ? (c < 0 ? "-" : "") : (c < 0 ? " - " : " + ");
        if (std::abs(c) != 1) {
            char factor[64];
            std::snprintf(factor, sizeof factor, "(REAL)%.17e * ", std::abs(c));
            text += factor;
        }
        text += operand(program, term.source);
    }
    return text.empty() ? "(T)0" : text;
}

/// The instructions in order; `output` makes the statement that stores result o from an expression.
template <typename Output>
std::string statements(const LinearProgram &program, Output output) {
    std::string text;
    for (int t = 0; t < program.temporaries; ++t) text += (t == 0 ? "    T t" : ", t") + number(t);
    if (program.temporaries > 0) text += ";\n";
    for (const Instruction &instruction : program.instructions) {
        const int id = instruction.destination;
        if (id >= program.inputs && id < program.inputs + program.outputs)
            text += "    " + output(id - program.inputs, sum(program, instruction)) + "\n";
        else
            text += "    " + operand(program, id) + " = " + sum(program, instruction) + ";\n";
    }
    return text;
}

std::string prelude(ElementType type) {
    const std::string real = type.real_bytes == 8 ? "double" : "float";
    std::string text;
    if (type.real_bytes == 8) text += "#pragma OPENCL EXTENSION cl_khr_fp64 : enable\n";
    text += "#define REAL " + real + "\n#define T " + real + (type.complex ? "2" : "") + "\n";
    // The high word orders magnitudes, infinities and NaN above all finite ones.
    text += type.real_bytes == 8 ? "#define WORD(x) (as_uint2(x).y & 0x7fffffffu)\n"
                                 : "#define WORD(x) (as_uint(x) & 0x7fffffffu)\n";
    text += type.complex ? "#define MAGNITUDE(v) max(WORD((v).x), WORD((v).y))\n"
                           "#define SCALED(v) (T)(re * (v).x - im * (v).y, re * (v).y + im * (v).x)\n"
                         : "#define MAGNITUDE(v) WORD(v)\n#define SCALED(v) (re * (v))\n";
    return text;
}

std::string expansion(const char *name, const LinearProgram &program, int grid_rows, int grid_cols,
                      bool transposed) {
    std::string text = std::string("kernel __attribute__((reqd_work_group_size(") + number(group_rows) +
                       ", " + number(group_cols) + ", 1)))\nvoid " + name +
                       "(global const T *X, long X_at, long ldx, long rows, long cols, long block_rows,\n"
                       "     long block_cols, global T *out, long out_at, long ld, long stride,\n"
                       "     global volatile uint *largest, long largest_at, int slot) {\n"
                       "    local uint top;\n"
                       "    const int first = get_local_id(0) == 0 && get_local_id(1) == 0;\n"
                       "    if (first) top = 0;\n"
                       "    barrier(CLK_LOCAL_MEM_FENCE);\n"
                       "    const long i = get_global_id(0), j = get_global_id(1);\n"
                       "    if (i < block_rows && j < block_cols) {\n"
                       "    X += X_at + i + j * ldx;\n    out += out_at + i + j * ld;\n    uint word = 0;\n";
    for (int r = 0; r < grid_rows; ++r) {
        for (int c = 0; c < grid_cols; ++c) {
            const std::string x = "x" + number(r * grid_cols + c);
            const std::string row = number(transposed ? c : r) + " * block_rows",
                              col = number(transposed ? r : c) + " * block_cols";
            text += "    const T " + x + " = " + row + " + i < rows && " + col + " + j < cols ? X[" + row +
                    " + (" + col + ") * ldx] : (T)0;\n    word = max(word, MAGNITUDE(" + x + "));\n";
        }
    }
    text += statements(program, [](int o, const std::string &value) {
        return "out[" + number(o) + " * stride] = " + value + ";";
    });
    // Most groups find that a larger magnitude was there already.
    text +=
        "    atomic_max(&top, word);\n    }\n    barrier(CLK_LOCAL_MEM_FENCE);\n"
        "    if (first && top > largest[largest_at + slot]) atomic_max(&largest[largest_at + slot], "
        "top);\n}\n\n";
    return text;
}

std::string contraction(const LinearProgram &program, int grid_cols) {
    std::string text =
        std::string("kernel __attribute__((reqd_work_group_size(") + number(group_rows) + ", " +
        number(group_cols) +
        ", 1)))\nvoid contract(global const T *P, long P_at, long ld, long stride, global T *C, long C_at,\n"
        "     long ldc, long rows, long cols, long block_rows, long block_cols, REAL re, REAL im,\n"
        "     int reads_c) {\n"
        "    const long i = get_global_id(0), j = get_global_id(1);\n"
        "    if (i >= block_rows || j >= block_cols) return;\n"
        "    P += P_at + i + j * ld;\n    C += C_at + i + j * ldc;\n";
    for (int r = 0; r < program.inputs; ++r)
        text += "    const T x" + number(r) + " = P[" + number(r) + " * stride];\n";
    text += statements(program, [grid_cols](int o, const std::string &value) {
        const std::string row = number(o / grid_cols) + " * block_rows",
                          col = number(o % grid_cols) + " * block_cols";
        return "if (" + row + " + i < rows && " + col + " + j < cols) {\n        global T *c = C + " + row +
               " + (" + col + ") * ldc;\n        const T sum = " + value +
               ";\n        *c = reads_c ? SCALED(*c) + sum : sum;\n    }";
    });
    return text + "}\n";
}

}  // namespace

std::string sweep_source(const CompiledScheme &compiled, ElementType type, bool transposed_a,
                         bool transposed_b) {
    const alpha_gemm::Scheme &s = compiled.scheme;
    return prelude(type) + expansion("expand_a", compiled.expand_a, s.m, s.k, transposed_a) +
           expansion("expand_b", compiled.expand_b, s.k, s.n, transposed_b) +
           contraction(compiled.contract_c, s.n);
}

}  // namespace lapack_ai::opencl_alpha_gemm
