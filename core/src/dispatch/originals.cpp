#include "dispatch/originals.hpp"

#include <algorithm>
#include <cstring>
#include <new>

namespace lapack_ai::core {

namespace {

bool is_inout(const CompiledOperand &operand, const lai_call &call) noexcept {
    return operand.reads.evaluate(call) != 0 && operand.writes.evaluate(call) != 0;
}

std::int64_t items(const lai_call &call) noexcept {
    return std::max<std::int64_t>(call.batch, 0);
}

}  // namespace

std::uint64_t originals_bytes(const Op &op, const lai_call &call) noexcept {
    std::uint64_t bytes = 0;
    for (std::uint32_t i = 0; i < call.operand_count && i < op.operands.size(); ++i) {
        const lai_operand &operand = *LAI_OPERAND(&call, i);
        if (!is_inout(op.operands[i], call)) continue;
        bytes += static_cast<std::uint64_t>(operand.rows) * static_cast<std::uint64_t>(operand.cols) *
                 static_cast<std::uint64_t>(items(call)) * dtype_bytes(operand.dtype);
    }
    return bytes;
}

bool Originals::add(const lai_operand &operand, void *data, std::uint64_t offset_bytes,
                    const lai_memory *memory, char *copy) {
    const std::uint64_t element = dtype_bytes(operand.dtype);
    Matrix m{data,
             memory,
             offset_bytes,
             static_cast<std::uint64_t>(operand.ld) * element,
             static_cast<std::uint64_t>(operand.rows) * element,
             static_cast<std::uint64_t>(operand.cols),
             copy};
    if (data == nullptr || m.rows_bytes == 0 || m.cols == 0) return true;
    if (memory != nullptr) {
        if (memory->download(memory->self, data, offset_bytes, m.ld_bytes, m.copy, m.rows_bytes, m.rows_bytes,
                             m.cols) != LAI_OK) {
            return false;
        }
    } else {
        const char *from = static_cast<const char *>(data) + offset_bytes;
        for (std::uint64_t j = 0; j < m.cols; ++j) {
            std::memcpy(m.copy + j * m.rows_bytes, from + j * m.ld_bytes, m.rows_bytes);
        }
    }
    matrices_.push_back(m);
    return true;
}

bool Originals::keep(const Op &op, const lai_call &call, const Registry &registry) noexcept {
    if (kept_) return true;
    bool good = true;
    try {
        for (std::uint32_t i = 0; good && i < call.operand_count && i < op.operands.size(); ++i) {
            if (!is_inout(op.operands[i], call)) continue;
            const lai_operand &operand = *LAI_OPERAND(&call, i);
            const lai_memory *memory = nullptr;
            if (operand.space != 0) {
                memory = registry.memory(operand.space);
                if (memory == nullptr) return false;
            }
            const std::uint64_t item_bytes = static_cast<std::uint64_t>(operand.rows) *
                                             static_cast<std::uint64_t>(operand.cols) *
                                             dtype_bytes(operand.dtype);
            char *copy = kept_operands_
                             .emplace_back(Kept{i, std::make_unique_for_overwrite<char[]>(
                                                       item_bytes * static_cast<std::uint64_t>(items(call)))})
                             .bytes.get();
            const std::uint64_t stride =
                static_cast<std::uint64_t>(operand.batch_stride) * dtype_bytes(operand.dtype);
            for (std::int64_t item = 0; good && item < items(call); ++item, copy += item_bytes) {
                if ((operand.flags & LAI_OPERAND_POINTER_ARRAY) != 0) {
                    good = add(operand, static_cast<void *const *>(operand.data)[item], 0, memory, copy);
                } else {
                    good =
                        add(operand, operand.data, static_cast<std::uint64_t>(item) * stride, memory, copy);
                }
            }
        }
    } catch (const std::bad_alloc &) {
        good = false;
    }
    if (!good) {
        matrices_.clear();
        kept_operands_.clear();
    }
    kept_ = good;
    return good;
}

bool Originals::restore() const noexcept {
    bool good = true;
    for (const Matrix &m : matrices_) {
        if (m.memory != nullptr) {
            good = m.memory->upload(m.memory->self, m.data, m.offset_bytes, m.ld_bytes, m.copy, m.rows_bytes,
                                    m.rows_bytes, m.cols) == LAI_OK &&
                   good;
            continue;
        }
        char *to = static_cast<char *>(m.data) + m.offset_bytes;
        for (std::uint64_t j = 0; j < m.cols; ++j) {
            std::memcpy(to + j * m.ld_bytes, m.copy + j * m.rows_bytes, m.rows_bytes);
        }
    }
    return good;
}

void Originals::describe(const lai_call &call, lai_operand *before, std::size_t count) const noexcept {
    for (std::size_t i = 0; i < count; ++i) before[i] = {};
    for (const Kept &kept : kept_operands_) {
        if (kept.operand >= count) continue;
        lai_operand &operand = before[kept.operand];
        operand = *LAI_OPERAND(&call, kept.operand);
        operand.data = kept.bytes.get();
        operand.ld = std::max<std::int64_t>(operand.rows, 1);
        operand.batch_stride = operand.rows * operand.cols;
        operand.flags &= ~LAI_OPERAND_POINTER_ARRAY;
        operand.space = 0;
    }
}

}  // namespace lapack_ai::core
