#include "runtime/calibration.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <set>
#include <sstream>

#include "base/error.hpp"
#include "dispatch/workload.hpp"
#include "runtime/profile_binding.hpp"
#include "runtime/runtime_impl.hpp"

namespace lapack_ai::core {

namespace {

using std::chrono::steady_clock;

// A variant this many times slower than the best one, and slow enough to matter, is measured once and not
// again.
constexpr double hopeless_ratio = 30, hopeless_seconds = 0.05;
constexpr double most_bytes = 2e9;
// Of a short call so many make one sample that the clock's own time does not matter.
constexpr double shortest_sample = 5e-6;
constexpr int most_turns = 64;
// Calls longer than this are slow enough that the first one counts, and fewer are enough.
constexpr double slow_seconds = 1, slowish_seconds = 0.2;
constexpr std::size_t slowish_repeats = 3;

std::string describe(const CalibrationCase &one) {
    std::string text = one.op + " ";
    for (std::size_t i = 0; i < one.dims.size(); ++i) text += (i ? "x" : "") + std::to_string(one.dims[i]);
    return one.batch > 1 ? text + " x " + std::to_string(one.batch) : text;
}

std::string job_text(std::uint64_t jobs) {
    std::string text;
    for (; jobs != 0; jobs >>= 8) text.insert(text.begin(), static_cast<char>(jobs & 0xff));
    return text;
}

// Cases of all ops side by side, little work first, so that a short budget covers every op.
std::vector<CalibrationCase> chosen_cases(const CalibrationOptions &options, const View &view) {
    std::vector<std::string> ops = options.ops;
    if (ops.empty())
        for (const Op *op : OpTable::instance().all())
            if (!view.standings(op->number).empty() && op->schema->id == "lai." + op->short_name + "/1")
                ops.push_back(op->short_name);
    const std::vector<std::string> dtypes =
        options.dtypes.empty() ? std::vector<std::string>{"d"} : options.dtypes;
    std::vector<CalibrationCase> cases;
    for (const std::string &op : ops)
        for (const std::string &dtype : dtypes) {
            if (profile_dtype_of(dtype) == LAI_DTYPE_NONE)
                throw Error(ErrorKind::usage, "calibrate: dtype '" + dtype + "' must be s, d, c or z");
            const auto more = calibration_cases(op, profile_dtype_of(dtype));
            cases.insert(cases.end(), more.begin(), more.end());
        }
    const auto volume = [](const CalibrationCase &one) {
        double product = static_cast<double>(one.batch);
        for (const std::int64_t dim : one.dims)
            product *= static_cast<double>(std::max<std::int64_t>(dim, 1));
        return std::pow(product, 1.0 / static_cast<double>(std::max<std::size_t>(one.dims.size(), 1)));
    };
    std::stable_sort(cases.begin(), cases.end(),
                     [&volume](const auto &a, const auto &b) { return volume(a) < volume(b); });
    return cases;
}

// A variant that is measured on one case.
struct Entrant {
    const RegisteredVariant *variant = nullptr;
    CallOptions options;
    ProfilePart key;
    ProfilePoint point;
    std::string series;   // what "hopeless" is said of
    double expected = 0;  // seconds of a call
    int turns = 1;
    std::vector<double> samples;

    bool enough() const {
        return (expected > slow_seconds && !samples.empty()) ||
               (expected > slowish_seconds && samples.size() >= slowish_repeats);
    }
};

class Calibrator {
  public:
    Calibrator(Dispatcher &dispatcher, const View &view, const PluginSet &plugins,
               const CalibrationOptions &options, CalibrationResult &result)
        : dispatcher_(dispatcher), view_(view), plugins_(plugins), options_(options), result_(result) {}

    void run(const std::vector<CalibrationCase> &cases) {
        for (const CalibrationCase &one : cases) {
            if (stopped_ || left() <= 0) return;
            MeasuredCall measured(one);
            if (measured.bytes() > most_bytes) continue;
            measured.call().thread_budget = view_.threads;
            measure(one, measured, entrants_of(one, measured));
        }
    }
    double elapsed() const { return std::chrono::duration<double>(steady_clock::now() - begin_).count(); }

  private:
    double left() const { return options_.budget_seconds - elapsed(); }

    // Who could run the case and is not hopeless. Those that the profile knows already are skipped.
    std::vector<Entrant> entrants_of(const CalibrationCase &one, MeasuredCall &measured) {
        const Op &op = *OpTable::instance().find(one.op);
        const Workload workload = workload_of(op, measured.call());
        std::vector<Entrant> entrants;
        best_ = 0;
        for (const Standing &standing : view_.standings(op.number)) {
            const RegisteredVariant &v = *standing.variant;
            Entrant e;
            e.variant = &v;
            e.options.backend = v.key.plugin;
            e.options.variant = v.key.variant;
            e.options.accuracy = LAI_ACCURACY_MIXED;
            e.options.fallback = static_cast<int>(FallbackMode::strict);
            e.series = v.label + " " + one.op + " " + one.flags;
            const auto entry = std::find_if(
                plugins_.entries().begin(), plugins_.entries().end(),
                [&v](const PluginSet::Entry &each) { return each.loaded->id == v.plugin && each.offering; });
            if (entry == plugins_.entries().end() || hopeless_.contains(e.series)) continue;
            const Ranking ranking = dispatcher_.explain(measured.call(), e.options);
            const Candidate &first = ranking.candidates.front();
            if (first.reason != LAI_REASON_CHOSEN || first.plugin != v.plugin || first.variant != v.name)
                continue;
            const double own =
                first.cost.setup_seconds + first.cost.transfer_seconds + first.cost.compute_seconds;
            e.expected = first.predicted_seconds;
            e.point = {workload.flops, workload.place, own > 0 ? own : e.expected, 0, 0};
            e.key = profile_key(*entry->loaded, v, one.dtype, job_text(workload.jobs), view_.threads);
            if (known(e)) {
                ++result_.skipped;
                continue;
            }
            entrants.push_back(std::move(e));
        }
        return entrants;
    }

    bool known(const Entrant &e) {
        const ProfilePart *part = result_.profile.find(e.key);
        if (part == nullptr) return false;
        const auto point = std::find_if(
            part->points.begin(), part->points.end(),
            [&e](const ProfilePoint &p) { return p.flops == e.point.flops && p.place == e.point.place; });
        if (point == part->points.end()) return false;
        best_ = best_ == 0 ? point->seconds : std::min(best_, point->seconds);
        return true;
    }

    // Seconds of one call, mean of e.turns.
    double sample(MeasuredCall &measured, const Entrant &e, int turns) {
        double total = 0;
        for (int i = 0; i < turns; ++i) {
            measured.reset();
            const auto begin = steady_clock::now();
            const Outcome outcome = dispatcher_.run(measured.call(), e.options);
            total += outcome.actual_seconds > 0
                         ? outcome.actual_seconds
                         : std::chrono::duration<double>(steady_clock::now() - begin).count();
        }
        return total / turns;
    }

    // All entrants in turn, round by round, so that a wandering clock and noisy neighbours meet all of them.
    void measure(const CalibrationCase &one, MeasuredCall &measured, std::vector<Entrant> entrants) {
        const std::string name = describe(one);
        std::erase_if(entrants, [&](Entrant &e) { return !warm_up(name, measured, e); });
        for (int round = 0; round < options_.repeats; ++round)
            for (std::size_t i = 0; i < entrants.size(); ++i) {
                Entrant &e = entrants[(i + static_cast<std::size_t>(round)) % entrants.size()];
                if (e.enough() || stopped_ || e.expected * e.turns > left()) continue;
                e.samples.push_back(sample(measured, e, e.turns));
            }
        for (Entrant &e : entrants) keep(e);
    }

    // The first call, which also tells how long the others will take; of a slow one it counts. False: not to
    // be measured.
    bool warm_up(const std::string &name, MeasuredCall &measured, Entrant &e) {
        if (stopped_ || 2 * e.expected > left()) return false;
        if (options_.progress && !options_.progress(std::min(1.0, elapsed() / options_.budget_seconds),
                                                    name + " on " + e.variant->label)) {
            stopped_ = true;
            return false;
        }
        try {
            e.expected = sample(measured, e, 1);
        } catch (const Error &error) {
            result_.remarks.push_back(name + " on " + e.variant->label + ": not measured: " + error.what());
            return false;
        }
        if (e.expected > slow_seconds) e.samples.push_back(e.expected);
        if (!measured.overwrites())
            e.turns =
                std::clamp(static_cast<int>(shortest_sample / std::max(e.expected, 1e-9)), 1, most_turns);
        return true;
    }

    void keep(Entrant &e) {
        if (e.samples.empty()) return;
        std::sort(e.samples.begin(), e.samples.end());
        const std::size_t n = e.samples.size();
        const double low = e.samples[n / 4], high = e.samples[std::min(n - 1, 3 * n / 4)];
        e.point.seconds = std::max(e.samples[n / 2], 1e-9);
        e.point.spread = low > 0 ? std::min(0.5 * std::log(high / low), 5.0) : 0.0;
        result_.profile.part(e.key).points.push_back(e.point);
        ++result_.measured;
        best_ = best_ == 0 ? e.point.seconds : std::min(best_, e.point.seconds);
        if (e.point.seconds > hopeless_seconds && e.point.seconds > hopeless_ratio * best_)
            hopeless_.insert(e.series);
    }

    Dispatcher &dispatcher_;
    const View &view_;
    const PluginSet &plugins_;
    const CalibrationOptions &options_;
    CalibrationResult &result_;
    const steady_clock::time_point begin_ = steady_clock::now();
    std::set<std::string> hopeless_;
    double best_ = 0;  // seconds of the fastest variant on the case at hand
    bool stopped_ = false;
};

}  // namespace

namespace {

// Lets backends tune themselves before they are measured, each within an equal part of a quarter of the
// budget.
void tune_backends(const std::vector<PluginSet::Entry> &entries, const CalibrationOptions &options,
                   CalibrationResult &result) {
    std::vector<const LoadedPlugin *> tunable;
    for (const PluginSet::Entry &entry : entries) {
        const lai_backend *backend = entry.offering != nullptr ? entry.loaded->backend : nullptr;
        if (backend != nullptr && LAI_HAS(backend, lai_backend, tune) && backend->tune != nullptr)
            tunable.push_back(entry.loaded.get());
    }
    const auto tell = [](void *user, double share, const char *what) {
        const auto &given = *static_cast<const CalibrationOptions *>(user);
        return given.progress(share / 4, std::string("tuning ") + what) ? 1 : 0;
    };
    for (const LoadedPlugin *plugin : tunable) {
        std::string summary(8192, '\0');
        const lai_status status = plugin->backend->tune(
            plugin->backend->self, options.budget_seconds / 4 / static_cast<double>(tunable.size()),
            options.progress ? +tell : nullptr, const_cast<CalibrationOptions *>(&options), summary.data(),
            summary.size());
        summary.resize(std::strlen(summary.c_str()));
        if (status != LAI_OK) {
            result.remarks.push_back(plugin->id + " was not tuned: " + summary);
            continue;
        }
        std::istringstream lines(summary);
        for (std::string line; std::getline(lines, line);)
            if (line.starts_with("chosen "))
                result.remarks.push_back(plugin->id + " tuned: " + line.substr(7));
    }
}

}  // namespace

CalibrationResult Context::calibrate(const CalibrationOptions &options) {
    CalibrationResult result;
    Runtime::Impl &runtime = *impl_->runtime;
    result.file = !options.file.empty() ? options.file : profile_file(settings()->cost_model.profile);
    if (result.file.empty())
        throw Error(ErrorKind::configuration,
                    "calibrate: cost_model.profile is none and there is no home folder: name a file");
    if (options.fresh)
        result.profile.machine = this_machine();
    else
        result.profile = read_profile(result.file, this_machine(), result.remarks);
    const View &view = impl_->engine.view();
    tune_backends(runtime.plugins.entries(), options, result);
    Calibrator calibrator(dispatcher(), view, runtime.plugins, options, result);
    calibrator.run(chosen_cases(options, view));
    std::erase_if(result.profile.parts, [](const ProfilePart &part) { return part.points.empty(); });
    write_profile(result.file, result.profile);
    result.seconds = calibrator.elapsed();
    const std::lock_guard lock(runtime.control);
    runtime.install_profile(*settings());
    return result;
}

}  // namespace lapack_ai::core
