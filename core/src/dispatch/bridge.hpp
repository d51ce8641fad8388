// Operands in memory that a variant cannot reach are copied to the host before it runs and, where it writes
// them, copied back afterwards: so a matrix on a device is no obstacle to a CPU backend, only a price. The
// caller's matrices change after the variant answered LAI_OK and not before.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "base/arena.hpp"
#include "dispatch/op_table.hpp"
#include "dispatch/registered_variant.hpp"
#include "dispatch/registry.hpp"

namespace lapack_ai::core {

// What fetching and writing back is expected to take, before anything was measured.
struct BridgeCost {
    std::uint64_t bytes = 0;  // of the copies on the host
    double seconds = 0;
};
BridgeCost bridge_cost(const Op &op, const lai_call &call, const RegisteredVariant &variant) noexcept;

// Makes `call` what the variant would see: fetched operands on the host, tight, without data. The operands
// are copied to `arena`. False when it has no memory.
bool bridge_for_query(lai_call &call, const RegisteredVariant &variant, Arena &arena) noexcept;

class Bridge {
  public:
    static constexpr std::uint32_t max_operands = 16;

    Bridge(const Op &op, const lai_call &call, const RegisteredVariant &variant,
           const Registry &registry) noexcept;
    Bridge(const Bridge &) = delete;

    // Null when all went well, else why not: static text. Nothing has changed then.
    const char *fetch() noexcept;
    // The call with host operands; valid after fetch().
    lai_call &call() noexcept { return call_; }
    // Null when all that the op writes has been written, else why not.
    const char *write_back() noexcept;

    std::uint64_t bytes_fetched() const noexcept { return fetched_; }
    std::uint64_t bytes_written() const noexcept { return written_; }

  private:
    struct Free {
        void operator()(void *p) const noexcept;
    };
    struct Copy {
        const lai_memory *memory = nullptr;  // null: the operand is passed as it stands
        lai_operand original{};
        std::unique_ptr<void, Free> data;    // the items, tight, one behind the other
        std::unique_ptr<void *[]> pointers;  // for pointer arrays
    };
    bool allocate(Copy &copy, lai_operand &operand, bool reads) noexcept;
    // Moves all items of a copy; false when the device refused.
    bool move(const Copy &copy, bool to_device) noexcept;

    const Op &op_;
    const RegisteredVariant &variant_;
    const Registry &registry_;
    lai_call call_;
    std::array<lai_operand, max_operands> operands_{};
    std::array<Copy, max_operands> copies_;
    std::uint64_t fetched_ = 0, written_ = 0;
};

}  // namespace lapack_ai::core
