// discover_plugins() with the places passed in; loaded_plugin.hpp has the public form.
#pragma once

#include <memory>
#include <vector>

#include "plugin/loaded_plugin.hpp"
#include "plugin/probe.hpp"

namespace lapack_ai::core {

std::vector<std::shared_ptr<LoadedPlugin>> discover_plugins(const Settings &settings,
                                                            const ProbePlaces &places);

}  // namespace lapack_ai::core
