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

}  // namespace

std::vector<std::string> check_configuration(LoadOptions options) {
    std::shared_ptr<const Settings> settings;
    try {
        settings = load_settings(options);
    } catch (const Error &) {
        // Where to look for plugins is then unknown as well; those beside the library still help.
        auto fallback = std::make_shared<Settings>();
        fallback->plugin_search_paths = {default_plugin_folder()};
        settings = std::move(fallback);
    }
    if (options.plugin_schemas.empty()) options.plugin_schemas = plugin_option_schemas(*settings);
    std::vector<std::string> problems = check_settings(options);
    std::vector<std::string> ids;
    for (const auto &[id, schema] : options.plugin_schemas) ids.push_back(id);
    find_misspelt_plugins(*settings, ids, problems);
    return problems;
}

}  // namespace lapack_ai::core
