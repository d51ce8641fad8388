// Ops by number: the schema of each with its expressions compiled. Built-in ops are there from the start;
// plugins add theirs during init. Numbers are stable for the process; reading needs no lock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lapack_ai/abi/schema.h"

namespace lapack_ai::core {

// A compiled expression of the schema language (abi/schema.h). Evaluation allocates nothing and takes no
// lock.
class Expression {
  public:
    Expression() = default;  // evaluates to 0
    // Compiles `text` against the names of `schema`. Throws Error(usage) with text, position and reason.
    Expression(const lai_op_schema &schema, const char *text);
    double evaluate(const lai_call &call) const noexcept;
    // The same, rounded down and saturated to int64; the forms that nearly all matrix sizes have (a constant,
    // m, min(m,n), max(m,n), trans=='N' ? m : k) cost a few instructions.
    std::int64_t size(const lai_call &call) const noexcept;
    bool empty() const noexcept { return code_.empty(); }
    // Which dims (bit i), flags (bit 16 + i) and scalars (bit 32 + i) it names.
    std::uint64_t names() const noexcept { return names_; }

    static constexpr std::size_t max_depth = 32;  // of the evaluation stack
    struct Instruction {
        std::uint8_t opcode;
        std::uint16_t index;
        double value;
    };

  private:
    enum class Form : std::uint8_t { general, constant, dim, min, max, choice };
    void recognise_form();
    double run(const lai_call &call) const noexcept;

    std::vector<Instruction> code_;
    std::uint64_t names_ = 0;
    std::int64_t constant_ = 0;
    Form form_ = Form::constant;
    std::uint8_t letter_ = 0;
    std::uint16_t flag_ = 0, first_ = 0, second_ = 0;
};

struct CompiledOperand {
    const lai_operand_schema *schema;
    Expression rows, cols, reads, writes;
};

// One argument of the user's list, in LAPACK's order.
struct CompiledArgument {
    enum class Kind { dim, flag, scalar, operand, leading_dimension, other, batch_stride, batch } kind;
    std::uint32_t index;  // into the schema's table of that kind
    std::string name;     // upper case, for messages
};

// One conjunct of the schema's `require`, checked when the last argument that it names is.
struct CompiledRequirement {
    std::uint32_t argument;  // index into Op::arguments
    Expression condition;
    std::string text;
};

struct Op {
    std::uint32_t number = 0;
    const lai_op_schema *schema = nullptr;
    std::string short_name;  // "gesvd"
    std::vector<CompiledOperand> operands;
    std::vector<CompiledArgument> arguments;
    std::vector<Expression> dim_minima;
    std::vector<CompiledRequirement> requirements;
    Expression flops, bytes, hangs_on_nonfinite, require;
    std::uint32_t job_flags = 0;  // bit i: flag i chooses what is computed (its name begins with "job")
};

// Numbers of the built-in ops.
enum class BuiltinOp : std::uint32_t {
    gemm = 1,
    gemm_batch,
    gesvd,
    gesv,
    posv,
    gels,
    gelsd,
    syev,
    geev,
    getrf,
    getrs,
    getri,
    potrf,
    potrs,
    geqrf,
    orgqr,
    gecon,
    pocon,
    trcon
};

class OpTable {
  public:
    static OpTable &instance();
    // Registers a schema (valid for the process). The same id with an equal schema gives the same number.
    // Throws Error(usage) on a malformed or contradicting schema. Thread-safe.
    std::uint32_t add(const lai_op_schema *schema);
    const Op *find(std::uint32_t number) const noexcept;  // null: unknown. No lock.
    const Op *find(std::string_view id) const noexcept;   // by "lai.gesvd/1" or "gesvd"
    const Op &find(BuiltinOp op) const noexcept { return *find(static_cast<std::uint32_t>(op)); }
    std::vector<const Op *> all() const;
};

// Outcome of the argument checks; position 0 means all is well. One past the end of the list stands for the
// call as a whole (element type, number of dims), which no argument of LAPACK's carries.
struct ArgumentFault {
    int position = 0;  // 1-based in the user's list
    std::string name, value, requirement;
};

// Checks flags, dims, requirements, leading dimensions, presence, shapes and overflow in the order of the
// schema's argument list, the one place where that is done. No allocation on success.
ArgumentFault check_arguments(const Op &op, const lai_call &call);

// The same before a row-major call is mapped: operands have the user's leading dimensions, the distance
// between rows.
ArgumentFault check_row_major_arguments(const Op &op, const lai_call &call);

// Element type of an operand of `op` when the call's dtype is `dtype`.
lai_dtype operand_dtype(const lai_operand_schema &operand, lai_dtype dtype) noexcept;
std::uint64_t dtype_bytes(lai_dtype dtype) noexcept;
bool is_complex(lai_dtype dtype) noexcept;
// LAPACK's letter, 's' 'd' 'c' 'z'; '?' for others.
char dtype_letter(lai_dtype dtype) noexcept;

// LAPACK's name of the routine in this precision: "dgesvd", "zheev", "cungqr"; at most 15 characters.
std::string routine_name(const Op &op, lai_dtype dtype);

// Entry i of an array of structs that travels with a stride.
template <typename Struct>
const Struct &entry(const Struct *first, std::uint32_t stride, std::uint32_t i) noexcept {
    return *reinterpret_cast<const Struct *>(reinterpret_cast<const char *>(first) + std::size_t(i) * stride);
}

// The schemas of abi/ops.h, in the order of their numbers (1, 2, ...). Static.
std::vector<const lai_op_schema *> builtin_schemas();

}  // namespace lapack_ai::core
