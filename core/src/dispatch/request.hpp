// Lays the options of one call over the settings.
#pragma once

#include "dispatch/dispatcher.hpp"
#include "dispatch/view.hpp"

namespace lapack_ai::core {

// Throws Error(usage) for a backend nobody has heard of, naming those there are.
Request lay_over(const View &view, const CallOptions &options);

// True when the options ask for nothing: the common call.
inline bool asks_nothing(const CallOptions &o) noexcept {
    return o.backend == nullptr && o.disable_count == 0 && o.accuracy == LAI_ACCURACY_INHERIT &&
           o.fallback < 0 && o.threads == 0 && o.deadline_ns == 0 && o.backward_error == 0;
}

// Index of a plugin that this view knows, for Request::only and exclusion masks; max_plugins for one that is
// known but absent, which matches nothing; -1: unknown.
std::int32_t known_index(const View &view, const char *plugin) noexcept;

}  // namespace lapack_ai::core
