// Lays the options of one call over the settings.
#pragma once

#include "dispatch/dispatcher.hpp"
#include "dispatch/view.hpp"

namespace lapack_ai::core {

// Throws Error(usage) for a backend nobody has heard of, naming those there are.
Request lay_over(const View &view, const CallOptions &options);

// True when the options ask for nothing: the common call.
inline bool asks_nothing(const CallOptions &o) noexcept {
    // One sum and one branch: asked on every call.
    const std::uint64_t asked = reinterpret_cast<std::uintptr_t>(o.backend) | o.disable_count | o.accuracy |
                                static_cast<std::uint32_t>(o.fallback + 1) |
                                static_cast<std::uint32_t>(o.threads) | o.deadline_ns;
    return asked == 0 && o.backward_error == 0;
}

// Index of a plugin that this view knows, for Request::only and exclusion masks; max_plugins and its position
// among the absentees for one that is known but absent, which matches nothing; -1: unknown.
std::int32_t known_index(const View &view, const char *plugin) noexcept;

}  // namespace lapack_ai::core
