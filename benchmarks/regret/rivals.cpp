#include "rivals.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <limits>
#include <stdexcept>
#include <thread>

#include "base/error.hpp"
#include "cost/learned_model.hpp"
#include "dispatch/engine.hpp"
#include "metrics/process_recorder.hpp"
#include "support/figures.hpp"

namespace lapack_ai::bench {
namespace {

using namespace core;
using Clock = std::chrono::steady_clock;

constexpr double unable = std::numeric_limits<double>::infinity();
// Of a short call so many are timed together that reading the clock does not matter.
constexpr double shortest_sample = 5e-6;
constexpr int most_turns = 400, most_rounds = 21, least_rounds = 3;
// A rival that is this much slower than the best is measured once a sample.
constexpr double hopeless = 8;

double since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

CallOptions forced(const Rival &rival) {
    CallOptions options;
    options.backend = rival.plugin.c_str();
    options.variant = rival.variant.c_str();
    options.accuracy = LAI_ACCURACY_MIXED;
    options.fallback = static_cast<int>(FallbackMode::strict);
    return options;
}

// Seconds of one call, mean of `turns`; `computing` gets the backend's part.
double sample(Dispatcher &dispatcher, PlacedCall &call, const CallOptions &options, int turns,
              double *computing = nullptr) {
    double total = 0, inside = 0;
    if (!call.overwrites()) {
        const auto start = Clock::now();
        for (int i = 0; i < turns; ++i) inside += dispatcher.run(call.call(), options).actual_seconds;
        total = since(start);
    } else {
        for (int i = 0; i < turns; ++i) {
            call.reset();
            const auto start = Clock::now();
            inside += dispatcher.run(call.call(), options).actual_seconds;
            total += since(start);
        }
    }
    if (computing != nullptr) *computing = inside / turns;
    return total / turns;
}

struct Contestant {
    CallOptions options;
    double pilot = unable;
    int turns = 1;
    std::vector<double> samples[2], computing;
};

}  // namespace

Library::Library(std::vector<Override> settings) {
    RuntimeOptions options;
    options.load = [](const LoadOptions &given) {
        LoadOptions with_schemas = given;
        with_schemas.plugin_schemas = plugin_option_schemas(*load_settings(given));
        return load_settings(with_schemas);
    };
    options.cost_model = std::make_shared<LearnedModel>();
    options.recorder = &process_recorder();
    runtime_ = std::make_unique<Runtime>(std::move(options));
    const auto bin = std::filesystem::read_symlink("/proc/self/exe").parent_path();
    const std::string plugins = (bin.parent_path() / "lib/lapack_ai/plugins").string();
    LoadOptions load;
    load.overrides = {{"plugin_search_paths", "[" + plugins + "]", "bench"},
                      {"probe.enabled", "false", "bench"}};
    load.overrides.insert(load.overrides.end(), settings.begin(), settings.end());
    context_ = runtime_->make_context(load);
}

Residence Library::device_memory() {
    const View &view = static_cast<Engine &>(dispatcher()).view();
    for (const auto &offering : view.registry->offerings())
        if (offering->memory != nullptr) return {offering->memory, offering->memory_space};
    throw std::runtime_error("no plugin offers a device's memory");
}

void Library::settle() {
    std::this_thread::sleep_for(std::chrono::milliseconds(60));  // it looks every 20 ms
}

std::vector<Rival> find_rivals(Dispatcher &dispatcher, const std::vector<CalibrationCase> &shapes,
                               const Residence &residence) {
    std::vector<Rival> rivals;
    for (const CalibrationCase &shape : shapes) {
        PlacedCall call(shape, residence);
        for (const Candidate &c : dispatcher.explain(call.call(), {}).candidates)
            if ((c.reason == LAI_REASON_CHOSEN || c.reason == LAI_REASON_SLOWER) &&
                index_of(rivals, c.plugin, c.variant) < 0)
                rivals.push_back({c.plugin, c.variant, c.device});
    }
    return rivals;
}

int index_of(const std::vector<Rival> &rivals, const std::string &plugin, const std::string &variant) {
    const auto found = std::find_if(rivals.begin(), rivals.end(), [&](const Rival &rival) {
        return rival.plugin == plugin && rival.variant == variant;
    });
    return found == rivals.end() ? -1 : static_cast<int>(found - rivals.begin());
}

ShapeTimes time_shape(Dispatcher &dispatcher, const CalibrationCase &shape, const std::vector<Rival> &rivals,
                      double seconds, const Residence &residence) {
    PlacedCall call(shape, residence);
    std::vector<Contestant> all(rivals.size() + 1);  // the last is the dispatcher's own choice
    double best = unable, round = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (i < rivals.size()) all[i].options = forced(rivals[i]);
        try {
            const double first = sample(dispatcher, call, all[i].options, 1);
            all[i].pilot = first > 0.02 ? first : sample(dispatcher, call, all[i].options, 1);
        } catch (const Error &) {
            continue;  // cannot run it
        }
        best = std::min(best, all[i].pilot);
    }
    for (Contestant &one : all) {
        one.turns = std::clamp(static_cast<int>(shortest_sample / one.pilot), 1, most_turns);
        if (one.pilot < hopeless * best) round += one.pilot * one.turns;
    }
    const int rounds = std::clamp(static_cast<int>(seconds / (2 * round)), least_rounds, most_rounds);
    for (int r = 0; r < 2 * rounds; ++r)
        for (std::size_t i = 0; i < all.size(); ++i) {
            // The order turns, so that nobody always follows the same neighbour.
            Contestant &one = all[(i + static_cast<std::size_t>(r)) % all.size()];
            const bool slow = one.pilot >= hopeless * best;
            if (!std::isfinite(one.pilot) || (slow && r >= 2)) continue;
            double computing = one.pilot;
            one.samples[r % 2].push_back(slow && one.pilot > 0.02
                                             ? one.pilot
                                             : sample(dispatcher, call, one.options, one.turns, &computing));
            if (r % 2 == 1) one.computing.push_back(computing);
        }
    ShapeTimes times;
    for (std::size_t i = 0; i < rivals.size(); ++i) {
        times.oracle.push_back(all[i].samples[0].empty() ? unable : median(all[i].samples[0]));
        times.judge.push_back(all[i].samples[1].empty() ? unable : median(all[i].samples[1]));
        times.computing.push_back(all[i].computing.empty() ? unable : median(all[i].computing));
    }
    std::vector<double> both = all.back().samples[0];
    both.insert(both.end(), all.back().samples[1].begin(), all.back().samples[1].end());
    times.dispatched = median(both);
    return times;
}

std::optional<Speedup> time_pair(Dispatcher &dispatcher, const CalibrationCase &shape, const Rival &fast,
                                 const Rival &slow, double seconds, double cap_seconds, std::string &reason) {
    PlacedCall call(shape, {});
    const CallOptions options[2] = {forced(fast), forced(slow)};
    double pilot[2];
    int turns[2];
    for (const int i : {0, 1}) {
        // Predicted first: what would take minutes is not begun.
        const double predicted =
            dispatcher.explain(call.call(), options[i]).candidates.front().predicted_seconds;
        if (predicted > 3 * cap_seconds) {
            reason =
                "a call would take about " + std::to_string(std::lround(predicted)) + " s: beyond the cap";
            return {};
        }
        pilot[i] = sample(dispatcher, call, options[i], 1);
        if (pilot[i] > cap_seconds) {
            reason = "a call takes " + std::to_string(std::lround(pilot[i])) + " s: beyond the cap";
            return {};
        }
        turns[i] = std::clamp(static_cast<int>(1e-3 / pilot[i]), 1, most_turns);
    }
    std::vector<double> logs;
    const auto start = Clock::now();
    while (logs.size() < 3 || (since(start) < seconds && logs.size() < 201)) {
        double taken[2];
        // The order turns, so that going second costs neither side.
        for (const int step : {0, 1}) {
            const int i = (step + static_cast<int>(logs.size())) % 2;
            taken[i] = sample(dispatcher, call, options[i], turns[i]);
        }
        logs.push_back(std::log(taken[1] / taken[0]));
    }
    Speedup result;
    result.pairs = static_cast<long>(logs.size());
    const double middle = median(logs);
    result.ratio = std::exp(middle);
    std::vector<double> deviations;
    for (const double one : logs) deviations.push_back(std::fabs(one - middle));
    // Of a median; 1.48 turns a median deviation into a standard one.
    result.noise = 1.25 * 1.48 * median(deviations) / std::sqrt(static_cast<double>(logs.size()));
    return result;
}

}  // namespace lapack_ai::bench
