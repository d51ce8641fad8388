// See check_configuration.hpp.
#include "plugin/check_configuration.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "plugin/loaded_plugin.hpp"
#include "plugin/location.hpp"

namespace lapack_ai::core {

namespace {

// A section of a plugin that is not installed is fine, files are shared among machines; one whose name is
// nearly that of an installed plugin is not.
void find_misspelt_plugins(const Settings &settings, const std::vector<std::string> &ids,
                           std::vector<std::string> &problems) {
    for (const auto &[id, plugin] : settings.plugins) {
        if (std::find(ids.begin(), ids.end(), id) != ids.end()) continue;
        const std::string advice = did_you_mean(id, ids);
        const std::string prefix = "plugins." + id + ".";
        const auto made = settings.provenance.lower_bound(prefix);
        if (advice.empty() || made == settings.provenance.end() || made->first.rfind(prefix, 0) != 0 ||
            made->second.source == "built-in default") {
            continue;
        }
        const Provenance &at = made->second;
        problems.push_back(at.source + (at.line > 0 ? ":" + std::to_string(at.line) : "") + ": plugins." +
                           id + ": no plugin of this id was found" + advice);
    }
}

// The settings, or what can be said while they are broken: then where to look for plugins is unknown as well,
// and those beside the library still help.
std::shared_ptr<const Settings> settings_or_default(const LoadOptions &options) {
    try {
        return load_settings(options);
    } catch (const Error &) {
        auto fallback = std::make_shared<Settings>();
        fallback->plugin_search_paths = {default_plugin_folder()};
        return fallback;
    }
}

}  // namespace

std::vector<std::string> check_configuration(LoadOptions options) {
    const auto settings = settings_or_default(options);
    if (options.plugin_schemas.empty()) options.plugin_schemas = plugin_option_schemas(*settings);
    std::vector<std::string> problems = check_settings(options);
    std::vector<std::string> ids;
    for (const auto &[id, schema] : options.plugin_schemas) ids.push_back(id);
    find_misspelt_plugins(*settings, ids, problems);
    return problems;
}

void require_known_plugin(const LoadOptions &options, const std::string &id) {
    const auto settings = settings_or_default(options);
    std::vector<std::string> ids;
    for (const auto &[known, schema] : plugin_option_schemas(*settings)) ids.push_back(known);
    for (const auto &[known, plugin] : settings->plugins) ids.push_back(known);
    if (std::find(ids.begin(), ids.end(), id) != ids.end()) return;
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    std::string there;
    for (const std::string &known : ids) there += (there.empty() ? "" : ", ") + known;
    throw Error(ErrorKind::configuration,
                "there is no plugin '" + id + "'" + did_you_mean(id, ids) + " (known: " + there + ")");
}

}  // namespace lapack_ai::core
