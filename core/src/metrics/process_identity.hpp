// Which process the figures belong to, so that one reader can tell many apart.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>

namespace lapack_ai::core {

// Monotonic nanoseconds at which this library was loaded.
std::uint64_t process_started_ns() noexcept;

// {"pid", "host", "program" (its short name, without arguments), "started_wall_ns"}. [any]
nlohmann::ordered_json process_json();

}  // namespace lapack_ai::core
