// lapack-ai replay t.json [--config X] [--measure]: what the calls of a recording would cost on each backend
// under a configuration, and the YAML that gets the best of it.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>

#include "call_record.hpp"
#include "commands.hpp"
#include "exit_code.hpp"
#include "text.hpp"
#include "what_if.hpp"

namespace lapack_ai::cli {

namespace {

using json = nlohmann::ordered_json;

struct Options {
    std::string file, yaml;
    bool measure = false;
    double budget = 60;
};

// A context with every plugin on, and which of them are off in the user's.
class Everything {
  public:
    explicit Everything(Session &session) {
        const auto info = nlohmann::json::parse(session.document("plugins"), nullptr, false);
        const nlohmann::json &list = info.is_object() && info.contains("plugins") ? info["plugins"] : info;
        std::vector<std::string> paths;
        if (list.is_array())
            for (const auto &plugin : list)
                if (string_or_empty(plugin, "state") == "disabled")
                    off_.push_back(string_or_empty(plugin, "id"));
        if (off_.empty()) return;
        const lai_context_options base = session.context_options();
        std::vector<lai_override> overrides(base.overrides, base.overrides + base.override_count);
        for (const std::string &id : off_) paths.push_back("plugins." + id + ".enabled");
        for (const std::string &path : paths)
            overrides.push_back({sizeof(lai_override), 0, path.c_str(), "true", "lapack-ai replay"});
        lai_context_options options = base;
        options.overrides = overrides.data();
        options.override_count = static_cast<std::uint32_t>(overrides.size());
        if (lai_context_create(&options, &context_) != 0) {
            remark_ = std::string("plugins that are off are not considered: ") + lai_last_error();
            off_.clear();
            context_ = nullptr;
        }
    }
    ~Everything() { lai_context_destroy(context_); }
    Everything(const Everything &) = delete;
    Everything &operator=(const Everything &) = delete;

    lai_context *context() const { return context_; }
    const std::vector<std::string> &off() const { return off_; }
    const std::string &remark() const { return remark_; }

  private:
    lai_context *context_ = nullptr;
    std::vector<std::string> off_;
    std::string remark_;
};

std::string shape_of(const RecordedCalls &c) {
    std::string text;
    for (const std::int64_t dim : c.dims) text += (text.empty() ? "" : "x") + std::to_string(dim);
    if (!c.flags.empty()) text += " " + c.flags;
    if (c.batch != 1) text += fmt::format(" batch {}", c.batch);
    return text;
}

// The backend with the least time; empty: none.
std::string best_of(const PricedCalls &line) {
    const auto best = std::min_element(line.backends.begin(), line.backends.end(),
                                       [](const auto &a, const auto &b) { return a.second < b.second; });
    return best != line.backends.end() ? best->first : "";
}

json json_of(const CallRecord &record, const WhatIf &result, const Options &options,
             const std::vector<std::string> &remarks) {
    json lines = json::array();
    for (const PricedCalls &line : result.lines) {
        const RecordedCalls &c = *line.calls;
        lines.push_back({{"op", c.op},
                         {"dtype", std::string(1, dtype_letter(c.dtype))},
                         {"dims", c.dims},
                         {"flags", c.flags},
                         {"batch", c.batch},
                         {"count", c.count},
                         {"recorded_backend", c.backend},
                         {"recorded_seconds", c.total_seconds},
                         {"chosen", line.chosen},
                         {"chosen_seconds", line.chosen_seconds},
                         {"backends", line.backends},
                         {"measured", line.measured}});
    }
    return json{{"command", "replay"},
                {"file", options.file},
                {"program", record.program},
                {"machine", record.machine},
                {"recorded_seconds", result.recorded_seconds},
                {"configured_seconds", result.configured_seconds},
                {"backends", result.alone},
                {"off", result.off},
                {"advice",
                 {{"seconds", result.advice.seconds},
                  {"enable", result.advice.enable},
                  {"pin", result.advice.pin},
                  {"yaml", result.advice.yaml}}},
                {"cut_short", result.cut_short},
                {"remarks", remarks},
                {"calls", lines}};
}

void print(const CallRecord &record, const WhatIf &result, const Options &options,
           const std::vector<std::string> &remarks) {
    constexpr std::size_t shown = 15;
    std::int64_t calls = 0;
    for (const RecordedCalls &c : record.calls) calls += c.count;
    const char *how = options.measure ? "measured here" : "predicted";
    std::printf("recorded   %s: %lld calls of %zu kinds, %s%s%s\n",
                record.program.empty() ? "a program" : record.program.c_str(), static_cast<long long>(calls),
                record.calls.size(), seconds_text(result.recorded_seconds).c_str(),
                record.machine.empty() ? "" : " on ", record.machine.c_str());
    std::printf("configured %s (%s)\n", seconds_text(result.configured_seconds).c_str(), how);

    std::printf("\n  %-18s %12s %12s   with it wherever it can run\n", "backend", how, "saves");
    std::vector<std::pair<double, std::string>> backends;
    for (const auto &[name, seconds] : result.alone) backends.emplace_back(seconds, name);
    std::sort(backends.begin(), backends.end());
    for (const auto &[seconds, name] : backends) {
        const bool off = std::find(result.off.begin(), result.off.end(), name) != result.off.end();
        const double saved = result.configured_seconds - seconds;
        const std::string saving = saved >= 0 ? seconds_text(saved) : "-" + seconds_text(-saved);
        std::printf("  %-18s %12s %12s%s\n", name.c_str(), seconds_text(seconds).c_str(),
                    saved == 0 ? "0" : saving.c_str(), off ? "   (off)" : "");
    }

    std::vector<const PricedCalls *> order;
    for (const PricedCalls &line : result.lines) order.push_back(&line);
    std::sort(order.begin(), order.end(), [](const PricedCalls *a, const PricedCalls *b) {
        return a->calls->total_seconds > b->calls->total_seconds;
    });
    std::printf("\n  %-10s %-24s %9s %11s  %-16s %11s  %-16s %11s\n", "call", "shape", "count", "recorded",
                "configured", "time", "best", "time");
    for (std::size_t i = 0; i < std::min(shown, order.size()); ++i) {
        const PricedCalls &line = *order[i];
        const std::string best = best_of(line);
        std::printf("  %-10s %-24s %9lld %11s  %-16s %11s  %-16s %11s\n",
                    (std::string(1, dtype_letter(line.calls->dtype)) + line.calls->op).c_str(),
                    shape_of(*line.calls).c_str(), static_cast<long long>(line.calls->count),
                    seconds_text(line.calls->total_seconds).c_str(),
                    line.chosen.empty() ? "nothing" : line.chosen.c_str(),
                    seconds_text(line.chosen_seconds).c_str(), best.c_str(),
                    best.empty() ? "-" : seconds_text(line.backends.at(best)).c_str());
    }
    if (order.size() > shown) std::printf("  ... and %zu more\n", order.size() - shown);
    for (const std::string &remark : remarks) std::printf("note: %s\n", remark.c_str());
    if (result.advice.yaml.empty()) {
        std::printf("\nThe configuration is as good as any.\n");
        return;
    }
    std::printf("\n# %s instead of %s (%s)\n%s", seconds_text(result.advice.seconds).c_str(),
                seconds_text(result.configured_seconds).c_str(), how, result.advice.yaml.c_str());
}

ExitCode run(Session &session, const Options &options) {
    if (!(options.budget > 0)) throw Failure(ExitCode::usage, "--budget: must be a number of seconds > 0");
    const CallRecord record = read_call_record(options.file);
    lai_context *configured = session.context();
    const Everything everything(session);
    WhatIfOptions wanted;
    wanted.configured = configured;
    wanted.everything = everything.context() != nullptr ? everything.context() : configured;
    wanted.off = everything.off();
    wanted.measure = options.measure;
    wanted.budget_seconds = options.budget;
    const bool terminal = isatty(STDERR_FILENO) != 0 && !session.json();
    if (terminal)
        wanted.progress = [](double share) {
            std::fprintf(stderr, "\rmeasuring: %3.0f %% of the budget", 100 * std::min(share, 1.0));
        };
    const WhatIf result = price(record, wanted);
    if (terminal && options.measure) std::fprintf(stderr, "\r%40s\r", "");

    std::vector<std::string> remarks = record.remarks;
    if (!everything.remark().empty()) remarks.push_back(everything.remark());
    if (record.lost > 0)
        remarks.push_back(
            fmt::format("{} calls are missing: they had more shapes than a recording holds", record.lost));
    if (result.cut_short)
        remarks.push_back("--budget ended: what was not measured is predicted, which mixes two scales");
    if (session.json())
        std::printf("%s\n", json_of(record, result, options, remarks)
                                .dump(2, ' ', false, json::error_handler_t::replace)
                                .c_str());
    else
        print(record, result, options, remarks);
    if (!options.yaml.empty()) {
        std::ofstream stream(options.yaml);
        stream << result.advice.yaml;
        if (!stream.flush()) throw Failure(ExitCode::bad_input, options.yaml + ": cannot be written");
    }
    return ExitCode::ok;
}

}  // namespace

void add_replay_command(Arguments &root, Session &session) {
    const auto options = std::make_shared<Options>();
    Arguments command = root.command(
        "replay", "What a recording's calls would cost on each backend, and the YAML for the best");
    command.positional("RECORDING", options->file, "A file that `lapack-ai record` wrote");
    command.flag("--measure", options->measure,
                 "Measure on this machine, on made-up matrices of those shapes");
    command.option("--budget", options->budget, "Seconds to spend on measuring (default 60)");
    command.option("--yaml", options->yaml, "Write the YAML here too");
    command.run([options, &session] { return run(session, *options); });
}

}  // namespace lapack_ai::cli
