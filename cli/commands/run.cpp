// lapack-ai run [--metrics FILE] -- PROGRAM ARGUMENTS: a program whose BLAS and LAPACK calls come to this
// library.
#include <cstdio>
#include <filesystem>
#include <memory>

#include "child_program.hpp"
#include "commands.hpp"
#include "exit_code.hpp"

namespace lapack_ai::cli {

namespace {

struct Options {
    std::string metrics;
    std::vector<std::string> command;
};

using Time = std::filesystem::file_time_type;

// Of a file that is not there: the beginning of time.
Time last_change(const std::string &file) {
    std::error_code missing;
    const Time time = std::filesystem::last_write_time(file, missing);
    return missing ? Time::min() : time;
}

void say_what_was_recorded(const std::string &file, Time before) {
    // With %p in it the name is a pattern of names, one a process.
    if (file.find("%p") == std::string::npos && last_change(file) == before)
        std::fprintf(stderr,
                     "lapack-ai run: no metrics: the program made no call that this library took "
                     "(small ones stay with its own BLAS, see docs/dropin.md)\n");
    else
        std::fprintf(stderr, "lapack-ai run: metrics in %s; look: lapack-ai dashboard --open %s\n",
                     file.c_str(), file.c_str());
}

ExitCode run(const Options &options) {
    ChildProgram program;
    program.command = options.command;
    if (options.metrics.empty()) return static_cast<ExitCode>(run_child(program));
    const std::string file = std::filesystem::absolute(options.metrics);
    program.environment = {{"LAPACK_METRICS_FILE", file}, {"LAPACK_AI_METRICS_FILE", file}};
    const Time before = last_change(file);
    const int status = run_child(program);
    say_what_was_recorded(file, before);
    return static_cast<ExitCode>(status);
}

}  // namespace

void add_run_command(Arguments &root, Session &) {
    const auto options = std::make_shared<Options>();
    Arguments command = root.command("run", "Run a program with its BLAS and LAPACK calls dispatched");
    command.option("--metrics", options->metrics, "Record its metrics here, for `dashboard --open`");
    command.rest("PROGRAM", options->command, "Program and its arguments, after --");
    command.run([options] { return run(*options); });
}

}  // namespace lapack_ai::cli
