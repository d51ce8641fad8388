// lapack-ai record [-o t.json] -- PROGRAM ARGUMENTS: which BLAS and LAPACK calls a program makes, by shape,
// how often and how long they take. No data. `lapack-ai replay` says what another configuration would make of
// it.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include "call_record.hpp"
#include "child_program.hpp"
#include "commands.hpp"
#include "exit_code.hpp"
#include "io/input_error.hpp"

namespace lapack_ai::cli {

namespace {

struct Options {
    std::string output = "calls.json";
    std::vector<std::string> command;
    bool small = false, linked = false;
};

// A folder of this run only, for one file a process; gone with the object.
class Folder {
  public:
    Folder() {
        std::string pattern = std::filesystem::temp_directory_path() / "lapack-ai-record-XXXXXX";
        if (mkdtemp(pattern.data()) == nullptr)
            throw Failure(ExitCode::bad_input, pattern + ": cannot be made");
        path_ = pattern;
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Folder(const Folder &) = delete;
    Folder &operator=(const Folder &) = delete;
    const std::filesystem::path &path() const { return path_; }

  private:
    std::filesystem::path path_;
};

ExitCode run(const Options &options) {
    const Folder folder;
    ChildProgram program;
    program.command = options.command;
    program.preload = !options.linked;
    const std::string pattern = folder.path() / "%p.json";
    program.environment = {{"LAPACK_RECORD_FILE", pattern}, {"LAPACK_AI_RECORD_FILE", pattern}};
    if (options.small) program.environment.emplace_back("LAPACK_AI_DROPIN_THRESHOLD", "0");
    const int status = run_child(program);

    CallRecord all;
    int processes = 0;
    std::vector<std::filesystem::path> files;
    for (const auto &entry : std::filesystem::directory_iterator(folder.path()))
        files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    for (const auto &file : files) {
        try {
            merge(all, read_call_record(file));
            ++processes;
        } catch (const InputError &broken) {
            std::fprintf(stderr, "lapack-ai record: %s\n", broken.what());
        }
    }
    write_call_record(options.output, all);
    std::int64_t calls = 0;
    double seconds = 0;
    for (const RecordedCalls &c : all.calls) {
        calls += c.count;
        seconds += c.total_seconds;
    }
    if (calls == 0)
        std::fprintf(stderr, "lapack-ai record: the program made no call that this library took%s\n",
                     options.small ? "" : "; --small takes the small ones too (docs/dropin.md)");
    else
        std::fprintf(
            stderr,
            "lapack-ai record: %lld calls of %zu kinds in %d %s, %.3g s, in %s; what if: lapack-ai replay "
            "%s\n",
            static_cast<long long>(calls), all.calls.size(), processes,
            processes == 1 ? "process" : "processes", seconds, options.output.c_str(),
            options.output.c_str());
    return static_cast<ExitCode>(status);
}

}  // namespace

void add_record_command(Arguments &root, Session &) {
    const auto options = std::make_shared<Options>();
    Arguments command =
        root.command("record", "Record which calls a program makes: shapes, counts, times, no data");
    command.option("-o,--output", options->output, "Write the recording here (default calls.json)");
    command.flag("--small", options->small, "Take calls of every size, which cost the program some time");
    command.flag("--linked", options->linked, "The program is linked with lapack_ai: preload nothing");
    command.rest("PROGRAM", options->command, "Program and its arguments, after --");
    command.run([options] { return run(*options); });
}

}  // namespace lapack_ai::cli
