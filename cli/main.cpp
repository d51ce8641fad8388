// The lapack-ai command: parses, runs one command, and turns whatever goes wrong into one line and an exit
// code.
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <exception>
#include <new>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>

#include "commands.hpp"
#include "exit_code.hpp"
#include "io/input_error.hpp"

namespace {

using namespace lapack_ai::cli;

constexpr char description[] =
    "Dense linear algebra that picks the best backend for every call and says why.\n"
    "Exit codes: 0 ok, 1 internal error, 2 usage or configuration, 3 bad input, 4 INFO > 0, 5 no backend, "
    "6 --backward-error not reached.";

// What the library logs, such as a fallback; `log.level` says how much.
void log_line(void *, std::uint32_t, const char *line) {
    std::fprintf(stderr, "lapack-ai: %s\n", line);
}

// The first word that names a command, for messages; empty when there is none.
std::string command_of(int argc, char **argv) {
    for (int i = 1; i < argc; ++i)
        for (const char *const name : command_names)
            if (std::strcmp(argv[i], name) == 0) return name;
    return "";
}

// One line for people and, where JSON was asked for, a document for programs.
int fail(const std::string &command, bool json, ExitCode code, const char *message) {
    if (json) {
        const nlohmann::ordered_json document{
            {"command", command}, {"error", message}, {"exit_code", static_cast<int>(code)}};
        std::printf("%s\n",
                    document.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace).c_str());
    }
    std::fflush(stdout);
    std::fprintf(stderr, "lapack-ai%s%s: error: %s\n", command.empty() ? "" : " ", command.c_str(), message);
    return static_cast<int>(code);
}

}  // namespace

int main(int argc, char **argv) {
    const std::string command = command_of(argc, argv);
    const bool json = std::find(argv, argv + argc, std::string_view("--json")) != argv + argc;
    lai_set_log_sink(log_line, nullptr);
    try {
        Session session;
        const std::string version = std::string("lapack-ai ") + lai_version();
        return static_cast<int>(parse_and_run(argc, argv, description, version, [&](Arguments &root) {
            session.declare(root);
            add_all_commands(root, session);
        }));
    } catch (const Failure &failure) {
        return fail(command, json, failure.code(), failure.what());
    } catch (const InputError &error) {
        return fail(command, json, ExitCode::bad_input, error.what());
    } catch (const std::bad_alloc &) {
        return fail(command, json, ExitCode::internal, "out of memory");
    } catch (const std::exception &error) {
        return fail(command, json, ExitCode::internal, error.what());
    }
}
