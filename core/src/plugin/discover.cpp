// discover_plugins() and initialise_plugin(): from folders and names to plugins that are ready or say why
// not.
#include <algorithm>
#include <climits>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "plugin/discovery.hpp"
#include "plugin/entry_check.hpp"
#include "plugin/library.hpp"
#include "plugin/loaded_plugin.hpp"
#include "plugin/manifest.hpp"
#include "plugin/probe.hpp"
#include "plugin/trust.hpp"

namespace lapack_ai::core {

const char *to_string(PluginState state) {
    static const char *const names[] = {"ready", "disabled", "unavailable", "refused", "quarantined"};
    const auto index = static_cast<std::size_t>(state);
    return index < std::size(names) ? names[index] : "unknown";
}

namespace {

// Where a setting was made, for reasons: " (file:12)".
std::string from(const Settings &settings, const std::string &key) {
    const auto at = settings.provenance.find(key);
    if (at == settings.provenance.end()) return {};
    const Provenance &made = at->second;
    return " (" + made.source + (made.line > 0 ? ":" + std::to_string(made.line) : "") + ")";
}

std::string resolved_path(const std::string &path) {
    char resolved[PATH_MAX];
    return ::realpath(path.c_str(), resolved) ? resolved : path;
}

// The plugin files of one folder, sorted by name: the order of a folder's listing is an accident.
std::vector<std::string> files_of(const std::string &folder) {
    std::vector<std::string> files;
    std::error_code error;
    std::filesystem::directory_iterator entries(folder, error);
    for (; !error && entries != std::filesystem::directory_iterator(); entries.increment(error)) {
        std::error_code ignored;
        if (entries->path().extension() == ".so" && !entries->is_directory(ignored)) {
            files.push_back(entries->path().string());
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

// Calls visit(path, expected id or "") for every plugin file. Files that are named come first: they win over
// files of the same id that are found.
template <typename Visit>
void for_each_file(const Settings &settings, Visit visit) {
    for (const auto &[id, plugin] : settings.plugins) {
        if (!plugin.path.empty()) visit(plugin.path, id);
    }
    for (const std::string &file : settings.plugin_files) visit(file, "");
    for (const std::string &folder : settings.plugin_search_paths) {
        for (const std::string &file : files_of(folder)) visit(file, "");
    }
}

// `enabled: true` says that the plugin is counted on; `auto` is silent.
void warn_if_wanted(const LoadedPlugin &plugin) {
    if (plugin.enabled != Enabled::yes || plugin.state == PluginState::ready ||
        plugin.state == PluginState::disabled) {
        return;
    }
    log(LAI_LOG_WARNING, "plugins." + plugin.id + ".enabled is true, but it is " + to_string(plugin.state) +
                             ": " + plugin.reason);
}

class Discovery {
  public:
    Discovery(const Settings &settings, const ProbePlaces &places) : settings_(settings), places_(places) {}

    std::vector<std::shared_ptr<LoadedPlugin>> run() {
        for_each_file(settings_, [this](const std::string &path, const std::string &id) { add(path, id); });
        warn_of_unknown_ids();
        return std::move(found_);
    }

  private:
    void add(const std::string &path, const std::string &expected_id) {
        const std::string file = resolved_path(path);
        for (const auto &known : found_) {
            if (known->path == file) return;  // the same file by another way
        }
        auto plugin = std::make_shared<LoadedPlugin>();
        plugin->path = file;
        plugin->id = expected_id.empty() ? std::filesystem::path(file).stem().string() : expected_id;
        try {
            examine(*plugin, path, expected_id);
        } catch (const std::exception &error) {
            plugin->state = PluginState::refused;
            plugin->reason = error.what();
        }
        if (const auto at = settings_.plugins.find(plugin->id); at != settings_.plugins.end()) {
            plugin->enabled = at->second.enabled;
        }
        // A second file of an id is no loss: the first one serves.
        if (std::none_of(found_.begin(), found_.end(),
                         [&](const auto &known) { return known->id == plugin->id; })) {
            warn_if_wanted(*plugin);
        }
        found_.push_back(std::move(plugin));
    }

    // From the cheapest and safest question to the one that runs the plugin's code.
    void examine(LoadedPlugin &plugin, const std::string &path, const std::string &expected_id) {
        const auto stop = [&](PluginState state, std::string reason) {
            plugin.state = state;
            plugin.reason = std::move(reason);
        };
        if (std::string reason = distrust(path); !reason.empty()) {
            return stop(PluginState::refused, std::move(reason));
        }
        const std::string prefix = plugin.path + ": ";
        try {
            plugin.manifest = read_manifest(plugin.path);
        } catch (const Error &error) {
            const std::string reason = error.what();
            return stop(PluginState::refused,
                        reason.rfind(prefix, 0) == 0 ? reason.substr(prefix.size()) : reason);
        }
        if (!expected_id.empty() && plugin.manifest.id != expected_id) {
            return stop(PluginState::refused,
                        "holds the plugin '" + plugin.manifest.id + "', not '" + expected_id + "'");
        }
        plugin.id = plugin.manifest.id;
        for (const auto &known : found_) {
            if (known->id == plugin.id) {
                return stop(PluginState::refused,
                            "another file has the id '" + plugin.id + "' and came first: " + known->path);
            }
        }
        if (std::string reason = check_manifest(plugin.manifest); !reason.empty()) {
            return stop(PluginState::refused, std::move(reason));
        }
        if (std::string reason = disabled(plugin); !reason.empty()) {
            return stop(PluginState::disabled, std::move(reason));
        }
        if (std::string reason = probe_plugin(plugin, settings_, places_); !reason.empty()) {
            return stop(PluginState::quarantined, std::move(reason));
        }
        map(plugin);
    }

    std::string disabled(const LoadedPlugin &plugin) const {
        const auto at = settings_.plugins.find(plugin.id);
        if (at != settings_.plugins.end() && at->second.enabled == Enabled::no) {
            const std::string key = "plugins." + plugin.id + ".enabled";
            return key + " is false" + from(settings_, key);
        }
        if (!settings_.gpu.enabled && !plugin.manifest.needs_device.empty()) {
            return "gpu.enabled is false" + from(settings_, "gpu.enabled");
        }
        return {};
    }

    static void map(LoadedPlugin &plugin) {
        try {
            const lai_plugin_entry *entry = map_plugin(plugin.path);
            if (std::string reason = check_entry(*entry, plugin.manifest.id); !reason.empty()) {
                plugin.state = PluginState::refused;
                plugin.reason = std::move(reason);
                return;
            }
            plugin.entry = entry;
            plugin.state = PluginState::ready;
        } catch (const Error &error) {
            plugin.state = PluginState::refused;
            plugin.reason = error.what();
        }
    }

    // A plugin that a user's layer names and that is not there is probably misspelt.
    void warn_of_unknown_ids() const {
        std::vector<std::string> ids;
        for (const auto &plugin : found_) ids.push_back(plugin->id);
        for (const auto &[id, plugin] : settings_.plugins) {
            if (std::find(ids.begin(), ids.end(), id) != ids.end()) continue;
            const auto made = settings_.provenance.find("plugins." + id + ".enabled");
            if (made == settings_.provenance.end() || made->second.source == "built-in default") continue;
            log(LAI_LOG_WARNING, "plugins." + id + from(settings_, "plugins." + id + ".enabled") +
                                     ": no plugin of this id was found" + did_you_mean(id, ids));
        }
    }

    const Settings &settings_;
    const ProbePlaces &places_;
    std::vector<std::shared_ptr<LoadedPlugin>> found_;
};

// Fetches one role's table and checks it; a null table is fine.
template <typename Table>
void fetch(const LoadedPlugin &plugin, const char *role, std::string (*check)(const Table &),
           const Table *&table, std::string &reason) {
    table = static_cast<const Table *>(plugin.entry->get_extension(role));
    if (table && reason.empty()) reason = check(*table);
}

void initialise(LoadedPlugin &plugin, const lai_host *host) {
    const auto stop = [&](PluginState state, std::string reason) {
        plugin.state = state;
        plugin.reason = std::move(reason);
        plugin.backend = nullptr;
        plugin.enhancer = nullptr;
        plugin.observer = nullptr;
        plugin.memory = nullptr;
    };
    char text[1024] = "";
    std::string reason;
    try {
        const lai_status status = plugin.entry->init(host, text, sizeof text);
        text[sizeof text - 1] = '\0';
        if (status != LAI_OK) {
            const bool no_device = status == LAI_DECLINED || status == LAI_DEVICE_LOST;
            return stop(no_device ? PluginState::unavailable : PluginState::quarantined,
                        *text ? text : "init failed with status " + std::to_string(status));
        }
        fetch(plugin, LAI_ROLE_BACKEND, check_backend, plugin.backend, reason);
        fetch(plugin, LAI_ROLE_ENHANCER, check_enhancer, plugin.enhancer, reason);
        fetch(plugin, LAI_ROLE_OBSERVER, check_observer, plugin.observer, reason);
        fetch(plugin, LAI_ROLE_MEMORY, check_memory, plugin.memory, reason);
    } catch (const std::exception &error) {
        // Not allowed by the contract, but a plugin built without the SDK's wrapper may let one through.
        return stop(PluginState::quarantined, std::string("init threw an exception: ") + error.what());
    } catch (...) {
        return stop(PluginState::quarantined, "init threw an exception");
    }
    if (!reason.empty()) return stop(PluginState::quarantined, std::move(reason));
    plugin.state = PluginState::ready;
    plugin.reason.clear();
    if (plugin.backend && LAI_HAS(plugin.backend, lai_backend, unavailable) && plugin.backend->unavailable) {
        plugin.state = PluginState::unavailable;
        plugin.reason = plugin.backend->unavailable;
    }
}

}  // namespace

std::vector<std::shared_ptr<LoadedPlugin>> discover_plugins(const Settings &settings,
                                                            const ProbePlaces &places) {
    return Discovery(settings, places).run();
}

std::vector<std::shared_ptr<LoadedPlugin>> discover_plugins(const Settings &settings) {
    return discover_plugins(settings, ProbePlaces::standard());
}

std::map<std::string, std::string> plugin_option_schemas(const Settings &settings) {
    std::map<std::string, std::string> schemas;
    for_each_file(settings, [&](const std::string &path, const std::string &) {
        try {
            const Manifest manifest = read_manifest(resolved_path(path));
            schemas.emplace(manifest.id, manifest.options_schema.empty() ? "{}" : manifest.options_schema);
        } catch (const Error &) {
            // discover_plugins() lists the file with its reason.
        }
    });
    return schemas;
}

void initialise_plugin(LoadedPlugin &plugin, const lai_host *host) {
    if (!plugin.entry) return;
    initialise(plugin, host);
    warn_if_wanted(plugin);
}

}  // namespace lapack_ai::core
