// The main job: main_job FILE... reads matrices, solves and factorises each in every way that suits it, with
// every backend that can, and prints what the dispatcher predicted and chose, what each took, and how good
// each result is.
//
// It calls through lapack_ai.h, by way of the command line's Call, and measures residuals with the command
// line's own loops, which share nothing with any backend.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "call.hpp"
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

}  // namespace

int main(int argc, char **argv) {
    try {
        Session session;
        std::map<std::string, double> total;
        std::map<std::string, int> count;
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
                for (const Line &line : lines) {
                    if (!line.ran) continue;
                    total[line.backend] += line.seconds;
                    ++count[line.backend];
                    worst = std::max(worst, line.residual);
                    ++results;
                }
                const Line *const fastest = fastest_of(lines);
                if (fastest == nullptr) continue;
                ++choices;
                if (fastest->verdict == "chosen") ++good_choices;
            }
        }
        std::vector<std::pair<double, std::string>> order;
        for (const auto &[backend, seconds] : total) order.emplace_back(seconds, backend);
        std::sort(order.begin(), order.end());
        fmt::print("\nbackends by total time\n");
        for (std::size_t i = 0; i < order.size(); ++i)
            fmt::print("  {}. {:<22} {:>10}  {} operations\n", i + 1, order[i].second,
                       seconds_text(order[i].first), count[order[i].second]);
        fmt::print("\nthe fastest backend had been chosen in {} of {} operations\n", good_choices, choices);
        fmt::print("worst residual of {} results: {} (in units of eps times size)\n", results,
                   number_text(worst));
        return order.empty() ? 5 : 0;
    } catch (const std::exception &error) {
        std::fprintf(stderr, "main_job: error: %s\n", error.what());
        return 1;
    }
}
