// How much the dispatcher's choices lose against the best choice, on shapes that it was not calibrated on:
// regret = t(chosen) / min over backends - 1. Among any set of plugins; by default OpenBLAS with all threads
// and with one, reference BLAS, and a simulated device of known speed whose own prediction is wrong by 3
// times either way while nothing is calibrated. Baselines: always one backend, the best static thresholds
// fitted on the calibration's shapes, and the oracle, which chooses by a sample of its own.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <stdexcept>

#include "learning.hpp"
#include "policies.hpp"
#include "runtime/profile_binding.hpp"
#include "shapes.hpp"
#include "support/figures.hpp"

namespace lapack_ai::bench {
namespace {

struct Options {
    std::string op = "gemm", dtype = "d";
    ShapeRange range;
    int shapes = 160;
    double calibration_seconds = 30, shape_seconds = 0.25;
    std::uint32_t seed = 1;
    bool throttled = true, resident = false, json = false, all = false;
    std::vector<core::Override> settings;
};

constexpr const char *usage =
    "usage: bench_regret [--op gemm] [--dtype d] [--low 1] [--high 768] [--shapes 160] [--budget 30]\n"
    "                    [--seconds 0.25] [--seed 1] [--no-throttled] [--resident] [--set KEY=VALUE]...\n"
    "                    [--all] [--json]\n"
    "  --low, --high  range of every dimension      --budget   seconds of calibration\n"
    "  --seconds      of timing, a shape            --set      a setting, e.g. dispatch.threads=16\n"
    "  --no-throttled without the simulated device  --all      print every shape\n"
    "  --resident     operands in the first device's memory\n";

Options parse(int count, char **words) {
    Options o;
    const auto value = [&](int &i) -> std::string {
        if (i + 1 >= count) throw std::invalid_argument(std::string(words[i]) + " needs a value\n" + usage);
        return words[++i];
    };
    for (int i = 1; i < count; ++i) {
        const std::string word = words[i];
        if (word == "--op")
            o.op = value(i);
        else if (word == "--dtype")
            o.dtype = value(i);
        else if (word == "--low")
            o.range.low = std::stod(value(i));
        else if (word == "--high")
            o.range.high = std::stod(value(i));
        else if (word == "--shapes")
            o.shapes = std::stoi(value(i));
        else if (word == "--budget")
            o.calibration_seconds = std::stod(value(i));
        else if (word == "--seconds")
            o.shape_seconds = std::stod(value(i));
        else if (word == "--seed")
            o.seed = static_cast<std::uint32_t>(std::stoul(value(i)));
        else if (word == "--no-throttled")
            o.throttled = false;
        else if (word == "--resident")
            o.resident = true;
        else if (word == "--all")
            o.all = true;
        else if (word == "--json")
            o.json = true;
        else if (word == "--set") {
            const std::string setting = value(i);
            const auto at = setting.find('=');
            if (at == std::string::npos)
                throw std::invalid_argument("--set " + setting + ": must be KEY=VALUE");
            o.settings.push_back({setting.substr(0, at), setting.substr(at + 1), "--set"});
        } else {
            throw std::invalid_argument(word == "--help" ? usage : "unknown option " + word + "\n" + usage);
        }
    }
    o.throttled = o.throttled && o.op == "gemm" && o.dtype == "d";
    return o;
}

// Settings of one library: the user's, the simulated device, and the profile's file ("none": no profile).
std::vector<core::Override> settings_of(const Options &o, const std::string &profile, double own_factor) {
    std::vector<core::Override> all = {{"cost_model.profile", profile, "bench"},
                                       {"plugins.opencl_gemm.enabled", "false", "bench"},
                                       {"plugins.opencl_svd.enabled", "false", "bench"},
                                       {"plugins.opencl_solve.enabled", "false", "bench"},
                                       {"plugins.diagnostics.enabled", "false", "bench"}};
    if (o.throttled) {
        all.push_back({"plugin_files", "[" THROTTLED_PLUGIN "]", "bench"});
        all.push_back({"plugins.throttled.own_factor", std::to_string(own_factor), "bench"});
    }
    all.insert(all.end(), o.settings.begin(), o.settings.end());
    return all;
}

Residence residence_of(const Options &o, Library &library) {
    return o.resident ? library.device_memory() : Residence{};
}

// Where the fastest rival changes along the square shapes, in flops. Rivals within 5 % of each other do not
// cross.
std::vector<double> find_crossovers(const Options &o, Library &library, const std::vector<Rival> &rivals,
                                    bool print) {
    std::vector<double> crossovers;
    int leader = -1;
    double before = 0;
    if (print) {
        std::printf("%-24s", "microseconds");
        for (const Rival &rival : rivals) std::printf(" %22s", rival.label().c_str());
        std::printf("\n");
    }
    for (const core::CalibrationCase &shape : square_ladder(o.op, core::profile_dtype_of(o.dtype), o.range)) {
        const ShapeTimes times =
            time_shape(library.dispatcher(), shape, rivals, o.shape_seconds / 2, residence_of(o, library));
        if (print) {
            std::printf("%-24s", shape_text(shape).c_str());
            for (const double seconds : times.judge) std::printf(" %22.3f", seconds * 1e6);
            std::printf("\n");
        }
        const int best = fastest(times.judge);
        const double flops = flops_of(shape);
        if (best < 0) continue;
        const auto seconds = [&](int rival) { return times.judge[static_cast<std::size_t>(rival)]; };
        if (leader < 0) leader = best;
        if (seconds(leader) > 1.05 * seconds(best)) {
            crossovers.push_back(std::sqrt(before * flops));
            leader = best;
        }
        before = flops;
    }
    return crossovers;
}

// The profile's points as shapes with times by rival.
std::vector<KnownShape> known_shapes(const core::Profile &profile, const std::vector<Rival> &rivals) {
    std::map<core::Place, KnownShape> shapes;
    for (const core::ProfilePart &part : profile.parts) {
        const int rival = index_of(rivals, part.plugin, part.variant);
        if (rival < 0) continue;
        for (const core::ProfilePoint &point : part.points) {
            KnownShape &shape = shapes[point.place];
            shape.flops = point.flops;
            shape.seconds.resize(rivals.size(), HUGE_VAL);
            shape.seconds[static_cast<std::size_t>(rival)] = point.seconds;
        }
    }
    std::vector<KnownShape> list;
    for (const auto &[key, shape] : shapes) list.push_back(shape);
    return list;
}

// Share of (shape, rival) pairs whose measured time lies within the interval predicted before any call.
double coverage(const Learning &learning, const std::vector<ShapeTimes> &times) {
    double inside = 0, all = 0;
    for (std::size_t i = 0; i < times.size(); ++i)
        for (std::size_t r = 0; r < times[i].judge.size(); ++r) {
            const Learning::Interval &interval = learning.predicted[i][r];
            if (interval.high <= 0 || !std::isfinite(times[i].judge[r])) continue;
            all += 1;
            inside += times[i].computing[r] >= interval.low && times[i].computing[r] <= interval.high ? 1 : 0;
        }
    return all > 0 ? inside / all : 0;
}

// Mean over all calls of the learning, the ones that found out included.
double regret_of_all_calls(const Learning &learning, const std::vector<ShapeTimes> &times) {
    double sum = 0;
    for (std::size_t i = 0; i < times.size(); ++i) {
        double spent = 0, count = 0;
        const int best = fastest(times[i].judge);
        for (std::size_t r = 0; r < times[i].judge.size(); ++r) {
            if (learning.calls[i][r] == 0) continue;
            spent += learning.calls[i][r] * times[i].judge[r];
            count += learning.calls[i][r];
        }
        if (count > 0) sum += std::log(spent / count / times[i].judge[static_cast<std::size_t>(best)]);
    }
    return std::expm1(sum / static_cast<double>(times.size()));
}

class Report {
  public:
    explicit Report(bool print) : print_(print) {}

    void condition(const std::string &name, double value, const char *unit, double least) {
        add(name, value, unit, least, ">=");
    }
    void add(const std::string &name, double value, const std::string &unit,
             std::optional<double> target = {}, const std::string &relation = "<=") {
        Figure f;
        f.name = name;
        f.value = value;
        f.unit = unit;
        f.target = target;
        f.relation = relation;
        figures_.push_back(std::move(f));
    }
    void line(const std::string &policy, const Regret &r, std::optional<double> geomean = {},
              std::optional<double> p95 = {}) {
        if (print_)
            std::printf("%-52s %9.2f %9.2f %10.1f %9.1f\n", policy.c_str(), 100 * r.geomean, 100 * r.p95,
                        100 * r.worst, 100 * r.wrong);
        add(policy + ": geometric mean", 100 * r.geomean, "%", geomean);
        add(policy + ": p95", 100 * r.p95, "%", p95);
        add(policy + ": worst", 100 * r.worst, "%");
        add(policy + ": wrong choices", 100 * r.wrong, "%");
    }
    void heading() const {
        if (print_)
            std::printf("\n%-52s %9s %9s %10s %9s\n", "regret in %", "geomean", "p95", "worst", "wrong");
    }
    bool print_figures(bool json) const {
        std::vector<Figure> shown;
        for (const Figure &f : figures_)
            if (json || f.target) shown.push_back(f);
        if (!json) std::printf("\n");
        return bench::print_figures(shown, json);
    }

  private:
    bool print_;
    std::vector<Figure> figures_;
};

// How much longer calls take now than during the calibration, by rival: a few of its shapes are measured
// again. What changed in the meantime (neighbours, frequency) no dispatcher can know.
std::vector<double> drift(const Options &o, Library &library, const core::Profile &profile,
                          const std::vector<Rival> &rivals) {
    std::vector<std::vector<double>> logs(rivals.size());
    const std::vector<KnownShape> known = known_shapes(profile, rivals);
    for (const core::CalibrationCase &shape :
         core::calibration_cases(o.op, core::profile_dtype_of(o.dtype))) {
        const bool square = std::count(shape.dims.begin(), shape.dims.end(), shape.dims[0]) ==
                            static_cast<std::ptrdiff_t>(shape.dims.size());
        if (!square || shape.dims[0] < 64 || static_cast<double>(shape.dims[0]) > o.range.high) continue;
        const auto at = std::find_if(known.begin(), known.end(), [&shape](const KnownShape &one) {
            return one.flops == flops_of(shape);
        });
        if (at == known.end()) continue;
        const ShapeTimes now = time_shape(library.dispatcher(), shape, rivals, o.shape_seconds);
        for (std::size_t r = 0; r < rivals.size(); ++r)
            if (std::isfinite(at->seconds[r]) && std::isfinite(now.computing[r]))
                logs[r].push_back(std::log(now.computing[r] / at->seconds[r]));
    }
    std::vector<double> ratios;
    for (const std::vector<double> &list : logs) ratios.push_back(std::exp(median(list)));
    return ratios;
}

struct Phase {
    std::string name;
    Learning learning;
    std::optional<double> geomean, p95;  // targets
};

void print_shapes(const std::vector<core::CalibrationCase> &shapes, const std::vector<ShapeTimes> &times,
                  const std::vector<Rival> &rivals, const std::vector<Phase> &phases) {
    for (std::size_t i = 0; i < shapes.size(); ++i) {
        std::printf("%-28s", shape_text(shapes[i]).c_str());
        for (std::size_t r = 0; r < rivals.size(); ++r) {
            const Learning::Interval &predicted = phases.back().learning.predicted[i][r];
            std::printf(" %9.2f (%.2f)", times[i].judge[r] * 1e6,
                        std::sqrt(predicted.low * predicted.high) / times[i].judge[r]);
        }
        std::printf("  best %d;", fastest(times[i].judge));
        for (const Phase &phase : phases)
            for (const auto &choices : phase.learning.choices) std::printf(" %d", choices[i]);
        std::printf("\n");
    }
}

// The regret of every policy, and what the comparison stands on.
bool report(const Options &o, const std::vector<core::CalibrationCase> &shapes,
            const std::vector<double> &crossovers, const std::vector<Rival> &rivals,
            const std::vector<ShapeTimes> &times, const std::vector<Phase> &phases,
            const std::vector<KnownShape> &known, const std::vector<double> &drifted) {
    Report report(!o.json);
    const double count = static_cast<double>(shapes.size());
    std::vector<int> oracle;
    std::vector<double> best_on(rivals.size());
    double near = 0, overhead = 0;
    for (std::size_t i = 0; i < shapes.size(); ++i) {
        oracle.push_back(fastest(times[i].oracle));
        const auto best = static_cast<std::size_t>(fastest(times[i].judge));
        for (std::size_t r = 0; r < rivals.size(); ++r)
            best_on[r] += times[i].judge[r] <= 1.05 * times[i].judge[best] ? 1 : 0;
        near += near_crossover(flops_of(shapes[i]), crossovers) ? 1 : 0;
        overhead += std::log(times[i].dispatched / times[i].judge[best]);
    }
    report.condition("crossovers along square shapes", static_cast<double>(crossovers.size()), "", 3);
    report.condition("shapes within a factor of 2 of a crossover", 100 * near / count, "%", 30);
    for (std::size_t r = 0; r < rivals.size(); ++r)
        report.condition(rivals[r].label() + " is the fastest, or within 5 %", 100 * best_on[r] / count, "%",
                         20);

    report.heading();
    Regret always;
    always.geomean = HUGE_VAL;
    for (std::size_t r = 0; r < rivals.size(); ++r) {
        const Regret one = judge(std::vector<int>(shapes.size(), static_cast<int>(r)), times);
        report.line("always " + rivals[r].label(), one);
        if (one.geomean < always.geomean) always = one;
    }
    double best_static = HUGE_VAL;
    for (const int thresholds : {1, static_cast<int>(rivals.size()) - 1}) {
        const StaticThresholds policy(known, thresholds);
        std::vector<int> choices;
        for (const core::CalibrationCase &shape : shapes) choices.push_back(policy.choose(flops_of(shape)));
        const Regret regret = judge(choices, times);
        best_static = std::min(best_static, regret.geomean);
        report.line(
            "static, " + std::to_string(thresholds) + (thresholds == 1 ? " threshold" : " thresholds"),
            regret);
    }
    report.line("oracle against itself (the floor)", judge(oracle, times));
    for (const Phase &phase : phases) {
        for (std::size_t stage = 0; stage < learning_stages.size(); ++stage) {
            const Regret regret = judge(phase.learning.choices[stage], times);
            report.line(phase.name + ", after " + std::to_string(learning_stages[stage]) + " calls", regret,
                        phase.geomean, phase.p95);
            if (phase.p95)
                report.add(phase.name + ", after " + std::to_string(learning_stages[stage]) +
                               " calls, less the best static thresholds",
                           100 * (regret.geomean - best_static), "%", 0.0);
        }
        report.add(phase.name + ": all calls of the learning",
                   100 * regret_of_all_calls(phase.learning, times), "%", phase.geomean);
        report.add(phase.name + ": predicted interval holds", 100 * coverage(phase.learning, times), "%");
        if (!o.json)
            std::printf(
                "  all calls of the learning %.2f %%; the predicted interval (2 sigma) holds for %.1f %%\n",
                100 * regret_of_all_calls(phase.learning, times), 100 * coverage(phase.learning, times));
    }
    for (std::size_t r = 0; r < rivals.size(); ++r)
        report.add(rivals[r].label() + ", squares when judged over when calibrated", drifted[r], "x");
    if (!o.json)
        for (std::size_t r = 0; r < rivals.size(); ++r)
            std::printf("%s took %.2f times as long as during the calibration\n", rivals[r].label().c_str(),
                        drifted[r]);
    report.condition("regret of the best single backend", 100 * always.geomean, "%", 25);
    report.add("time of dispatched calls over the fastest forced backend", 100 * std::expm1(overhead / count),
               "%");
    return report.print_figures(o.json);
}

int run(const Options &o) {
    const auto folder = std::filesystem::temp_directory_path() / ("bench_regret." + std::to_string(getpid()));
    std::filesystem::create_directories(folder);
    const std::string profile = (folder / "profile.json").string();
    const lai_dtype dtype = core::profile_dtype_of(o.dtype);
    const double spent = 4 * o.shape_seconds;  // of learning, a shape

    std::vector<Rival> rivals;
    std::vector<double> crossovers;
    std::vector<core::CalibrationCase> shapes;
    {
        Library library(settings_of(o, "none", 1));
        rivals =
            find_rivals(library.dispatcher(), square_ladder(o.op, dtype, o.range), residence_of(o, library));
        crossovers = find_crossovers(o, library, rivals, !o.json);
        shapes = held_out_shapes(o.op, dtype, o.range, crossovers, o.shapes, o.seed);
    }
    std::vector<Phase> phases;
    for (const double factor : {3.0, 1 / 3.0}) {
        if (!o.throttled && factor < 1) break;  // nothing to be wrong
        Library library(settings_of(o, "none", factor));
        const std::string wrong = !o.throttled ? ""
                                  : factor > 1 ? ", device 3 times too slow"
                                               : ", 3 times too fast";
        phases.push_back(
            {"uncalibrated" + wrong,
             watch_learning(library.dispatcher(), shapes, rivals, spent, residence_of(o, library)),
             15.0,
             {}});
    }
    Library library(settings_of(o, profile, 3));
    core::CalibrationOptions wanted;
    wanted.ops = {o.op};
    wanted.dtypes = {o.dtype};
    wanted.budget_seconds = o.calibration_seconds;
    const core::CalibrationResult result = library.context().calibrate(wanted);
    if (!o.json) {
        std::printf("\ncalibrated %d points in %.1f s\n", result.measured, result.seconds);
        for (const std::string &remark : result.remarks) std::printf("note: %s\n", remark.c_str());
    }
    phases.push_back({"calibrated",
                      watch_learning(library.dispatcher(), shapes, rivals, spent, residence_of(o, library)),
                      3.0, 20.0});
    std::vector<ShapeTimes> times;
    for (const core::CalibrationCase &shape : shapes)
        times.push_back(
            time_shape(library.dispatcher(), shape, rivals, o.shape_seconds, residence_of(o, library)));
    const std::vector<double> drifted = drift(o, library, result.profile, rivals);
    std::filesystem::remove_all(folder);
    if (o.all) print_shapes(shapes, times, rivals, phases);
    return report(o, shapes, crossovers, rivals, times, phases, known_shapes(result.profile, rivals), drifted)
               ? 0
               : 1;
}

}  // namespace
}  // namespace lapack_ai::bench

int main(int count, char **words) {
    try {
        return lapack_ai::bench::run(lapack_ai::bench::parse(count, words));
    } catch (const std::exception &error) {
        std::fprintf(stderr, "bench_regret: %s\n", error.what());
        return 3;
    }
}
