// A call in flight, as nested calls see it: what they inherit. Lives on the stack of the thread that makes
// the call; worker threads of a parallel_for read their parent's.
#pragma once

#include <atomic>
#include <cstdint>

#include "dispatch/view.hpp"
#include "lapack_ai/abi/call.h"

namespace lapack_ai::core {
class Engine;

// Nested deeper than this, a call is declined.
constexpr std::uint32_t max_depth = 4;
}  // namespace lapack_ai::core

struct lai_frame {
    lapack_ai::core::Engine *engine = nullptr;
    const lapack_ai::core::View *view = nullptr;
    const lai_frame *parent = nullptr;
    lapack_ai::core::Request request;
    std::uint32_t depth = 0;
    // The device this call holds a lease on: calls nested in it share the lease.
    const lapack_ai::core::Device *lease = nullptr;
    // Bits 1 << LAI_PLACE_* of the places that nested calls ran in; what a composed variant's strategy is
    // taken from. Workers of a parallel_for write it too.
    mutable std::atomic<std::uint32_t> nested_places{0};

    bool holds(const lapack_ai::core::Device *device) const noexcept {
        for (const lai_frame *frame = this; frame != nullptr; frame = frame->parent) {
            if (frame->lease == device) return true;
        }
        return false;
    }
};
