// Everything that `config check` can say: the configuration's own rules, and what the plugins there know.
#pragma once

#include <string>
#include <vector>

#include "config/settings.hpp"

namespace lapack_ai::core {

// The problems of check_settings() with the option schemas of all plugin files that can be found, and section
// names that look like a misspelt plugin. Only manifests are read; no plugin code runs. Never throws for
// content.
std::vector<std::string> check_configuration(LoadOptions options);

// Throws Error(configuration) with a suggestion unless `id` is a plugin whose file can be found or that the
// configuration names: what `plugin enable|disable` asks before it writes a name into a file.
void require_known_plugin(const LoadOptions &options, const std::string &id);

}  // namespace lapack_ai::core
