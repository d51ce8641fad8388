// One item of a batch as a call of its own: the same arguments, operands that point at the item.
#pragma once

#include <cstdint>

#include "lapack_ai/sdk/call.hpp"

namespace lapack_ai::cpu {

class ItemCall {
  public:
    // `batch` must outlive this.
    explicit ItemCall(const sdk::Call &batch) : batch_(batch), raw_(batch.raw()), call_(raw_) {
        if (raw_.operand_count > capacity) throw sdk::Declined(LAI_REASON_SHAPE, "too many operands");
        for (std::uint32_t i = 0; i < raw_.operand_count; ++i) {
            operands_[i] = batch.operand(static_cast<int>(i));
            operands_[i].flags &= ~LAI_OPERAND_POINTER_ARRAY;
        }
        raw_.operands = operands_;
        raw_.operand_stride = sizeof(lai_operand);
        raw_.batch = 1;
    }
    ItemCall(const ItemCall &) = delete;
    ItemCall &operator=(const ItemCall &) = delete;

    // The call of item b; valid until the next select.
    const sdk::Call &select(std::int64_t b) noexcept {
        for (std::uint32_t i = 0; i < raw_.operand_count; ++i) {
            const lai_operand &whole = batch_.operand(static_cast<int>(i));
            if (!whole.data) continue;
            if (whole.flags & LAI_OPERAND_POINTER_ARRAY)
                operands_[i].data = static_cast<void *const *>(whole.data)[b];
            else
                operands_[i].data =
                    static_cast<char *>(whole.data) +
                    b * whole.batch_stride * static_cast<std::int64_t>(sdk::dtype_bytes(whole.dtype));
        }
        return call_;
    }

  private:
    static constexpr std::uint32_t capacity = 8;
    const sdk::Call &batch_;
    lai_call raw_;
    sdk::Call call_;
    lai_operand operands_[capacity];
};

}  // namespace lapack_ai::cpu
