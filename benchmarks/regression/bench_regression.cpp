// Whether a backend lost speed: its speed-up over cpu_reference for svd, gemm, gemm_batch and solve, and a
// device's over cpu_lapack, each a ratio of calls measured in turn, against a stored baseline. Ratios hold
// from machine to machine better than times do; the baseline says for which CPU model it is. A ratio that is
// more than 10 % lower than the baseline's, beyond the noise of both measurements, fails and is named.
//
// Reference LAPACK takes minutes for the largest sizes: a row whose reference call takes longer than the cap
// is left out, and says so.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

#include "regret/rivals.hpp"
#include "support/figures.hpp"

namespace lapack_ai::bench {
namespace {

using nlohmann::json;

constexpr double tolerated_drop = 0.10;
constexpr double noises = 2;  // a ratio may be off by so many of its noise

struct Options {
    std::vector<std::int64_t> sizes = {100, 500, 1000, 2000};
    double cap_seconds = 3, row_seconds = 1.5;
    std::string baseline = BASELINE_FILE, write;
    bool as_json = false;
    std::vector<core::Override> settings;
};

constexpr const char *usage =
    "usage: bench_regression [--sizes 100,500,1000,2000] [--cap 3] [--seconds 1.5] [--baseline FILE]\n"
    "                        [--write FILE] [--set KEY=VALUE]... [--json]\n"
    "  --cap      longest call that is measured, in seconds    --write  store what was measured as a "
    "baseline\n"
    "  --seconds  of measuring, a row                          --set    a setting, e.g. "
    "dispatch.threads=16\n";

Options parse(int count, char **words) {
    Options o;
    for (int i = 1; i < count; ++i) {
        const std::string word = words[i];
        const auto value = [&]() -> std::string {
            if (i + 1 >= count) throw std::invalid_argument(word + " needs a value\n" + usage);
            return words[++i];
        };
        if (word == "--sizes") {
            o.sizes.clear();
            std::istringstream list(value());
            for (std::string one; std::getline(list, one, ',');) o.sizes.push_back(std::stoll(one));
        } else if (word == "--cap") {
            o.cap_seconds = std::stod(value());
        } else if (word == "--seconds") {
            o.row_seconds = std::stod(value());
        } else if (word == "--baseline") {
            o.baseline = value();
        } else if (word == "--write") {
            o.write = value();
        } else if (word == "--json") {
            o.as_json = true;
        } else if (word == "--set") {
            const std::string setting = value();
            const auto at = setting.find('=');
            if (at == std::string::npos)
                throw std::invalid_argument(setting + ": must be KEY=VALUE\n" + usage);
            o.settings.push_back({setting.substr(0, at), setting.substr(at + 1), "--set"});
        } else {
            throw std::invalid_argument(word == "--help" ? usage : "unknown option " + word + "\n" + usage);
        }
    }
    return o;
}

// Matrices of a batch, fewer the larger they are.
std::int64_t batch_of(std::int64_t n) {
    return n <= 100 ? 256 : n <= 500 ? 64 : n <= 1000 ? 16 : 4;
}

std::vector<core::CalibrationCase> shapes_of(std::int64_t n) {
    return {{"gesvd", LAI_DTYPE_F64, {n, n}, "SS", 1},
            {"gemm", LAI_DTYPE_F64, {n, n, n}, "", 1},
            {"gemm_batch", LAI_DTYPE_F64, {n, n, n}, "", batch_of(n)},
            {"gesv", LAI_DTYPE_F64, {n, 1}, "", 1}};
}

struct Row {
    std::string name;
    std::optional<Speedup> speedup;
    std::string reason;  // why there is none
};

std::string row_name(const core::CalibrationCase &shape, const Rival &fast, const Rival &slow) {
    std::string name = (shape.op == "gesvd"  ? "svd"
                        : shape.op == "gesv" ? "solve"
                                             : shape.op) +
                       " " + std::to_string(shape.dims[0]);
    if (shape.batch > 1) name += " x " + std::to_string(shape.batch);
    return name + ", " + fast.label() + " over " + slow.label();
}

std::vector<Row> measure(const Options &o) {
    Library library(o.settings);
    std::vector<Row> rows;
    for (const std::int64_t n : o.sizes)
        for (const core::CalibrationCase &shape : shapes_of(n)) {
            const std::vector<Rival> rivals = find_rivals(library.dispatcher(), {shape});
            for (const Rival &slow : rivals) {
                const bool reference = slow.plugin == "cpu_reference";
                if (!reference && !(slow == Rival{"cpu_lapack", "", "cpu"})) continue;
                for (const Rival &fast : rivals) {
                    if (fast.plugin == "cpu_reference" || (!reference && fast.device == "cpu")) continue;
                    Row row{row_name(shape, fast, slow), {}, {}};
                    row.speedup = time_pair(library.dispatcher(), shape, fast, slow, o.row_seconds,
                                            o.cap_seconds, row.reason);
                    rows.push_back(std::move(row));
                }
            }
        }
    return rows;
}

json read_baseline(const std::string &file) {
    std::ifstream stream(file);
    if (!stream) return json::object();
    return json::parse(stream);
}

void write_baseline(const std::string &file, const std::vector<Row> &rows) {
    json list = json::array();
    for (const Row &row : rows)
        if (row.speedup)
            list.push_back({{"name", row.name},
                            {"ratio", std::round(row.speedup->ratio * 1000) / 1000},
                            {"noise", std::round(row.speedup->noise * 1e4) / 1e4}});
    const core::MachineIdentity machine = core::this_machine();
    std::ofstream stream(file);
    stream << json{{"cpu", machine.cpu_model}, {"cores", machine.cores}, {"rows", list}}.dump(1) << "\n";
    if (!stream.flush()) throw std::runtime_error(file + ": cannot be written");
}

int run(const Options &o) {
    const std::vector<Row> rows = measure(o);
    if (!o.write.empty()) write_baseline(o.write, rows);
    const json baseline = read_baseline(o.baseline);
    std::map<std::string, json> known;
    for (const json &row : baseline.value("rows", json::array())) known[row.at("name")] = row;
    const std::string cpu = baseline.value("cpu", "no baseline");
    std::vector<Figure> figures;
    std::vector<std::string> failed;
    for (const Row &row : rows) {
        Figure f;
        f.name = row.name;
        f.unit = "x";
        f.baseline = cpu;
        f.reason = row.reason;
        if (row.speedup) {
            f.value = row.speedup->ratio;
            f.n = row.speedup->pairs;
            f.low = row.speedup->ratio * std::exp(-row.speedup->noise);
            f.high = row.speedup->ratio * std::exp(row.speedup->noise);
            if (const auto found = known.find(row.name); found != known.end()) {
                const double noise = std::hypot(row.speedup->noise, found->second.value("noise", 0.0));
                f.target = found->second.at("ratio").get<double>() * (1 - tolerated_drop) *
                           std::exp(-noises * noise);
            } else {
                f.reason = "not in the baseline";
            }
            if (!f.met()) failed.push_back(f.name);
        }
        figures.push_back(std::move(f));
    }
    print_figures(figures, o.as_json);
    if (!o.as_json) {
        const std::string here = core::this_machine().cpu_model;
        std::printf("\nbaseline %s, measured on %s%s\n", o.baseline.c_str(), cpu.c_str(),
                    cpu == here ? "" : ("; this is " + here).c_str());
    }
    for (const std::string &name : failed)
        std::fprintf(stderr, "bench_regression: %s: more than 10 %% below its baseline\n", name.c_str());
    return failed.empty() ? 0 : 1;
}

}  // namespace
}  // namespace lapack_ai::bench

int main(int count, char **words) {
    try {
        return lapack_ai::bench::run(lapack_ai::bench::parse(count, words));
    } catch (const std::exception &error) {
        std::fprintf(stderr, "bench_regression: %s\n", error.what());
        return 3;
    }
}
