// lapack-ai calibrate: measures the backends on this machine, or shows what was measured.
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "call.hpp"
#include "commands.hpp"
#include "exit_code.hpp"
#include "progress.hpp"
#include "rate_plot.hpp"
#include "text.hpp"

namespace lapack_ai::cli {

namespace {

using nlohmann::json;

struct Options {
    std::vector<std::string> ops;
    std::string dtypes = "d", budget = "60s", svg;
    bool show = false, fresh = false;
};

// "60", "60s", "5m".
double seconds_of(const std::string &text) {
    std::size_t used = 0;
    double value = 0;
    try {
        value = std::stod(text, &used);
    } catch (const std::exception &) {
        used = 0;
    }
    const std::string unit = text.substr(used);
    const double scale = unit == "m" ? 60 : unit.empty() || unit == "s" ? 1 : 0;
    if (used == 0 || scale == 0 || !(value > 0) || value * scale > 86400)
        throw Failure(ExitCode::usage,
                      "--budget '" + text + "': must be a time such as 60s or 5m, at most a day");
    return value * scale;
}

int draw(void *, double share, const char *what) {
    const int filled = static_cast<int>(std::lround(share * 20));
    std::fprintf(stderr, "\r[%s%s] %3.0f %% %-58.58s",
                 std::string(static_cast<std::size_t>(filled), '#').c_str(),
                 std::string(static_cast<std::size_t>(20 - filled), '-').c_str(), share * 100, what);
    return 1;
}

// "cpu_lapack/one_thread": variants have curves of their own.
std::string curve_name(const json &one) {
    const std::string variant = one.value("variant", "");
    return one.value("backend", "") + (variant.empty() ? "" : "/" + variant);
}

// The model's times for square shapes of an op, by backend, from the dispatcher's own ranking.
void predict(Session &session, const std::string &op, lai_dtype dtype, const std::string &flags,
             std::map<std::string, RateSeries> &series) {
    for (double n = 4; n <= 4096; n *= std::sqrt(2.0)) {
        Call call(op, dtype);
        std::vector<std::int64_t> dims(call.schema().dim_count, std::llround(n));
        for (std::uint32_t i = 0; i < call.schema().dim_count; ++i)
            if (std::string(call.schema().dims[i].name) == "nrhs") dims[i] = 8;
        call.dims(dims);
        if (!flags.empty()) call.flags(flags);
        const json ranking = json::parse(call.explain(session, LAI_FORMAT_JSON));
        const double flops = ranking.value("flops", 0.0);
        for (const json &one : ranking["candidates"]) {
            const double predicted = one.value("predicted_seconds", 0.0);
            const auto found = series.find(curve_name(one));
            if (found != series.end() && predicted > 0 && flops > 0)
                found->second.predicted.emplace_back(flops, predicted);
        }
    }
    // Several variants of a backend: its best one counts.
    for (auto &[name, one] : series) {
        std::map<double, double> best;
        for (const auto &[flops, seconds] : one.predicted)
            best[flops] = best.contains(flops) ? std::min(best[flops], seconds) : seconds;
        one.predicted.assign(best.begin(), best.end());
    }
}

ExitCode show(Session &session, const Options &options) {
    const std::string text = session.document("profile");
    if (session.json()) {
        std::printf("%s\n", text.c_str());
        return ExitCode::ok;
    }
    const json profile = json::parse(text);
    std::printf("profile  %s\n", profile.value("file", "").c_str());
    for (const json &remark : profile["remarks"])
        std::printf("note: %s\n", remark.get<std::string>().c_str());
    std::map<std::string, std::map<std::string, RateSeries>> groups;  // "gemm d SS" -> backend -> series
    for (const json &part : profile["parts"]) {
        std::string op = part.value("op", "");
        op = op.substr(op.find('.') + 1, op.find('/') - op.find('.') - 1);
        if (!options.ops.empty() &&
            std::find(options.ops.begin(), options.ops.end(), op) == options.ops.end())
            continue;
        const std::string key = op + " " + part.value("dtype", "") + " " + part.value("jobs", "");
        RateSeries &series = groups[key][curve_name(part)];
        series.name = curve_name(part);
        for (const json &point : part["points"])
            series.measured.emplace_back(point.value("flops", 0.0), point.value("seconds", 0.0));
    }
    if (groups.empty()) std::printf("nothing measured yet: run `lapack-ai calibrate`\n");
    for (auto &[key, series] : groups) {
        const std::string op = key.substr(0, key.find(' ')), dtype = key.substr(op.size() + 1, 1),
                          jobs = key.substr(op.size() + 3);
        const lai_dtype type = dtype == "s"   ? LAI_DTYPE_F32
                               : dtype == "c" ? LAI_DTYPE_C32
                               : dtype == "z" ? LAI_DTYPE_C64
                                              : LAI_DTYPE_F64;
        predict(session, op, type, op == "syev" && jobs.size() == 1 ? jobs + "L" : jobs, series);
        std::vector<RateSeries> list;
        std::printf("\n%s\n  %-16s %7s %12s %12s\n", key.c_str(), "backend", "points", "largest",
                    "best GFLOP/s");
        for (auto &[name, one] : series) {
            std::sort(one.measured.begin(), one.measured.end());
            double rate = 0;
            for (const auto &[flops, seconds] : one.measured) rate = std::max(rate, flops / seconds / 1e9);
            std::printf("  %-16s %7zu %12.3g %12.2f\n", name.c_str(), one.measured.size(),
                        one.measured.empty() ? 0.0 : one.measured.back().first, rate);
            list.push_back(one);
        }
        const auto marks = crossovers(list);
        for (const RateCrossover &mark : marks)
            std::printf("  from %.3g flops on %s instead of %s\n", mark.flops, mark.to.c_str(),
                        mark.from.c_str());
        if (!options.svg.empty()) {
            std::string file = options.svg;
            if (groups.size() > 1) {
                std::string ending = key;
                std::replace(ending.begin(), ending.end(), ' ', '_');
                file.insert(file.rfind('.') == std::string::npos ? file.size() : file.rfind('.'),
                            "_" + ending);
            }
            std::ofstream stream(file);
            stream << rate_plot_svg(key + ": measured points, predicted lines", list, marks);
            if (!stream.flush())
                throw Failure(ExitCode::bad_input, "--svg '" + file + "': cannot be written");
            std::printf("  picture: %s\n", file.c_str());
        }
    }
    return ExitCode::ok;
}

ExitCode calibrate(Session &session, const Options &options) {
    std::string ops;
    for (const std::string &op : options.ops) ops += (ops.empty() ? "" : ",") + op;
    lai_calibration_options wanted{};
    wanted.size = sizeof wanted;
    wanted.fresh = options.fresh ? 1 : 0;
    wanted.ops = ops.empty() ? nullptr : ops.c_str();
    wanted.dtypes = options.dtypes.c_str();
    wanted.budget_seconds = seconds_of(options.budget);
    if (isatty(STDERR_FILENO) != 0) wanted.progress = draw;
    std::string text(std::size_t{1} << 20, '\0');
    const std::int64_t length = lai_calibrate(session.context(), &wanted, text.data(), text.size());
    if (wanted.progress != nullptr) std::fprintf(stderr, "\r%86s\r", "");
    check(std::min<std::int64_t>(length, 0));
    text.resize(static_cast<std::size_t>(length));
    if (session.json()) {
        std::printf("%s\n", text.c_str());
        return ExitCode::ok;
    }
    const json result = json::parse(text);
    std::printf("measured %d shapes in %.1f s (%d were there already)\nprofile  %s\n",
                result.value("measured", 0), result.value("seconds", 0.0), result.value("skipped", 0),
                result.value("file", "").c_str());
    for (const json &remark : result["remarks"]) std::printf("note: %s\n", remark.get<std::string>().c_str());
    return ExitCode::ok;
}

}  // namespace

void add_calibrate_command(Arguments &root, Session &session) {
    const auto options = std::make_shared<Options>();
    Arguments command =
        root.command("calibrate", "Measure the backends on this machine, or show what was measured");
    command.options("--op", options->ops, "only these operations, e.g. gemm gesvd");
    command.option("--dtype", options->dtypes, "element types, letters of s d c z (default d)");
    command.option("--budget", options->budget, "time to spend, e.g. 60s or 5m (default 60s)");
    command.flag("--fresh", options->fresh, "forget earlier measurements instead of adding to them");
    command.flag("--show", options->show, "show the profile: points, rates and crossovers");
    command.option("--svg", options->svg, "with --show: write a picture for each operation");
    command.run([options, &session] {
        return options->show ? show(session, *options) : calibrate(session, *options);
    });
}

}  // namespace lapack_ai::cli
