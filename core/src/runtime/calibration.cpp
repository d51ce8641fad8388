#include "runtime/calibration.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <set>

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

struct Measured {
    double seconds = 0, spread = 0;
    bool valid = false;
};

Measured measure(Dispatcher &dispatcher, MeasuredCall &measured, const CallOptions &options, int repeats) {
    std::vector<double> times;
    for (int i = 0; i <= repeats; ++i) {
        measured.reset();
        const auto begin = steady_clock::now();
        const Outcome outcome = dispatcher.run(measured.call(), options);
        const double wall = std::chrono::duration<double>(steady_clock::now() - begin).count();
        const double seconds = outcome.actual_seconds > 0 ? outcome.actual_seconds : wall;
        if (i > 0 || seconds > 1) times.push_back(seconds);  // the first warms up; of slow ones it counts
        if (seconds > 1 || (seconds > 0.2 && times.size() >= 3)) break;
    }
    std::sort(times.begin(), times.end());
    const std::size_t n = times.size();
    const double low = times[n / 4], high = times[std::min(n - 1, 3 * n / 4)];
    return {std::max(times[n / 2], 1e-9), low > 0 ? 0.5 * std::log(high / low) : 0.0, true};
}

std::string describe(const CalibrationCase &one, const std::string &label) {
    std::string text = one.op + " ";
    for (std::size_t i = 0; i < one.dims.size(); ++i) text += (i ? "x" : "") + std::to_string(one.dims[i]);
    if (one.batch > 1) text += " x " + std::to_string(one.batch);
    return text + " on " + label;
}

std::string job_text(std::uint64_t jobs) {
    std::string text;
    for (; jobs != 0; jobs >>= 8) text.insert(text.begin(), static_cast<char>(jobs & 0xff));
    return text;
}

}  // namespace

CalibrationResult Context::calibrate(const CalibrationOptions &options) {
    CalibrationResult result;
    const auto begin = steady_clock::now();
    const auto elapsed = [begin] {
        return std::chrono::duration<double>(steady_clock::now() - begin).count();
    };
    Runtime::Impl &runtime = *impl_->runtime;
    result.file = !options.file.empty() ? options.file : profile_file(settings()->cost_model.profile);
    if (result.file.empty())
        throw Error(ErrorKind::configuration,
                    "calibrate: cost_model.profile is none and there is no home folder: name a file");
    if (options.fresh)
        result.profile.machine = this_machine();
    else
        result.profile = read_profile(result.file, this_machine(), result.remarks);

    // Cases of all ops side by side, small shapes first, so that a short budget covers every op.
    std::vector<CalibrationCase> cases;
    const View &view = impl_->engine.view();
    std::vector<std::string> ops = options.ops;
    if (ops.empty())
        for (const Op *op : OpTable::instance().all())
            if (!view.standings(op->number).empty() && op->schema->id == "lai." + op->short_name + "/1")
                ops.push_back(op->short_name);
    const std::vector<std::string> dtypes =
        options.dtypes.empty() ? std::vector<std::string>{"d"} : options.dtypes;
    for (const std::string &op : ops)
        for (const std::string &dtype : dtypes) {
            if (profile_dtype_of(dtype) == LAI_DTYPE_NONE)
                throw Error(ErrorKind::usage, "calibrate: dtype '" + dtype + "' must be s, d, c or z");
            const auto more = calibration_cases(op, profile_dtype_of(dtype));
            cases.insert(cases.end(), more.begin(), more.end());
        }
    std::stable_sort(cases.begin(), cases.end(), [](const CalibrationCase &a, const CalibrationCase &b) {
        return *std::max_element(a.dims.begin(), a.dims.end()) <
               *std::max_element(b.dims.begin(), b.dims.end());
    });

    std::set<std::string> hopeless;
    bool stopped = false;
    for (const CalibrationCase &one : cases) {
        if (stopped || elapsed() > options.budget_seconds) break;
        MeasuredCall measured(one);
        if (measured.bytes() > most_bytes) continue;
        const Op &op = *OpTable::instance().find(one.op);
        measured.call().thread_budget = view.threads;
        const Workload workload = workload_of(op, measured.call());
        double best = 0;
        for (const Standing &standing : view.standings(op.number)) {
            const RegisteredVariant &v = *standing.variant;
            CallOptions call_options;
            call_options.backend = v.key.plugin;
            call_options.variant = v.key.variant;
            call_options.accuracy = LAI_ACCURACY_MIXED;
            call_options.fallback = static_cast<int>(FallbackMode::strict);
            const Ranking ranking = dispatcher().explain(measured.call(), call_options);
            const auto candidate =
                std::find_if(ranking.candidates.begin(), ranking.candidates.end(), [&v](const Candidate &c) {
                    return c.plugin == v.plugin && c.variant == v.name &&
                           (c.reason == LAI_REASON_NONE || c.reason == LAI_REASON_CHOSEN);
                });
            if (candidate == ranking.candidates.end()) continue;
            const std::string label = v.plugin + (v.name.empty() ? "" : "/" + v.name);
            const std::string series = label + " " + one.op + " " + one.flags;
            const auto entry =
                std::find_if(runtime.plugins.entries().begin(), runtime.plugins.entries().end(),
                             [&v](const PluginSet::Entry &e) { return e.loaded->id == v.plugin; });
            if (entry == runtime.plugins.entries().end() || hopeless.contains(series)) continue;
            const double own = candidate->cost.setup_seconds + candidate->cost.transfer_seconds +
                               candidate->cost.compute_seconds;
            const double expected = candidate->predicted_seconds * (options.repeats + 1);
            if (elapsed() + std::min(expected, 3 * candidate->predicted_seconds) > options.budget_seconds)
                continue;
            ProfilePart &part = result.profile.part(
                profile_key(*entry->loaded, v, one.dtype, job_text(job_letters(op.number, workload.flags)),
                            view.threads));
            ProfilePoint point{workload.flops,
                               std::max(workload.smallest_dim, 1.0),
                               std::max(workload.aspect, 1.0),
                               own > 0 ? own : candidate->predicted_seconds,
                               0,
                               0};
            const auto known =
                std::find_if(part.points.begin(), part.points.end(), [&point](const ProfilePoint &p) {
                    return p.flops == point.flops && p.smallest_dim == point.smallest_dim &&
                           p.aspect == point.aspect;
                });
            if (known != part.points.end()) {
                ++result.skipped;
                best = best == 0 ? known->seconds : std::min(best, known->seconds);
                continue;
            }
            if (options.progress &&
                !options.progress(std::min(1.0, elapsed() / options.budget_seconds), describe(one, label))) {
                stopped = true;
                break;
            }
            try {
                const Measured got = measure(dispatcher(), measured, call_options, options.repeats);
                point.seconds = got.seconds;
                point.spread = std::min(got.spread, 5.0);
                part.points.push_back(point);
                ++result.measured;
                best = best == 0 ? got.seconds : std::min(best, got.seconds);
                if (got.seconds > hopeless_seconds && got.seconds > hopeless_ratio * best)
                    hopeless.insert(series);
            } catch (const Error &error) {
                result.remarks.push_back(describe(one, label) + ": not measured: " + error.what());
            }
        }
    }
    std::erase_if(result.profile.parts, [](const ProfilePart &part) { return part.points.empty(); });
    write_profile(result.file, result.profile);
    result.seconds = elapsed();
    const std::lock_guard lock(runtime.control);
    runtime.install_profile(*settings());
    return result;
}

}  // namespace lapack_ai::core
