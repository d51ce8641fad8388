// Which addresses are not ordinary host memory: matrices that callers made in a device's memory, and
// page-locked host memory. So every function of the API takes device addresses where it takes pointers.
//
// While nobody has made any, a call pays one relaxed load; otherwise one look-up under a shared lock for each
// operand.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <shared_mutex>

#include "dispatch/op_table.hpp"
#include "lapack_ai/abi/memory.h"

namespace lapack_ai::core {

struct AddressRange {
    char *begin = nullptr;
    std::uint64_t bytes = 0;
    std::uint32_t space = 0;             // 0: page-locked host memory
    const lai_memory *memory = nullptr;  // whose it is; tables of plugins stay mapped for ever
};

class AddressMap {
  public:
    // Never destroyed.
    static AddressMap &instance();

    bool in_use() const noexcept { return count_.load(std::memory_order_relaxed) != 0; }
    // A new range with one reference. Throws std::bad_alloc.
    void add(const AddressRange &range);
    // By any address inside. False: none of ours.
    bool retain(const void *address) noexcept;
    // Takes a reference back; with the last one the memory is given back to its space.
    bool release(const void *address) noexcept;
    // The range that holds `address`; one with begin null: ordinary memory.
    AddressRange find(const void *address) const noexcept;

  private:
    struct Entry {
        AddressRange range;
        std::uint64_t references;
    };
    using Ranges = std::map<const char *, Entry>;
    Ranges::iterator locate(const void *address) noexcept;

    mutable std::shared_mutex mutex_;
    Ranges ranges_;
    std::atomic<std::size_t> count_{0};
};

namespace detail {
void find_spaces(const Op &op, const lai_call &call, lai_operand *operands);
}  // namespace detail

// Sets space and flags of operands that stand in device or page-locked memory. Throws Error(bad_input) for
// one that reaches beyond its device memory.
inline void find_spaces(const Op &op, const lai_call &call, lai_operand *operands) {
    if (AddressMap::instance().in_use()) [[unlikely]]
        detail::find_spaces(op, call, operands);
}

}  // namespace lapack_ai::core
