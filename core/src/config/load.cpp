// Reads, checks and merges the layers, then fills Settings from the merged tree through the key table.
#include "config/load.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "config/check.hpp"
#include "config/json_schema.hpp"
#include "config/keys.hpp"
#include "config/layers.hpp"
#include "plugin/location.hpp"

namespace lapack_ai::core {

namespace {

// Writes a checked value to where its key points.
struct Store {
    const Key &key;
    const Value &value;
    Settings &settings;

    double number() const { return as_number(value).value_or(0); }

    void operator()(bool &(*target)(Settings &)) const {
        target(settings) = as_boolean(value).value_or(false);
    }
    void operator()(int &(*target)(Settings &)) const { target(settings) = static_cast<int>(number()); }
    void operator()(std::int64_t &(*target)(Settings &)) const {
        target(settings) = static_cast<std::int64_t>(number());
    }
    void operator()(double &(*target)(Settings &)) const { target(settings) = number(); }
    void operator()(std::string &(*target)(Settings &)) const { target(settings) = value.text; }
    void operator()(std::vector<std::string> &(*target)(Settings &)) const {
        target(settings).clear();
        for (const Value &item : value.items) target(settings).push_back(item.text);
    }
    void operator()(std::map<std::string, std::string> &(*target)(Settings &)) const {
        for (const Entry &entry : value.entries) target(settings)[entry.key] = entry.value.text;
    }
    void operator()(void (*target)(Settings &, std::size_t)) const {
        target(settings, word_index(key, value.text));
    }
};

// JSON of a core key by its type: `enabled: yes` is true, `port: "8080"` is 8080.
std::string typed_json(const Key &key, const Value &value) {
    if (std::holds_alternative<bool &(*)(Settings &)>(key.target)) {
        return as_boolean(value).value_or(false) ? "true" : "false";
    }
    Value plain = value;
    const bool is_text = std::holds_alternative<std::string &(*)(Settings &)>(key.target) ||
                         std::holds_alternative<void (*)(Settings &, std::size_t)>(key.target);
    if (value.is_scalar()) plain.quoted = is_text;
    for (Value &item : plain.items) item.quoted = true;
    for (Entry &entry : plain.entries) entry.value.quoted = true;
    if (!key.words.empty() && value.is_scalar()) {
        if (const std::size_t word = word_index(key, value.text); word < key.words.size()) {
            plain.text = key.words[word];
        }
    }
    return to_json(plain);
}

class Loader {
  public:
    Loader(const LoadOptions &options, const Surroundings &surroundings)
        : options_(options), surroundings_(surroundings) {}

    std::shared_ptr<const Settings> load() {
        std::vector<Layer> layers = read_layers(options_, surroundings_, problems, settings_->warnings);
        for (const Layer &layer : layers) {
            check_layer(layer.value, options_.plugin_schemas, problems);
        }
        if (!problems.empty()) return nullptr;
        Value merged = Value::map(nullptr);
        for (const auto &[id, schema] : options_.plugin_schemas) {
            const auto source = std::make_shared<const Source>(Source{"default of plugin " + id, false});
            Value defaults = option_defaults(schema, source);
            if (!defaults.entries.empty()) set_path(merged, "plugins." + id, std::move(defaults));
        }
        for (const Layer &layer : layers) merge(merged, layer.value);
        for (const Key &key : keys()) {
            if (const Value *value = find_path(merged, key.path)) store(key, *value);
        }
        if (const Entry *plugins = merged.find("plugins")) {
            for (const Entry &entry : plugins->value.entries) store_plugin(entry);
        }
        expand_search_paths();
        return settings_;
    }

    std::vector<std::string> problems;

  private:
    void remember(const std::string &path, const Value &value, std::string json) {
        settings_->values[path] = std::move(json);
        if (value.source) {
            settings_->provenance[path] = {value.source->name, value.source->has_lines ? value.line : 0};
        }
    }

    void store(const Key &key, const Value &value) {
        std::visit(Store{key, value, *settings_}, key.target);
        // Entries of a map merge one by one, so each has a provenance of its own.
        if (value.is_map()) {
            for (const Entry &entry : value.entries) {
                remember(std::string(key.path) + "." + entry.key, entry.value, json_quoted(entry.value.text));
            }
        }
        remember(key.path, value, typed_json(key, value));
    }

    void store_plugin(const Entry &section) {
        PluginSettings plugin;
        plugin.enabled = Enabled::automatic;
        Value own = Value::map(section.value.source, section.value.line);
        const std::string prefix = "plugins." + section.key + ".";
        for (const Entry &entry : section.value.entries) {
            if (entry.key == "enabled") {
                const auto flag = as_boolean(entry.value);
                plugin.enabled = !flag ? Enabled::automatic : *flag ? Enabled::yes : Enabled::no;
                remember(prefix + entry.key, entry.value, !flag ? "\"auto\"" : *flag ? "true" : "false");
            } else if (entry.key == "path") {
                plugin.path = entry.value.text;
                remember(prefix + entry.key, entry.value, json_quoted(entry.value.text));
            } else {
                own.entries.push_back(entry);
                remember(prefix + entry.key, entry.value, to_json(entry.value));
            }
        }
        plugin.options_json = to_json(own);
        settings_->plugins[section.key] = std::move(plugin);
    }

    // `default` becomes the folder beside the library, `~/` the home. What is relative is left out with a
    // warning: the current directory must never decide which code runs.
    void expand_search_paths() {
        std::vector<std::string> expanded;
        for (std::string &path : settings_->plugin_search_paths) {
            const auto home = surroundings_.variable("HOME");
            if (path == "default") {
                expanded.push_back(default_plugin_folder());
            } else if (path.rfind("~/", 0) == 0 && home && home->front() == '/') {
                expanded.push_back(*home + path.substr(1));
            } else if (!path.empty() && path.front() == '/') {
                expanded.push_back(path);
            } else {
                const Provenance &from = settings_->provenance["plugin_search_paths"];
                const std::string where =
                    from.line > 0 ? from.source + ":" + std::to_string(from.line) : from.source;
                settings_->warnings.push_back(where + ": plugin_search_paths: '" + path +
                                              "' is not an absolute path and is left out");
            }
        }
        settings_->plugin_search_paths = std::move(expanded);
    }

    const LoadOptions &options_;
    const Surroundings &surroundings_;
    std::shared_ptr<Settings> settings_ = std::make_shared<Settings>();
};

}  // namespace

std::shared_ptr<const Settings> load_settings(const LoadOptions &options, const Surroundings &surroundings) {
    Loader loader(options, surroundings);
    auto settings = loader.load();
    if (settings) return settings;
    std::string message = loader.problems.front();
    if (const std::size_t more = loader.problems.size() - 1; more > 0) {
        message += " (and " + std::to_string(more) + " more: see `lapack-ai config check`)";
    }
    throw Error(ErrorKind::configuration, message);
}

std::vector<std::string> check_settings(const LoadOptions &options, const Surroundings &surroundings) {
    try {
        Loader loader(options, surroundings);
        loader.load();
        return std::move(loader.problems);
    } catch (const std::exception &error) {
        return {error.what()};
    }
}

std::shared_ptr<const Settings> load_settings(const LoadOptions &options) {
    return load_settings(options, Surroundings::of_process());
}

std::vector<std::string> check_settings(const LoadOptions &options) {
    return check_settings(options, Surroundings::of_process());
}

void apply_log_settings(const Settings &settings) noexcept {
    set_log_level(settings.verbose_dispatch ? std::min(settings.log.level, LAI_LOG_INFO)
                                            : settings.log.level);
    set_log_to_standard_error(settings.verbose_dispatch);
}

}  // namespace lapack_ai::core
