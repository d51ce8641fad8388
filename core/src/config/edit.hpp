// Changes one setting in a user's YAML file by editing its text, so that comments, order and layout stay as
// the user made them.
#pragma once

#include <string>

#include "config/settings.hpp"

namespace lapack_ai::core {

struct Edit {
    std::string file;
    int line = 0;          // 1-based, where plugins.<id>.enabled now stands
    bool changed = false;  // false: it said so already
};

// The file that an edit belongs in: --config's, else LAPACK_AI_CONFIG's, else the user's own by the XDG
// rules. Throws Error(configuration) when there is none (no home).
std::string editable_config_file(const LoadOptions &options);

// Sets plugins.<id>.enabled in `file`, which is made when missing and replaced atomically. Before it is
// written the new text is parsed again: unless exactly that one value has changed, nothing is written and
// Error(configuration) names the line to edit by hand (a value shared through an anchor, say). Throws
// Error(usage) when `id` cannot name a plugin.
Edit edit_plugin_enabled(const std::string &file, const std::string &id, Enabled enabled);

// The same on text: returns the new text and sets `line`. `name` stands in error messages.
std::string with_plugin_enabled(const std::string &text, const std::string &name, const std::string &id,
                                Enabled enabled, int &line);

}  // namespace lapack_ai::core
