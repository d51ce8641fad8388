// The main job: main_job FILE... reads matrices, solves and factorises each in every way that suits it, with
// every backend that can, and prints what the dispatcher predicted and chose, what each took, and how good
// each result is.
//
// It calls through lapack_ai.h, by way of the command line's Call, and measures residuals with the command
// line's own loops, which share nothing with any backend.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "call.hpp"
#include "exit_code.hpp"
#include "io/file.hpp"
#include "operations.hpp"
#include "residual.hpp"
#include "text.hpp"

namespace {

using namespace lapack_ai::cli;
using namespace lapack_ai::main_job;

constexpr int repetitions = 5;

struct Line {
    std::string backend, verdict;
    double predicted = 0, seconds = 0, residual = 0;
    bool ran = false;
};

// Ranks the backends for one operation, runs each that may, and keeps the best time of a few.
std::vector<Line> run_all(Session &session, const Operation &operation, const Matrix &A) {
    std::vector<Line> lines;
    const auto ranking = nlohmann::json::parse(operation.prepare(A).call.explain(session, LAI_FORMAT_JSON));
    for (const auto &candidate : ranking.at("candidates")) {
        Line line;
        line.backend = string_or_empty(candidate, "backend");
        // A backend with several variants is shown, and run, by its best one, which stands first.
        if (std::any_of(lines.begin(), lines.end(), [&](const Line &l) { return l.backend == line.backend; }))
            continue;
        line.predicted = number_or(candidate, "predicted_seconds", 0);
        line.verdict =
            candidate.value("chosen", false) ? "chosen" : string_or_empty(candidate, "reason_text");
        // Candidates that lost on time alone have a prediction and can be run; the others say why they
        // cannot.
        session.force_backend(line.backend);
        for (int i = 0; i < repetitions && line.predicted > 0; ++i) {
            Attempt attempt = operation.prepare(A);
            const CallReport report = attempt.call.run(session, false);
            if (report.info != 0) {
                line.verdict = fmt::format("INFO = {}", report.info);
                break;
            }
            line.seconds = line.ran ? std::min(line.seconds, report.seconds) : report.seconds;
            line.residual = attempt.residual(session);
            line.ran = true;
        }
        session.force_backend("");
        lines.push_back(line);
    }
    return lines;
}

// The line with the least time among those that ran; null when none did.
const Line *fastest_of(const std::vector<Line> &lines) {
    const Line *fastest = nullptr;
    for (const Line &line : lines)
        if (line.ran && (fastest == nullptr || line.seconds < fastest->seconds)) fastest = &line;
    return fastest;
}

void print(const std::string &operation, const std::vector<Line> &lines) {
    std::string label = operation;
    for (const Line &line : lines) {
        fmt::print("  {:<14} {:<22} {:>10} {:>10} {:>9}  {}\n", label, line.backend,
                   line.predicted > 0 ? seconds_text(line.predicted) : "-",
                   line.ran ? seconds_text(line.seconds) : "-", line.ran ? number_text(line.residual) : "-",
                   line.verdict);
        label.clear();
    }
}

// A backend over all operations that it ran.
struct Standing {
    int operations = 0, fastest = 0;
    double log_slowdown = 0;  // sum of log(time / fastest time)
    double slowdown() const { return std::exp(log_slowdown / operations); }
};

void print(const std::map<std::string, Standing> &standings) {
    std::vector<std::pair<std::string, Standing>> order(standings.begin(), standings.end());
    std::sort(order.begin(), order.end(),
              [](const auto &a, const auto &b) { return a.second.slowdown() < b.second.slowdown(); });
    fmt::print("\n  {:<3} {:<16} {:>10} {:>8}  {}\n", "", "backend", "operations", "fastest",
               "time against the fastest (geometric mean)");
    for (std::size_t i = 0; i < order.size(); ++i)
        fmt::print("  {:<3} {:<16} {:>10} {:>8}  {:.2f}\n", std::to_string(i + 1) + ".", order[i].first,
                   order[i].second.operations, order[i].second.fastest, order[i].second.slowdown());
}

}  // namespace

int main(int argc, char **argv) {
    try {
        Session session;
        std::map<std::string, Standing> standings;
        int results = 0, choices = 0, good_choices = 0;
        double worst = 0;
        for (int i = 1; i < argc; ++i) {
            const Matrix A = read_matrix(argv[i]);
            fmt::print("\n{}: {}{}\n", argv[i], shape_text(A), is_hermitian(A) ? ", symmetric" : "");
            fmt::print("  {:<14} {:<22} {:>10} {:>10} {:>9}  {}\n", "operation", "backend", "predicted",
                       "time", "residual", "verdict");
            for (const Operation &operation : operations()) {
                if (!operation.suits(A)) continue;
                const auto lines = run_all(session, operation, A);
                print(operation.name, lines);
                const Line *const fastest = fastest_of(lines);
                if (fastest == nullptr) continue;
                for (const Line &line : lines) {
                    if (!line.ran) continue;
                    Standing &standing = standings[line.backend];
                    ++standing.operations;
                    if (&line == fastest) ++standing.fastest;
                    standing.log_slowdown += std::log(line.seconds / fastest->seconds);
                    worst = std::max(worst, line.residual);
                    ++results;
                }
                ++choices;
                if (fastest->verdict == "chosen") ++good_choices;
            }
        }
        print(standings);
        fmt::print("\nthe fastest backend had been chosen in {} of {} operations\n", good_choices, choices);
        fmt::print("worst residual of {} results: {} (in units of eps times size)\n", results,
                   number_text(worst));
        return standings.empty() ? static_cast<int>(ExitCode::no_backend) : 0;
    } catch (const std::exception &error) {
        std::fprintf(stderr, "main_job: error: %s\n", error.what());
        return 1;
    }
}
