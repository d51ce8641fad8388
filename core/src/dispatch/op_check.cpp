// The argument checks of every op, in the order of its argument list, from its schema alone.
#include <algorithm>
#include <cstring>
#include <limits>

#include "dispatch/op_table.hpp"

namespace lapack_ai::core {
namespace {

using Kind = CompiledArgument::Kind;

std::string text(std::int64_t value) {
    return std::to_string(value);
}

class Checker {
  public:
    Checker(const Op &op, const lai_call &call, bool row_major)
        : op_(op), call_(call), row_major_(row_major) {}

    ArgumentFault check() {
        if (!check_whole()) return std::move(fault_);
        for (std::uint32_t i = 0; i < op_.arguments.size(); ++i)
            if (!check_argument(i)) return std::move(fault_);
        return {};
    }

  private:
    // Says what is wrong with the argument under inspection; false, to be returned.
    bool object(std::string value, std::string requirement) {
        const std::string name = at_ < op_.arguments.size() ? op_.arguments[at_].name : "the call";
        fault_ = {static_cast<int>(at_ + 1), name, std::move(value), std::move(requirement)};
        return false;
    }

    bool check_whole() {
        at_ = static_cast<std::uint32_t>(op_.arguments.size());
        const lai_op_schema &schema = *op_.schema;
        if (call_.dtype >= LAI_DTYPE_COUNT || (schema.dtypes & LAI_DTYPE_BIT(call_.dtype)) == 0)
            return object("element type " + text(call_.dtype), "must be one that " + op_.short_name + " has");
        if (call_.dim_count != schema.dim_count || call_.flag_count != schema.flag_count ||
            call_.scalar_count != schema.scalar_count || call_.operand_count != schema.operand_count)
            return object(text(call_.dim_count) + " dims, " + text(call_.flag_count) + " flags, " +
                              text(call_.scalar_count) + " scalars, " + text(call_.operand_count) +
                              " operands",
                          "must be as many as the schema has");
        return true;
    }

    bool check_argument(std::uint32_t i) {
        at_ = i;
        const CompiledArgument &argument = op_.arguments[i];
        return check_kind(argument) && check_requirements();
    }

    bool check_kind(const CompiledArgument &argument) {
        switch (argument.kind) {
            case Kind::dim:
                return check_dim(argument.index);
            case Kind::flag:
                return check_flag(argument.index);
            case Kind::scalar:
                return check_scalar(argument.index);
            case Kind::operand:
                return check_operand(argument.index);
            case Kind::leading_dimension:
                return check_leading_dimension(argument.index);
            case Kind::batch_stride:
                return check_batch_stride(argument.index);
            case Kind::batch:
                return call_.batch >= 0 || object(text(call_.batch), "must be >= 0");
            default:
                return true;
        }
    }

    bool check_dim(std::uint32_t i) {
        const std::int64_t value = call_.dims[i];
        const std::int64_t least = op_.dim_minima[i].size(call_);
        return value >= least || object(text(value), "must be >= " + text(least));
    }

    bool check_flag(std::uint32_t i) {
        const char *letters = entry(op_.schema->flags, op_.schema->flag_stride, i).letters;
        const char letter = static_cast<char>(call_.flags[i]);
        if (letter != '\0' && std::strchr(letters, letter) != nullptr) return true;
        std::string allowed;
        for (const char *p = letters; *p != '\0'; ++p) {
            if (p != letters) allowed += p[1] == '\0' ? " or " : ", ";
            allowed += {'\'', *p, '\''};
        }
        const bool printable = letter >= ' ' && letter <= '~';
        return object(printable ? std::string{'\'', letter, '\''} : "character " + text(call_.flags[i]),
                      "must be " + allowed);
    }

    bool check_scalar(std::uint32_t i) {
        const lai_scalar_schema &schema = entry(op_.schema->scalars, op_.schema->scalar_stride, i);
        const double im = call_.scalars[i].im;
        if (im == 0 || !(schema.real_only || !is_complex(call_.dtype))) return true;
        return object("a complex number", "must be real");
    }

    bool present(std::uint32_t i) const {
        return op_.operands[i].reads.evaluate(call_) != 0 || op_.operands[i].writes.evaluate(call_) != 0;
    }

    bool check_operand(std::uint32_t i) {
        if (!present(i)) return true;
        const CompiledOperand &compiled = op_.operands[i];
        const lai_operand &operand = *LAI_OPERAND(&call_, i);
        const std::int64_t rows = compiled.rows.size(call_), cols = compiled.cols.size(call_);
        if (operand.rows != rows || operand.cols != cols)
            return object(text(operand.rows) + " x " + text(operand.cols),
                          "must be " + text(rows) + " x " + text(cols));
        const lai_dtype dtype = operand_dtype(*compiled.schema, call_.dtype);
        if (operand.dtype != dtype)
            return object("element type " + text(operand.dtype), "must be element type " + text(dtype));
        if (operand.data == nullptr && rows > 0 && cols > 0 && call_.batch > 0)
            return object("null", "must not be null");
        return compiled.schema->is_vector == 0 || check_span(operand, rows, 1, rows);
    }

    // Leading dimensions count for absent operands too, as in LAPACK: at least 1.
    bool check_leading_dimension(std::uint32_t i) {
        const CompiledOperand &compiled = op_.operands[i];
        const lai_operand &operand = *LAI_OPERAND(&call_, i);
        std::int64_t rows = 0, cols = 0;
        if (present(i)) {
            rows = compiled.rows.size(call_);
            cols = compiled.cols.size(call_);
            if (row_major_) std::swap(rows, cols);
        }
        const std::int64_t least = std::max<std::int64_t>(1, rows);
        if (operand.ld < least) {
            const char *expression = row_major_ ? compiled.schema->cols : compiled.schema->rows;
            return object(text(operand.ld),
                          rows > 0 ? "must be >= max(1, " + std::string(expression) + ") = " + text(least)
                                   : "must be >= 1");
        }
        return check_span(operand, operand.ld, cols, rows);
    }

    // The bytes an operand spans must be addressable.
    bool check_span(const lai_operand &operand, std::int64_t ld, std::int64_t cols, std::int64_t rows) {
        std::int64_t elements = 0, bytes = 0;
        if (rows <= 0 || cols <= 0) return true;
        if (!__builtin_mul_overflow(ld, cols - 1, &elements) &&
            !__builtin_add_overflow(elements, rows, &elements) &&
            !__builtin_mul_overflow(elements, static_cast<std::int64_t>(dtype_bytes(operand.dtype)), &bytes))
            return true;
        return object(text(ld), text(ld) + " x " + text(cols) + " elements must fit in 2^63 - 1 bytes");
    }

    bool check_batch_stride(std::uint32_t i) {
        const lai_operand &operand = *LAI_OPERAND(&call_, i);
        if ((operand.flags & LAI_OPERAND_POINTER_ARRAY) != 0 || call_.batch <= 1 || !present(i)) return true;
        std::int64_t rows = operand.rows, cols = operand.cols;
        if (rows == 0 || cols == 0) return true;
        if (row_major_) std::swap(rows, cols);
        const bool written = op_.operands[i].writes.evaluate(call_) != 0;
        const std::int64_t least = written ? operand.ld * (cols - 1) + rows : 0;
        std::int64_t span = 0;
        if (operand.batch_stride < least)
            return object(text(operand.batch_stride),
                          written ? "items that are written must not overlap: must be >= " + text(least)
                                  : "must be >= 0");
        if (__builtin_mul_overflow(operand.batch_stride, call_.batch, &span) ||
            span > std::numeric_limits<std::int64_t>::max() / 16)
            return object(text(operand.batch_stride), "the whole batch must fit in 2^63 - 1 bytes");
        return true;
    }

    bool check_requirements() {
        for (const CompiledRequirement &requirement : op_.requirements) {
            if (requirement.argument != at_ || requirement.condition.evaluate(call_) != 0) continue;
            return object(current_value(), "must satisfy " + requirement.text);
        }
        return true;
    }

    std::string current_value() const {
        const CompiledArgument &argument = op_.arguments[at_];
        if (argument.kind == Kind::dim) return text(call_.dims[argument.index]);
        if (argument.kind == Kind::flag) return {'\'', static_cast<char>(call_.flags[argument.index]), '\''};
        return std::to_string(call_.scalars[argument.index].re);
    }

    const Op &op_;
    const lai_call &call_;
    const bool row_major_;
    std::uint32_t at_ = 0;
    ArgumentFault fault_;
};

}  // namespace

ArgumentFault check_arguments(const Op &op, const lai_call &call) {
    return Checker(op, call, false).check();
}

ArgumentFault check_row_major_arguments(const Op &op, const lai_call &call) {
    return Checker(op, call, true).check();
}

}  // namespace lapack_ai::core
