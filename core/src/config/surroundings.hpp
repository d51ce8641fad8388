// What configuration takes from the process around it: environment variables and folders. Passed in, so that
// tests can supply their own.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace lapack_ai::core {

struct Surroundings {
    // Value of a variable; none when it is unset or empty.
    std::function<std::optional<std::string>(const std::string &name)> variable;
    std::vector<std::string> variable_names;  // all that are set, to notice misspelt ones
    std::string etc = "/etc/lapack_ai";

    // Those of this process. In a set-user-id program the environment counts as empty (secure_getenv).
    static Surroundings of_process();

    // The user's configuration and cache folders of this project by the XDG rules; empty when there is no
    // home. Relative XDG variables are ignored, as the rules ask.
    std::string user_config_folder() const;
    std::string user_cache_folder() const;
};

}  // namespace lapack_ai::core
