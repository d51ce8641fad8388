// Ops by number: the schema of each with its expressions compiled. Built-in ops are there from the start;
// plugins add theirs during init. Numbers are stable for the process; reading needs no lock.
#pragma once

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
    bool empty() const noexcept { return code_.empty(); }

  private:
    struct Instruction {
        std::uint8_t opcode;
        std::uint16_t index;
        double value;
    };
    std::vector<Instruction> code_;
};

struct CompiledOperand {
    const lai_operand_schema *schema;
    Expression rows, cols, reads, writes;
};

// One argument of the user's list, in LAPACK's order.
struct CompiledArgument {
    enum class Kind { dim, flag, scalar, operand, leading_dimension, other } kind;
    std::uint32_t index;  // into the schema's table of that kind
    std::string name;     // upper case, for messages
};

struct Op {
    std::uint32_t number = 0;
    const lai_op_schema *schema = nullptr;
    std::string short_name;  // "gesvd"
    std::vector<CompiledOperand> operands;
    std::vector<CompiledArgument> arguments;
    std::vector<Expression> dim_minima;
    Expression flops, bytes, hangs_on_nonfinite, require;
};

class OpTable {
  public:
    static OpTable &instance();
    // Registers a schema (valid for the process). The same id with an equal schema gives the same number.
    // Throws Error(usage) on a malformed or contradicting schema. Thread-safe.
    std::uint32_t add(const lai_op_schema *schema);
    const Op *find(std::uint32_t number) const noexcept;  // null: unknown. No lock.
    const Op *find(std::string_view id) const noexcept;   // by "lai.gesvd/1" or "gesvd"
    std::vector<const Op *> all() const;
};

// Outcome of the argument checks; position 0 means all is well.
struct ArgumentFault {
    int position = 0;  // 1-based in the user's list
    std::string name, value, requirement;
};

// Checks flags, dims, leading dimensions, presence and overflow in the order of the schema's argument list,
// the one place where that is done. No allocation on success.
ArgumentFault check_arguments(const Op &op, const lai_call &call);

// Element type of an operand of `op` when the call's dtype is `dtype`.
lai_dtype operand_dtype(const lai_operand_schema &operand, lai_dtype dtype) noexcept;
std::uint64_t dtype_bytes(lai_dtype dtype) noexcept;

}  // namespace lapack_ai::core
