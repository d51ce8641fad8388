// load_settings and check_settings with the surroundings passed in; settings.hpp has the public forms.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "config/surroundings.hpp"

namespace lapack_ai::core {

std::shared_ptr<const Settings> load_settings(const LoadOptions &options, const Surroundings &surroundings);
std::vector<std::string> check_settings(const LoadOptions &options, const Surroundings &surroundings);

}  // namespace lapack_ai::core
