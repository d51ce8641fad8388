// See environment.hpp.
#include "config/environment.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "config/check.hpp"
#include "config/keys.hpp"

namespace lapack_ai::core {

namespace {

std::shared_ptr<const Source> source_of(const std::string &variable) {
    return std::make_shared<const Source>(Source{"environment " + variable, false});
}

// What shells write for booleans besides YAML's words.
std::string boolean_word(const std::string &text) {
    const std::string word = trimmed(text);
    return word == "1" ? "true" : word == "0" ? "false" : word;
}

void read_key(const Key &key, const Surroundings &surroundings, Value &root,
              std::vector<std::string> &problems) {
    const std::string short_name = std::string("LAPACK_") + key.environment;
    const std::string long_name = std::string("LAPACK_AI_") + key.environment;
    const auto short_value = surroundings.variable(short_name);
    const auto long_value = surroundings.variable(long_name);
    if (short_value && long_value && trimmed(*short_value) != trimmed(*long_value)) {
        problems.push_back("environment: " + short_name + "=" + *short_value + " and " + long_name + "=" +
                           *long_value + " contradict each other; unset one");
        return;
    }
    if (!short_value && !long_value) return;
    const bool is_boolean = std::holds_alternative<bool &(*)(Settings &)>(key.target);
    const std::string text = short_value ? *short_value : *long_value;
    set_path(root, key.path,
             Value::scalar(is_boolean ? boolean_word(text) : trimmed(text),
                           source_of(short_value ? short_name : long_name)));
}

void read_verbose(const std::string &text, Value &root, std::vector<std::string> &problems) {
    for (const std::string &topic : split(text, ',')) {
        const std::string word = lower_case(topic);
        if (word == "dispatch" || word == "1" || word == "0") {
            set_path(root, "dispatch.verbose",
                     Value::scalar(word == "0" ? "false" : "true", source_of("LAPACK_AI_VERBOSE")));
        } else {
            problems.push_back("environment LAPACK_AI_VERBOSE: '" + topic + "' must be 'dispatch' or '0'");
        }
    }
}

// Variables of ours that belong to other parts or to the build.
const char *const other_variables[] = {"LAPACK_AI_CONFIG", "LAPACK_AI_FORCE_BACKEND", "LAPACK_AI_VERBOSE",
                                       "LAPACK_AI_DISABLE"};

void warn_of_misspellings(const Surroundings &surroundings, std::vector<std::string> &warnings) {
    std::vector<std::string> known(std::begin(other_variables), std::end(other_variables));
    for (const Key &key : keys()) {
        if (!key.environment) continue;
        known.push_back(std::string("LAPACK_") + key.environment);
        known.push_back(std::string("LAPACK_AI_") + key.environment);
    }
    for (const std::string &name : surroundings.variable_names) {
        if (name.rfind("LAPACK_", 0) != 0 || std::find(known.begin(), known.end(), name) != known.end()) {
            continue;
        }
        // Nearer than closest_match asks: other programs have LAPACK_ variables too.
        for (const std::string &candidate : known) {
            if (edit_distance(name, candidate) <= 2) {
                warnings.push_back("environment " + name + ": not known; did you mean " + candidate + "?");
                break;
            }
        }
    }
}

}  // namespace

Value read_environment(const Surroundings &surroundings, std::vector<std::string> &problems,
                       std::vector<std::string> &warnings) {
    Value root = Value::map(source_of(""));
    for (const Key &key : keys()) {
        if (key.environment) read_key(key, surroundings, root, problems);
    }
    if (const auto backend = surroundings.variable("LAPACK_AI_FORCE_BACKEND")) {
        Value value = Value::scalar(trimmed(*backend), source_of("LAPACK_AI_FORCE_BACKEND"));
        set_path(root, "dispatch.force_backend", std::move(value));
    }
    if (const auto topics = surroundings.variable("LAPACK_AI_VERBOSE")) read_verbose(*topics, root, problems);
    if (const auto disabled = surroundings.variable("LAPACK_AI_DISABLE")) {
        for (const std::string &id : split(*disabled, ',')) {
            if (!is_plugin_id(id)) {
                problems.push_back("environment LAPACK_AI_DISABLE: '" + id + "' cannot be a plugin's id");
                continue;
            }
            set_path(root, "plugins." + id + ".enabled",
                     Value::scalar("false", source_of("LAPACK_AI_DISABLE")));
        }
    }
    warn_of_misspellings(surroundings, warnings);
    return root;
}

}  // namespace lapack_ai::core
