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

}  // namespace lapack_ai::core
