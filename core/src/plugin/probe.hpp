// Tries a plugin file in a helper process before this process loads it: what crashes or hangs there does no
// harm here.
#pragma once

#include <string>

#include "plugin/loaded_plugin.hpp"

namespace lapack_ai::core {

// Why the plugin must not be loaded; empty when it loaded and initialised in the helper, or when it was not
// tried (probe.enabled is false, or there is no helper). Verdicts are remembered in the user's cache folder,
// and in this process where that cannot be written. [control]
std::string probe_plugin(const LoadedPlugin &plugin, const Settings &settings);

}  // namespace lapack_ai::core
