// Tries a plugin file in a helper process before this process loads it: what crashes or hangs there does no
// harm here.
#pragma once

#include <string>

#include "plugin/loaded_plugin.hpp"

namespace lapack_ai::core {

// Where the helper and the remembered verdicts are.
struct ProbePlaces {
    std::string helper;        // absolute path
    std::string cache_folder;  // empty: this process remembers alone

    // Beside the library; below the user's cache folder.
    static ProbePlaces standard();
};

// Why the plugin must not be loaded; empty when it loaded and initialised in the helper, or was not tried
// because probe.enabled is false or there is no helper that may be run (logged once). [control]
std::string probe_plugin(const LoadedPlugin &plugin, const Settings &settings, const ProbePlaces &places);

}  // namespace lapack_ai::core
