#include "placed_call.hpp"

#include <stdexcept>

namespace lapack_ai::bench {

PlacedCall::PlacedCall(const core::CalibrationCase &shape, const Residence &residence)
    : host_(shape), memory_(residence.memory) {
    if (memory_ == nullptr) return;
    if (host_.overwrites())
        throw std::runtime_error(shape.op + " overwrites its operands: only from the host");
    lai_call &call = host_.call();
    for (std::uint32_t i = 0; i < call.operand_count; ++i) {
        lai_operand operand = *LAI_OPERAND(&call, i);
        if (operand.data != nullptr) {
            const std::uint64_t column =
                static_cast<std::uint64_t>(operand.ld) * core::dtype_bytes(operand.dtype);
            const auto columns =
                static_cast<std::uint64_t>(operand.cols) * static_cast<std::uint64_t>(call.batch);
            void *data = nullptr;
            if (memory_->alloc(memory_->self, column * columns, &data) != LAI_OK)
                throw std::runtime_error("no room on the device");
            data_.push_back(data);
            if (memory_->upload(memory_->self, data, 0, column, operand.data, column, column, columns) !=
                LAI_OK)
                throw std::runtime_error("the device refused a copy");
            operand.data = data;
            operand.space = residence.space;
        }
        operands_.push_back(operand);
    }
    call.operands = operands_.data();
    call.operand_stride = sizeof(lai_operand);
}

PlacedCall::~PlacedCall() {
    for (void *data : data_) memory_->release(memory_->self, data);
}

}  // namespace lapack_ai::bench
