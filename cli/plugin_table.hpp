// Plugins as a table for people, from the library's documents.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace lapack_ai::cli {

// One line a plugin: id, version, state, what it offers or why it is not used. With `details` also its path,
// variants and devices.
void print_plugins(const nlohmann::json &plugins, bool details);

}  // namespace lapack_ai::cli
