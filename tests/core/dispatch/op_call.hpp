// A lai_call of any op from short lists, shapes filled in from the schema; what the op-table tests speak in.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "dispatch/op_table.hpp"

namespace lapack_ai::core::test {

struct OpCall {
    // Operands get the shapes the schema gives, tight leading dimensions and storage that is never touched.
    OpCall(const char *name, lai_dtype dtype, std::vector<std::int64_t> dims_in, const std::string &letters,
           std::vector<lai_scalar> scalars_in = {}, std::int64_t batch = 1)
        : op(*OpTable::instance().find(std::string_view(name))),
          dims(std::move(dims_in)),
          flags(letters.begin(), letters.end()),
          scalars(std::move(scalars_in)) {
        scalars.resize(op.schema->scalar_count);
        call.size = sizeof call;
        call.op = op.number;
        call.op_id = op.schema->id;
        call.dtype = dtype;
        call.dims = dims.data();
        call.flags = flags.data();
        call.scalars = scalars.data();
        call.dim_count = static_cast<std::uint32_t>(dims.size());
        call.flag_count = static_cast<std::uint32_t>(flags.size());
        call.scalar_count = static_cast<std::uint32_t>(scalars.size());
        call.batch = batch;
        for (const CompiledOperand &compiled : op.operands) {
            lai_operand operand{};
            operand.size = sizeof operand;
            operand.dtype = operand_dtype(*compiled.schema, dtype);
            operand.data = storage.data();
            operand.rows = compiled.rows.size(call);
            operand.cols = compiled.cols.size(call);
            operand.ld = operand.rows > 1 ? operand.rows : 1;
            operand.batch_stride = batch > 1 ? operand.ld * operand.cols : 0;
            operands.push_back(operand);
        }
        call.operands = operands.data();
        call.operand_count = static_cast<std::uint32_t>(operands.size());
        call.operand_stride = sizeof(lai_operand);
    }
    OpCall(const OpCall &) = delete;

    ArgumentFault check() const { return check_arguments(op, call); }

    const Op &op;
    std::vector<std::int64_t> dims;
    std::vector<std::uint8_t> flags;
    std::vector<lai_scalar> scalars;
    std::vector<lai_operand> operands;
    std::array<double, 4> storage{};
    lai_call call{};
};

}  // namespace lapack_ai::core::test
