// lapack-ai config show | check: the effective configuration with its sources, and everything that is wrong
// with it.
#include <cstdio>
#include <nlohmann/json.hpp>
#include <sstream>

#include "commands.hpp"
#include "exit_code.hpp"
#include "text.hpp"

namespace lapack_ai::cli {

namespace {

ExitCode show(Session &session) {
    const std::string text = session.document("config");
    if (session.json()) {
        std::printf("%s\n", text.c_str());
        return ExitCode::ok;
    }
    const auto document = nlohmann::json::parse(text);
    std::size_t widest_key = 0, widest_value = 0;
    for (const auto &entry : document.at("values")) {
        widest_key = std::max(widest_key, string_or_empty(entry, "key").size());
        widest_value = std::max(widest_value, std::min<std::size_t>(entry.at("value").dump().size(), 40));
    }
    for (const auto &entry : document.at("values")) {
        std::string source = string_or_empty(entry, "source");
        if (const double line = number_or(entry, "line", 0); line > 0)
            source += ":" + std::to_string(static_cast<int>(line));
        std::printf("%-*s  %-*s  %s\n", static_cast<int>(widest_key), string_or_empty(entry, "key").c_str(),
                    static_cast<int>(widest_value), entry.at("value").dump().c_str(), source.c_str());
    }
    return ExitCode::ok;
}

ExitCode check_all(Session &session) {
    const lai_context_options &options = session.context_options();
    const std::string problems = text_of(
        [&](char *buffer, std::size_t capacity) { return lai_config_check(&options, buffer, capacity); });
    if (session.json()) {
        auto list = nlohmann::json::array();
        std::istringstream lines(problems);
        for (std::string line; std::getline(lines, line);) list.push_back(line);
        std::printf("%s\n", nlohmann::json{{"problems", list}}.dump(2).c_str());
    } else if (problems.empty()) {
        std::printf("configuration: no problem found\n");
    } else {
        std::printf("%s%s", problems.c_str(), problems.ends_with('\n') ? "" : "\n");
    }
    return problems.empty() ? ExitCode::ok : ExitCode::usage;
}

}  // namespace

void add_config_command(Arguments &root, Session &session) {
    Arguments config = root.command("config", "Show or check the configuration");
    config.command("show", "Every effective value and where it comes from").run([&session] {
        return show(session);
    });
    config.command("check", "All problems, with file, line and requirement").run([&session] {
        return check_all(session);
    });
}

}  // namespace lapack_ai::cli
