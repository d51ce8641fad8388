// Copies of the operands a call overwrites, taken before a variant that may fail half-way, so that a fallback
// starts from the caller's data.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "dispatch/op_table.hpp"
#include "dispatch/registry.hpp"

namespace lapack_ai::core {

// Bytes that keep() would copy: all operands that are both read and written.
std::uint64_t originals_bytes(const Op &op, const lai_call &call) noexcept;

class Originals {
  public:
    // Copies. False when memory is out or a device cannot be read; then nothing is kept.
    bool keep(const Op &op, const lai_call &call, const Registry &registry) noexcept;
    // Writes everything back. False when a device cannot be written.
    bool restore() const noexcept;
    bool kept() const noexcept { return kept_; }
    // The call's operands as they were: entry i has the copy, or null data when operand i was not kept. The
    // items of a batch stand one behind the other.
    void describe(const lai_call &call, lai_operand *before, std::size_t count) const noexcept;

  private:
    // One matrix: a batch has many.
    struct Matrix {
        void *data;                // of the caller, or the handle of its memory space
        const lai_memory *memory;  // null: host
        std::uint64_t offset_bytes, ld_bytes, rows_bytes, cols;
        char *copy;
    };
    bool add(const lai_operand &operand, void *data, std::uint64_t offset_bytes, const lai_memory *memory,
             char *copy);

    // All items of one operand.
    struct Kept {
        std::uint32_t operand;
        std::unique_ptr<char[]> bytes;
    };

    std::vector<Matrix> matrices_;
    std::vector<Kept> kept_operands_;
    bool kept_ = false;
};

}  // namespace lapack_ai::core
