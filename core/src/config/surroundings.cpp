// See surroundings.hpp.
#include "config/surroundings.hpp"

#include <sys/auxv.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace lapack_ai::core {

Surroundings Surroundings::of_process() {
    Surroundings surroundings;
    surroundings.variable = [](const std::string &name) -> std::optional<std::string> {
        const char *value = ::secure_getenv(name.c_str());
        if (!value || !*value) return std::nullopt;
        return std::string(value);
    };
    if (::getauxval(AT_SECURE) == 0) {
        for (char **entry = environ; entry && *entry; ++entry) {
            const std::string_view text(*entry);
            surroundings.variable_names.emplace_back(text.substr(0, text.find('=')));
        }
    }
    return surroundings;
}

namespace {

std::string xdg_folder(const Surroundings &surroundings, const char *variable, const char *below_home) {
    const auto folder = surroundings.variable(variable);
    if (folder && folder->front() == '/') return *folder + "/lapack_ai";
    const auto home = surroundings.variable("HOME");
    return home && home->front() == '/' ? *home + below_home : std::string();
}

}  // namespace

std::string Surroundings::user_config_folder() const {
    return xdg_folder(*this, "XDG_CONFIG_HOME", "/.config/lapack_ai");
}

std::string Surroundings::user_cache_folder() const {
    return xdg_folder(*this, "XDG_CACHE_HOME", "/.cache/lapack_ai");
}

}  // namespace lapack_ai::core
