// Scratch of one op, sized and carved by the same lines: an op takes its arrays from a Workspace, and a
// Workspace without memory only counts. So what query states and what execute uses cannot drift apart.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

#include "fortran.hpp"
#include "lapack_ai/sdk/error.hpp"

namespace lapack_ai::cpu {

class Workspace {
  public:
    // Counts only.
    Workspace() = default;
    // Carves from `memory`, 64-byte aligned.
    explicit Workspace(void *memory) : memory_(static_cast<std::byte *>(memory)) {}

    // `count` elements of T on a cache line of their own; null while only counting. Negative counts as 0.
    template <typename T>
    T *take(std::int64_t count) {
        if (count <= 0) count = 0;
        constexpr std::uint64_t limit = std::uint64_t{1} << 62;
        const std::uint64_t elements = static_cast<std::uint64_t>(count);
        if (elements > (limit - bytes_) / sizeof(T))
            throw sdk::Declined(LAI_REASON_HOST_MEMORY, "workspace beyond the address space");
        T *array = memory_ ? reinterpret_cast<T *>(memory_ + bytes_) : nullptr;
        bytes_ += (elements * sizeof(T) + 63) / 64 * 64;
        return array;
    }
    std::uint64_t bytes() const noexcept { return bytes_; }

  private:
    std::byte *memory_ = nullptr;
    std::uint64_t bytes_ = 0;
};

inline constexpr std::int64_t int_max = std::numeric_limits<Int>::max();

// A dimension or length as LAPACK's 32-bit INTEGER; declines what does not fit.
inline Int narrow(std::int64_t value, lai_reason reason = LAI_REASON_SHAPE) {
    if (value > int_max) throw sdk::Declined(reason, "larger than LAPACK's 32-bit integers");
    return static_cast<Int>(value);
}

// A leading dimension: at least 1, as LAPACK demands even of empty matrices.
inline Int narrow_ld(std::int64_t ld) {
    return ld < 1 ? 1 : narrow(ld, LAI_REASON_STRIDE);
}

// Widest block that LAPACK's blocked routines ask for (ilaenv: 64).
inline constexpr std::int64_t block_size = 64;

}  // namespace lapack_ai::cpu
