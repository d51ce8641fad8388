#include "what_if.hpp"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <set>

#include "session.hpp"
#include "text.hpp"

namespace lapack_ai::cli {

namespace {

using nlohmann::json;

// A saving worth a line of configuration, of an op's time and of all time.
constexpr double worth_of_op = 0.05, worth_of_all = 0.01;

lai_request request_of(const RecordedCalls &c) {
    lai_request request{};
    request.size = sizeof request;
    request.layout = LAI_LAYOUT_COL;
    request.op = c.op.c_str();
    request.dtype = c.dtype;
    request.dims = c.dims.data();
    request.dim_count = static_cast<std::uint32_t>(c.dims.size());
    request.flags = c.flags.c_str();
    request.flag_count = static_cast<std::uint32_t>(c.flags.size());
    request.batch = c.batch;
    return request;
}

// The candidates of a call that can run, by plugin; `chosen` is the ranking's pick.
struct Ranked {
    std::string chosen;
    double chosen_seconds = 0;
    std::map<std::string, double> seconds;
};

Ranked rank(lai_context *context, const RecordedCalls &c) {
    const lai_request request = request_of(c);
    lai_call_options options{};
    options.size = sizeof options;
    options.threads = static_cast<std::int32_t>(c.threads);
    const std::string text = text_of([&](char *buffer, std::size_t capacity) {
        return lai_explain(context, &request, &options, LAI_FORMAT_JSON, buffer, capacity);
    });
    const json ranking = json::parse(text, nullptr, false);
    Ranked result;
    if (!ranking.is_object()) return result;
    const double count = static_cast<double>(c.count);
    for (const json &candidate : ranking.value("candidates", json::array())) {
        const std::string reason = string_or_empty(candidate, "reason");
        const bool chosen = candidate.value("chosen", false);
        const double seconds = number_or(candidate, "predicted_seconds", 0) * count;
        if (!chosen && reason != "SLOWER") continue;
        const std::string backend = string_or_empty(candidate, "backend");
        if (chosen) {
            result.chosen = backend;
            result.chosen_seconds = seconds;
        }
        const auto [known, first] = result.seconds.emplace(backend, seconds);
        if (!first) known->second = std::min(known->second, seconds);
    }
    return result;
}

// Seconds of one call on a backend; negative: it would not run it.
double measure(lai_context *context, const RecordedCalls &c, const std::string &backend) {
    constexpr int repeats = 3;
    const lai_request request = request_of(c);
    lai_call_options options{};
    options.size = sizeof options;
    options.backend = backend.c_str();
    options.threads = static_cast<std::int32_t>(c.threads);
    double seconds = 0;
    return lai_measure(context, &request, &options, repeats, &seconds) == 0 ? seconds : -1;
}

// Measures in the order of what the calls took, until the budget is spent.
void measure_all(WhatIf &result, const WhatIfOptions &options) {
    std::vector<PricedCalls *> order;
    for (PricedCalls &line : result.lines) order.push_back(&line);
    std::sort(order.begin(), order.end(), [](const PricedCalls *a, const PricedCalls *b) {
        return a->calls->total_seconds > b->calls->total_seconds;
    });
    const auto begin = std::chrono::steady_clock::now();
    const auto elapsed = [&] {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    };
    for (PricedCalls *line : order) {
        const double count = static_cast<double>(line->calls->count);
        double expected = 0;
        for (const auto &[backend, seconds] : line->backends) expected += 5 * seconds / count;
        if (elapsed() + expected > options.budget_seconds) {
            result.cut_short = true;
            continue;
        }
        if (options.progress) options.progress(elapsed() / options.budget_seconds);
        std::map<std::string, double> measured;
        for (const auto &[backend, seconds] : line->backends) {
            const double one = measure(options.everything, *line->calls, backend);
            if (one >= 0) measured[backend] = one * count;
        }
        if (measured.empty()) continue;
        line->backends = measured;
        line->measured = true;
        if (const auto found = measured.find(line->chosen); found != measured.end())
            line->chosen_seconds = found->second;
    }
}

double best_of(const PricedCalls &line, const std::set<std::string> &allowed) {
    double best = line.chosen_seconds;
    for (const auto &[backend, seconds] : line.backends)
        if (allowed.contains(backend)) best = std::min(best, seconds);
    return best;
}

// Plugins worth switching on, one after the other, the most useful first; what the ranking would then pick is
// taken for the best that is on.
void advise_plugins(WhatIf &result) {
    std::set<std::string> on;
    double seconds = result.configured_seconds;
    for (;;) {
        std::string best;
        double best_seconds = seconds * (1 - worth_of_all);
        for (const std::string &candidate : result.off) {
            if (on.contains(candidate)) continue;
            std::set<std::string> tried = on;
            tried.insert(candidate);
            double all = 0;
            for (const PricedCalls &line : result.lines) all += best_of(line, tried);
            if (all < best_seconds) {
                best = candidate;
                best_seconds = all;
            }
        }
        if (best.empty()) break;
        on.insert(best);
        seconds = best_seconds;
        result.advice.enable.push_back(best);
    }
    result.advice.seconds = seconds;
}

// Ops for which one backend that is on beats what the configuration picks, call by call, in sum.
void advise_pins(WhatIf &result) {
    std::map<std::string, std::vector<const PricedCalls *>> by_op;
    for (const PricedCalls &line : result.lines) by_op[line.calls->op].push_back(&line);
    const std::set<std::string> on(result.advice.enable.begin(), result.advice.enable.end());
    const std::set<std::string> off(result.off.begin(), result.off.end());
    for (const auto &[op, lines] : by_op) {
        double now = 0;
        std::map<std::string, double> pinned;
        std::set<std::string> names;
        for (const PricedCalls *line : lines) {
            now += best_of(*line, on);
            for (const auto &[backend, seconds] : line->backends)
                if (!off.contains(backend) || on.contains(backend)) names.insert(backend);
        }
        for (const std::string &name : names)
            for (const PricedCalls *line : lines) {
                // Where a pinned backend cannot run, the ranking goes on as ever.
                const auto found = line->backends.find(name);
                pinned[name] += found != line->backends.end() ? found->second : best_of(*line, on);
            }
        const auto best = std::min_element(pinned.begin(), pinned.end(),
                                           [](const auto &a, const auto &b) { return a.second < b.second; });
        if (best == pinned.end()) continue;
        const double saved = now - best->second;
        if (saved < worth_of_op * now || saved < worth_of_all * result.configured_seconds) continue;
        result.advice.pin[op] = best->first;
        result.advice.seconds -= saved;
    }
}

std::string yaml_of(const Advice &advice) {
    std::string text;
    if (!advice.enable.empty()) {
        text += "plugins:\n";
        for (const std::string &id : advice.enable) text += "  " + id + ": {enabled: true}\n";
    }
    if (!advice.pin.empty()) {
        text += "dispatch:\n  pin:\n";
        for (const auto &[op, backend] : advice.pin) text += "    " + op + ": " + backend + "\n";
    }
    return text;
}

}  // namespace

WhatIf price(const CallRecord &record, const WhatIfOptions &options) {
    WhatIf result;
    result.off = options.off;
    for (const RecordedCalls &c : record.calls) {
        const Ranked configured = rank(options.configured, c);
        PricedCalls line;
        line.calls = &c;
        line.chosen = configured.chosen;
        line.chosen_seconds = configured.chosen_seconds;
        line.backends = configured.seconds;
        if (options.everything != options.configured)
            for (const auto &[backend, seconds] : rank(options.everything, c).seconds)
                line.backends.emplace(backend, seconds);
        result.lines.push_back(std::move(line));
    }
    if (options.measure) measure_all(result, options);

    std::set<std::string> names;
    for (const PricedCalls &line : result.lines) {
        result.recorded_seconds += line.calls->total_seconds;
        result.configured_seconds += line.chosen_seconds;
        for (const auto &[backend, seconds] : line.backends) names.insert(backend);
    }
    for (const std::string &name : names)
        for (const PricedCalls &line : result.lines) {
            const auto found = line.backends.find(name);
            result.alone[name] += found != line.backends.end() ? found->second : line.chosen_seconds;
        }
    advise_plugins(result);
    advise_pins(result);
    result.advice.yaml = yaml_of(result.advice);
    return result;
}

}  // namespace lapack_ai::cli
