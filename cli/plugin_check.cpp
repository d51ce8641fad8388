// The kit forks a child for each check, which needs a process without threads: no context is made here.
#include "plugin_check.hpp"

#include <cstdio>
#include <fstream>
#include <lapack_ai/conformance/conformance.hpp>
#include <memory>
#include <stdexcept>

#include "exit_code.hpp"

namespace lapack_ai::cli {

namespace {

struct Choice {
    conformance::Options options;
    std::string format, report;
    std::string only, skip;
    std::int64_t seed = 1, cases = 12, only_case = -1;
    bool list = false;
};

std::vector<std::string> words(const std::string &text) {
    std::vector<std::string> all;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        if (end > begin) all.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return all;
}

ExitCode list_checks() {
    for (const auto &check : conformance::all_checks())
        std::printf("%-20s %s\n", check.name.c_str(), check.title.c_str());
    return ExitCode::ok;
}

std::string formatted(const conformance::Report &report, const std::string &format) {
    if (format == "json") return to_json(report);
    return format == "junit" ? to_junit(report) : to_text(report);
}

ExitCode check(const Session &session, const Choice &choice) {
    if (choice.list) return list_checks();
    conformance::Options options = choice.options;
    if (options.file.empty()) throw Failure(ExitCode::usage, "FILE: a plugin file must be given");
    options.seed = static_cast<std::uint64_t>(choice.seed);
    options.cases = static_cast<int>(choice.cases);
    options.only_case = static_cast<int>(choice.only_case);
    options.only = words(choice.only);
    options.skip = words(choice.skip);
    conformance::Report report;
    try {
        report = conformance::check_plugin(options);
    } catch (const std::invalid_argument &error) {
        throw Failure(ExitCode::usage, error.what());
    }
    const std::string format = choice.format.empty() ? (session.json() ? "json" : "text") : choice.format;
    const std::string text = formatted(report, format);
    if (choice.report.empty()) {
        std::fputs(text.c_str(), stdout);
    } else {
        std::ofstream file(choice.report);
        file << text;
        if (!file.flush())
            throw Failure(ExitCode::usage, "--report '" + choice.report + "': cannot be written");
    }
    return report.passed() ? ExitCode::ok : ExitCode::check_failed;
}

}  // namespace

void add_plugin_check(Arguments &plugin, Session &session) {
    auto choice = std::make_shared<Choice>();
    conformance::Options &options = choice->options;
    Arguments command = plugin.command("check", "Hold a plugin file against the contract");
    command.positional("FILE", options.file, "The plugin, a shared object", false);
    command.option("--seed", choice->seed, "Of everything random (default 1)");
    command.option("--only", choice->only, "Checks to run, divided by commas");
    command.option("--skip", choice->skip, "Checks to leave out, divided by commas");
    command.option("--op", options.op, "Only this operation: gemm or lai.gemm/1");
    command.option("--variant", options.variant, "Only the variant of this name");
    command.option("--dtype", options.dtype, "Only these element types, letters out of sdcz");
    command.option("--case", choice->only_case, "Only the case with this number");
    command.option("--cases", choice->cases,
                   "Random calls a variant and element type, in each check (default 12)");
    command.option("--options", options.options_json, "The plugin's options as JSON (YAML plugins.<id>)");
    command.option("--cost-limit", options.cost_limit,
                   "Largest geometric mean of predicted against measured time, or the inverse (default 2)");
    command.option("--timeout", options.timeout, "Seconds for one check (default 120)");
    command.choice("--format", choice->format, {"text", "json", "junit"}, "Of the report (default text)");
    command.option("--report", choice->report, "Write the report to this file");
    command.flag("--list", choice->list, "List the checks");
    command.run([&session, choice] { return check(session, *choice); });
}

}  // namespace lapack_ai::cli
