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
    // A call that begins, for those who look what is under way: as its event will be, with end_ns its
    // beginning. Followed by end() with its depth on the same thread, also when it fails. [any]
    virtual void begin(const lai_event &event) noexcept { static_cast<void>(event); }
    virtual void end(std::uint32_t depth) noexcept { static_cast<void>(depth); }
    // An event worth never losing: fallback (1), error (2), breaker change (3), plugin change (4). [any]
    virtual void event(const lai_event &event) noexcept = 0;
    // A number for a variant, the same for the same names, never 0; strings are copied. Called when variants
    // are registered. [any]
    virtual std::uint32_t variant(const char *plugin, const char *variant, const char *device) = 0;

    // A plugin's own figures and the extensions offered to plugins ("lai.metrics/0.draft"): what lai_host's
    // slots of these names answer; strings are copied.
    virtual std::uint32_t metric(const char *plugin, std::uint32_t kind, const char *name,
                                 const char *help) = 0;
    virtual void metric_add(std::uint32_t number, double value) noexcept = 0;
    virtual void metric_set(std::uint32_t number, double value) noexcept = 0;
    virtual const void *extension(const char *id) noexcept = 0;
};

// Where finished outermost calls go one by one while a recording of them is made (metrics/call_log.hpp).
class CallRecorder {
  public:
    virtual ~CallRecorder() = default;
    virtual void add(const lai_call &call, const lai_event &event) noexcept = 0;
};

}  // namespace lapack_ai::core
