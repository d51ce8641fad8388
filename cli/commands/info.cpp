// lapack-ai info: what is there: the library, the machine, every plugin and why it is or is not used.
#include <cstdio>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "exit_code.hpp"
#include "plugin_table.hpp"
#include "text.hpp"

namespace lapack_ai::cli {

namespace {

ExitCode run(Session &session) {
    const std::string text = session.document("info");
    if (session.json()) {
        std::printf("%s\n", text.c_str());
        return ExitCode::ok;
    }
    const auto info = nlohmann::json::parse(text);
    const auto machine = info.value("machine", nlohmann::json::object());
    std::printf("LAPACK AI %s, plugin contract %s\n", string_or_empty(info, "version").c_str(),
                string_or_empty(info, "abi").c_str());
    std::printf("machine     %s, %g cores, %s\n", string_or_empty(machine, "cpu").c_str(),
                number_or(machine, "cores", 0), bytes_text(number_or(machine, "memory_bytes", 0)).c_str());
    std::printf("threads     %g (%s)\n", number_or(info, "threads", 1),
                string_or_empty(info, "threads_reason").c_str());
    if (info.value("calibrated", false)) {
        std::printf("calibrated  %s\n", string_or_empty(info, "profile").c_str());
    } else {
        std::printf(
            "calibrated  no: predictions are estimates; run `lapack-ai calibrate` to measure this machine\n");
    }
    std::printf("\n");
    print_plugins(info.value("plugins", nlohmann::json::array()), true);
    for (const auto &warning : info.value("warnings", nlohmann::json::array()))
        std::printf("\nwarning: %s\n", warning.get<std::string>().c_str());
    return ExitCode::ok;
}

}  // namespace

void add_info_command(Arguments &root, Session &session) {
    root.command("info", "The library, the machine, and every plugin with its state").run([&session] {
        return run(session);
    });
}

}  // namespace lapack_ai::cli
