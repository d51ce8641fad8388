#include "metrics/sized_call.hpp"

#include <algorithm>

namespace lapack_ai::core {

SizedCall::SizedCall(const Op &op, lai_dtype dtype, std::vector<std::int64_t> dims, std::int64_t batch)
    : op_(op), dims_(std::move(dims)) {
    const lai_op_schema &schema = *op.schema;
    dims_.resize(schema.dim_count);
    for (std::uint32_t i = 0; i < schema.flag_count; ++i)
        flags_.push_back(static_cast<std::uint8_t>(entry(schema.flags, schema.flag_stride, i).initial));
    scalars_.assign(schema.scalar_count, {1, 0});
    operands_.resize(schema.operand_count);
    call_.size = sizeof call_;
    call_.op = op.number;
    call_.op_id = schema.id;
    call_.dtype = dtype;
    call_.dims = dims_.data();
    call_.flags = flags_.data();
    call_.scalars = scalars_.data();
    call_.operands = operands_.data();
    call_.dim_count = schema.dim_count;
    call_.flag_count = schema.flag_count;
    call_.scalar_count = schema.scalar_count;
    call_.operand_count = schema.operand_count;
    call_.operand_stride = sizeof(lai_operand);
    call_.batch = batch;
    for (std::uint32_t i = 0; i < schema.operand_count; ++i) {
        const CompiledOperand &compiled = op.operands[i];
        lai_operand &operand = operands_[i];
        operand.size = sizeof operand;
        operand.dtype = operand_dtype(*compiled.schema, dtype);
        operand.rows = compiled.rows.size(call_);
        operand.cols = compiled.cols.size(call_);
        operand.ld = std::max<std::int64_t>(1, operand.rows);
        operand.batch_stride = batch > 1 ? operand.ld * operand.cols : 0;
    }
}

double SizedCall::flops() const noexcept {
    return op_.flops.evaluate(call_) * (is_complex(call_.dtype) ? 4 : 1) * static_cast<double>(call_.batch);
}

}  // namespace lapack_ai::core
