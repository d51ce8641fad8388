// Where the dispatcher writes what happened. core/src/metrics implements it; a null recorder means metrics
// off.
#pragma once

#include <cstdint>

#include "lapack_ai/abi/observer.h"

namespace lapack_ai::core {

// The dispatcher fills everything of an event but `sequence`, `wall_ns` and `thread`, which the recorder
// adds.
class Recorder {
  public:
    virtual ~Recorder() = default;
    // One finished call (kind 0). On the hot path: no lock, no allocation. [any]
    virtual void call(const lai_event &event) noexcept = 0;
    // An event worth never losing: fallback (1), error (2), breaker change (3), plugin change (4). [any]
    virtual void event(const lai_event &event) noexcept = 0;
    // A number for a variant, the same for the same names, never 0; strings are copied. Called when variants
    // are registered. [any]
    virtual std::uint32_t variant(const char *plugin, const char *variant, const char *device) = 0;
};

}  // namespace lapack_ai::core
