// lapack-ai plugin list | enable NAME | disable NAME: what is used, and the user's configuration file
// changed. plugin check and plugin new stand in plugin_check.cpp and plugin_new.cpp.
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "call.hpp"
#include "commands.hpp"
#include "exit_code.hpp"
#include "plugin_check.hpp"
#include "plugin_new.hpp"
#include "plugin_table.hpp"
#include "text.hpp"

namespace lapack_ai::cli {

namespace {

ExitCode list(Session &session) {
    const std::string text = session.document("plugins");
    if (session.json()) {
        std::printf("%s\n", text.c_str());
    } else {
        print_plugins(nlohmann::json::parse(text).at("plugins"), false);
    }
    return ExitCode::ok;
}

// "gemm 1000x1000x1000: cpu_lapack, cpu_reference", best first.
std::string ranking(Session &session) {
    Call call("gemm", LAI_DTYPE_F64);
    call.dims({1000, 1000, 1000});
    const auto document = nlohmann::json::parse(call.explain(session, LAI_FORMAT_JSON), nullptr, false);
    std::string names;
    std::set<std::string> seen;  // a backend may have several variants
    for (const auto &candidate : document.value("candidates", nlohmann::json::array())) {
        const std::string name = string_or_empty(candidate, "backend");
        if (number_or(candidate, "predicted_seconds", 0) <= 0 || !seen.insert(name).second) continue;
        names += (names.empty() ? "" : ", ") + name;
    }
    return "gemm 1000x1000x1000: " + (names.empty() ? "no backend" : names);
}

// A name that nobody knows is a slip of the finger, and must not end up in the file.
void require_known(Session &session, const std::string &name) {
    std::string known;
    const auto document = nlohmann::json::parse(session.document("plugins"));
    for (const auto &plugin : document.at("plugins")) {
        if (string_or_empty(plugin, "id") == name) return;
        known += (known.empty() ? "" : ", ") + string_or_empty(plugin, "id");
    }
    throw Failure(ExitCode::usage, "plugin '" + name + "': not found; there are " + known);
}

ExitCode set_enabled(Session &session, const std::string &name, bool enabled) {
    require_known(session, name);
    const lai_context_options &options = session.context_options();
    const std::string place = text_of([&](char *buffer, std::size_t capacity) {
        return lai_config_set_plugin(&options, name.c_str(), enabled ? "true" : "false", buffer, capacity);
    });
    check(lai_context_reload(session.context()));
    const std::string now = ranking(session);
    if (session.json()) {
        const nlohmann::ordered_json document{
            {"plugin", name}, {"enabled", enabled}, {"wrote", place}, {"ranking", now}};
        std::printf("%s\n", document.dump(2).c_str());
    } else {
        std::printf("%s: plugins.%s.enabled: %s\nranking now: %s\n", place.c_str(), name.c_str(),
                    enabled ? "true" : "false", now.c_str());
    }
    return ExitCode::ok;
}

}  // namespace

void add_plugin_command(Arguments &root, Session &session) {
    Arguments plugin = root.command("plugin", "List, enable, disable and check plugins");
    plugin.command("list", "Every plugin with its state").run([&session] { return list(session); });
    for (const bool enable : {true, false}) {
        Arguments command =
            enable ? plugin.command("enable", "Write `enabled: true` into your configuration file")
                   : plugin.command("disable", "Write `enabled: false` into your configuration file");
        auto name = std::make_shared<std::string>();
        command.positional("NAME", *name, "The plugin's id");
        command.run([&session, name, enable] { return set_enabled(session, *name, enable); });
    }
    add_plugin_check(plugin, session);
    add_plugin_new(plugin, session);
}

}  // namespace lapack_ai::cli
