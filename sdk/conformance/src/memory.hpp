// The memory of one operand: all items of a batch with padding between columns, gaps between items and guards
// around, so that a write outside of the elements is seen.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "lapack_ai/abi/call.h"

namespace lapack_ai::conformance {

// How an operand lies in memory.
struct Layout {
    lai_dtype dtype = LAI_DTYPE_NONE;
    std::int64_t rows = 0, cols = 0, ld = 1;
    std::int64_t items = 1;
    std::int64_t stride = 0;     // elements between items; 0 with several items: all share the first
    bool pointer_array = false;  // items behind an array of pointers, in reverse order
    std::int64_t misalign = 0;   // elements by which the data is off a 64-byte boundary
    bool own_pages = false;      // on pages of its own, which revoke() makes unreadable
};

class OperandMemory {
  public:
    explicit OperandMemory(const Layout &layout);
    OperandMemory(OperandMemory &&other) noexcept;
    OperandMemory(const OperandMemory &) = delete;
    OperandMemory &operator=(const OperandMemory &) = delete;
    ~OperandMemory();

    const Layout &layout() const noexcept { return layout_; }
    // What stands in lai_operand.data.
    void *data() noexcept;
    // Where item b begins. The same place inside a copy made by bytes().
    std::size_t offset(std::int64_t item) const noexcept;
    std::byte *item(std::int64_t b) noexcept { return memory_ + offset(b); }
    std::vector<std::byte> bytes() const { return {memory_, memory_ + size_}; }
    void restore(const std::vector<std::byte> &bytes);

    // Where the memory differs from `before`: outside of the elements only, or inside too. Empty: nowhere.
    std::string difference(const std::vector<std::byte> &before, bool elements_too) const;
    // From now on every access ends the process by SIGSEGV.
    void revoke() noexcept;

  private:
    bool is_element(std::size_t byte) const noexcept;

    Layout layout_;
    std::byte *memory_ = nullptr;
    std::size_t size_ = 0, origin_ = 0, element_ = 0;
    std::vector<void *> pointers_;
};

}  // namespace lapack_ai::conformance
