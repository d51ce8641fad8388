// See layers.hpp.
#include "config/layers.hpp"

#include <algorithm>
#include <filesystem>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "config/environment.hpp"
#include "config/yaml.hpp"

namespace lapack_ai::core {

namespace {

class Reader {
  public:
    explicit Reader(std::vector<std::string> &problems) : problems_(problems) {}

    // Adds one layer of YAML text; what cannot be parsed becomes a problem.
    void text(const std::string &text, const std::string &name, bool has_lines) {
        attempt([&] {
            const auto source = std::make_shared<const Source>(Source{name, has_lines});
            Value value = parse_yaml(text, source);
            if (value.kind != Value::Kind::null && !value.is_map()) {
                throw Error(ErrorKind::configuration, value.where() + ": must be a section of `key: value`");
            }
            layers.push_back({std::move(value), false});
        });
    }

    void file(const std::string &path, bool must_exist) {
        attempt([&] {
            std::optional<std::string> contents = read_file_if_there(path, yaml_size_limit);
            if (!contents && must_exist) {
                throw Error(ErrorKind::configuration, path + ": no such configuration file");
            }
            if (contents) text(*contents, path, true);
        });
    }

    // A folder's plugins.d/*.yaml in the order of their names, then its lapack_ai.yaml over them: what
    // packages drop there is below what the administrator or user wrote.
    void folder(const std::string &path) {
        if (path.empty()) return;
        std::vector<std::string> dropped;
        std::error_code error;
        std::filesystem::directory_iterator entries(path + "/plugins.d", error);
        for (; !error && entries != std::filesystem::directory_iterator(); entries.increment(error)) {
            if (entries->path().extension() == ".yaml") dropped.push_back(entries->path().string());
        }
        std::sort(dropped.begin(), dropped.end());
        for (const std::string &name : dropped) file(name, false);
        file(path + "/lapack_ai.yaml", false);
    }

    // Runs `action`; its error becomes a problem.
    template <typename Action>
    void attempt(Action action) {
        try {
            action();
        } catch (const std::exception &error) {
            problems_.push_back(error.what());
        }
    }

    std::vector<Layer> layers;

  private:
    std::vector<std::string> &problems_;
};

// One override as a tree: the value is YAML text, so lists and sections can be given.
Value override_tree(const Override &given) {
    const auto source = std::make_shared<const Source>(Source{given.source, false});
    Value root = Value::map(source);
    Value value = parse_yaml(given.value, source);
    if (value.kind == Value::Kind::null && !trimmed(given.value).empty()) {
        throw Error(ErrorKind::configuration, given.source + ": " + given.path + " needs a value");
    }
    if (value.kind == Value::Kind::null) value = Value::scalar("", source);
    set_path(root, given.path, std::move(value));
    return root;
}

}  // namespace

std::vector<Layer> read_layers(const LoadOptions &options, const Surroundings &surroundings,
                               std::vector<std::string> &problems, std::vector<std::string> &warnings) {
    Reader reader(problems);
    reader.text(default_yaml, "built-in default", true);
    if (!reader.layers.empty()) reader.layers.front().shipped = true;

    if (!options.config_file.empty()) {
        reader.file(options.config_file, true);
    } else if (const auto named = surroundings.variable("LAPACK_AI_CONFIG")) {
        reader.file(*named, true);
    } else {
        reader.folder(surroundings.etc);
        reader.folder(surroundings.user_config_folder());
    }
    reader.layers.push_back({read_environment(surroundings, problems, warnings), false});
    for (const Override &given : options.overrides) {
        reader.attempt([&] { reader.layers.push_back({override_tree(given), false}); });
    }
    return std::move(reader.layers);
}

}  // namespace lapack_ai::core
