// Fast matrix multiplication against the conventional gemm it stands on: interleaved ratios, errors and
// workspace.
//
// usage: bench_alpha_gemm [--json] [--sizes 1024,2048,...] [--threads P] [--repeats R] [--plugin
// cpu_lapack.so]
//                         [--ratio-svg FILE] [--error-svg FILE] [--regret]
//
// --regret measures the dispatcher instead: what the choices made with alpha_gemm enabled lose.

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <limits>
#include <map>
#include <memory>
#include <random>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "dispatch_regret.hpp"
#include "line_plot.hpp"
#include "native_gemm.hpp"
#include "support/figures.hpp"

namespace lapack_ai::bench {
namespace {

using namespace alpha_gemm;

double now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Memory in huge pages, for operands and workspace alike, so that neither side pays for the other's pages.
class Pages {
  public:
    explicit Pages(std::size_t bytes) : bytes_((bytes + huge - 1) / huge * huge + huge) {
        memory_ = mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (memory_ == MAP_FAILED) throw std::runtime_error("no memory for the operands");
        madvise(memory_, bytes_, MADV_HUGEPAGE);
        std::memset(memory_, 0, bytes_);
    }
    ~Pages() { munmap(memory_, bytes_); }
    Pages(const Pages &) = delete;
    Pages &operator=(const Pages &) = delete;
    void *data() const {
        return reinterpret_cast<void *>((reinterpret_cast<std::uintptr_t>(memory_) + huge - 1) / huge * huge);
    }

  private:
    static constexpr std::size_t huge = std::size_t{2} << 20;
    std::size_t bytes_;
    void *memory_;
};

struct Options {
    bool json = false, regret = false;
    std::vector<std::int64_t> sizes = {1024, 2048, 3072, 4096};
    int threads = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
    int repeats = 5;
    std::string plugin, ratio_svg, error_svg;
};

struct Dims {
    std::int64_t m, n, k;
};

struct Measured {
    std::vector<double> ratios;
    double frobenius = 0;  ///< ||C' - C||_F / ||C||_F, C the conventional product
    double max_u = 0;      ///< max |C' - C| / (u k max|A| max|B|)
    double bound_u = 0;    ///< the rigorous bound in the same unit
    double workspace_n2 = 0;
};

/// A pair of random operands, and both products.
template <typename R>
class Problem {
  public:
    Problem(const NativeGemm &native, char letter, Dims d, int threads)
        : native_(native),
          letter_(letter),
          parts_(letter == 'c' || letter == 'z' ? 2 : 1),
          d_(d),
          threads_(threads),
          a_(size(d.m * d.k)),
          b_(size(d.k * d.n)),
          fast_(size(d.m * d.n)),
          plain_(size(d.m * d.n)),
          services_(native, letter, threads) {
        std::mt19937_64 generator(1);
        std::uniform_real_distribution<R> uniform(-1, 1);
        for (auto *pages : {&a_, &b_}) {
            auto *x = static_cast<R *>(pages->data());
            const std::int64_t count = parts_ * (pages == &a_ ? d.m * d.k : d.k * d.n);
            for (std::int64_t i = 0; i < count; ++i) x[i] = uniform(generator);
        }
        conventional();  // wakes the library and its threads
    }

    /// Interleaved: conventional, scheme, conventional, scheme, ...
    Measured measure(const std::string &name, int repeats) {
        const CompiledScheme *compiled = compiled_scheme(name);
        if (compiled == nullptr) throw std::runtime_error("no scheme " + name + " over the reals");
        const Shape shape{d_.m, d_.n, d_.k, false, false, parts_, static_cast<int>(sizeof(R))};
        const double operand =
            static_cast<double>(d_.m * d_.k + d_.k * d_.n + d_.m * d_.n) / 3 * parts_ * sizeof(R);
        Plan plan = make_plan(*compiled, shape, Order::breadth_first, 1, threads_, false);
        for (int panels = 2; static_cast<double>(plan.workspace_bytes) > 9.5 * operand && panels <= 8;
             ++panels) {
            plan = make_plan(*compiled, shape, Order::breadth_first, panels, threads_, false);
        }
        const auto stated = static_cast<std::size_t>(plan.workspace_bytes);
        const Pages workspace(stated + margin);
        std::memset(workspace.data(), untouched, stated + margin);
        const Gemm gemm = product(fast_.data());
        Measured result;
        for (int i = 0; i <= repeats; ++i) {
            rest();
            const double start = now();
            conventional();
            const double middle = now();
            rest();
            const double again = now();
            if (run_plan<R>(plan, gemm, Scaling::none, workspace.data(), services_) != Outcome::fast) {
                throw std::runtime_error(name + " was not run");
            }
            const double end = now();
            if (i > 0) {
                result.ratios.push_back((middle - start) / (end - again));
            } else {  // the first warms up, and shows what it wrote
                result.workspace_n2 = static_cast<double>(touched(workspace, stated + margin)) / operand;
            }
        }
        difference(result);
        result.bound_u = error_factor(*compiled, plan.block_k, parts_ == 2) / static_cast<double>(d_.k);
        return result;
    }

  private:
    /// Bytes up to the last one that a run wrote.
    static std::size_t touched(const Pages &workspace, std::size_t bytes) {
        const auto *memory = static_cast<const unsigned char *>(workspace.data());
        while (bytes > 0 && memory[bytes - 1] == untouched) --bytes;
        return bytes;
    }

    std::size_t size(std::int64_t elements) const {
        return static_cast<std::size_t>(elements) * static_cast<std::size_t>(parts_) * sizeof(R);
    }
    Gemm product(void *C) const {
        return {'N', 'N', d_.m, d_.n, d_.k, 1.0, a_.data(), d_.m, b_.data(), d_.k, 0.0, C, d_.m};
    }
    void conventional() {
        native_.set_threads(threads_);
        native_(letter_, product(plain_.data()));
    }
    /// OpenMP's threads spin for some milliseconds after each region, on the processors that the other side
    /// needs next.
    static void rest() { std::this_thread::sleep_for(std::chrono::milliseconds(20)); }
    void difference(Measured &result) const {
        const auto *x = static_cast<const R *>(fast_.data()), *y = static_cast<const R *>(plain_.data());
        double error2 = 0, norm2 = 0, largest = 0;
        for (std::int64_t i = 0; i < parts_ * d_.m * d_.n; ++i) {
            const double e = static_cast<double>(x[i]) - static_cast<double>(y[i]);
            error2 += e * e;
            norm2 += static_cast<double>(y[i]) * static_cast<double>(y[i]);
            largest = std::max(largest, std::abs(e));
        }
        const double u = std::numeric_limits<R>::epsilon() / 2;
        result.frobenius = std::sqrt(error2 / norm2);
        result.max_u = largest / (u * static_cast<double>(d_.k));  // max|A| and max|B| are 1
    }

    static constexpr unsigned char untouched = 0xA5;
    static constexpr std::size_t margin = std::size_t{1} << 20;  // writes past the statement would show here

    const NativeGemm &native_;
    char letter_;
    int parts_;
    Dims d_;
    int threads_;
    Pages a_, b_, fast_, plain_;
    NativeServices services_;
};

Figure ratio_figure(const std::string &name, const Measured &m, std::optional<double> target) {
    Figure f;
    f.name = name;
    f.value = median(m.ratios);
    f.unit = "x";
    f.target = target;
    f.baseline = "OpenBLAS gemm of the cpu_lapack plugin, same threads, interleaved";
    f.n = static_cast<long>(m.ratios.size());
    f.low = *std::min_element(m.ratios.begin(), m.ratios.end());
    f.high = *std::max_element(m.ratios.begin(), m.ratios.end());
    return f;
}

Figure value_figure(const std::string &name, double value, const char *unit, std::optional<double> target,
                    const char *baseline) {
    Figure f;
    f.name = name;
    f.value = value;
    f.unit = unit;
    f.target = target;
    f.relation = "<=";
    f.baseline = baseline;
    return f;
}

std::string dims_name(const Dims &d) {
    if (d.m == d.n && d.n == d.k) return std::to_string(d.m);
    return std::to_string(d.m) + "x" + std::to_string(d.n) + "x" + std::to_string(d.k);
}

/// Schemes measured at a size; the first is the one whose ratio is promised there.
std::vector<std::string> schemes_for(std::int64_t n) {
    if (n < 1536) return {"2x3x3:15", "2x2x2:7"};
    if (n < 3584) return {"3x3x6:40", "6x3x3:40", "4x4x4:48", "2x2x2:7"};
    if (n > 6000) return {"3x6x3:40*2x2x2:7"};
    return {"3x6x3:40*2x2x2:7", "3x3x6:40", "4x4x4:48", "4x4x4:48*2x2x2:7", "2x2x2:7"};
}

std::optional<double> promised_ratio(std::int64_t n) {
    static const std::map<std::int64_t, double> promised = {
        {1024, 1.08}, {2048, 1.15}, {3072, 1.20}, {4096, 1.27}, {8192, 1.34}};
    const auto found = promised.find(n);
    return found == promised.end() ? std::nullopt : std::optional(found->second);
}

/// Small problems get more samples, the largest at least two.
int samples_at(const Dims &d, int repeats) {
    const double work = static_cast<double>(d.m) * static_cast<double>(d.n) * static_cast<double>(d.k);
    return std::max(2, static_cast<int>(repeats * std::clamp(std::cbrt(7e10 / work), 0.4, 5.0)));
}

class Report {
  public:
    Report(const NativeGemm &native, const Options &options) : native_(native), options_(options) {}

    std::vector<Figure> run() {
        for (const std::int64_t n : options_.sizes) square(n);
        odd_sizes();
        rectangles();
        other_types();
        constants();
        if (!options_.ratio_svg.empty()) {
            write(options_.ratio_svg,
                  cli::line_plot_svg("Time of OpenBLAS over time of the scheme, double", "n (m = n = k)",
                                     "ratio", series(ratios_), 1.0, false));
        }
        if (!options_.error_svg.empty()) {
            write(options_.error_svg,
                  cli::line_plot_svg("max |dC| over u n max|A| max|B|, entries uniform in (-1, 1)",
                                     "n (m = n = k)", "units", series(errors_), 1.0, true));
        }
        return figures_;
    }

  private:
    template <typename R>
    Measured measure(char letter, const Dims &d, const std::string &scheme) {
        Problem<R> problem(native_, letter, d, options_.threads);
        return problem.measure(scheme, samples_at(d, options_.repeats));
    }

    bool wants(std::int64_t n) const {
        return std::any_of(options_.sizes.begin(), options_.sizes.end(),
                           [&](auto size) { return size >= n; });
    }

    void square(std::int64_t n) {
        const Dims d{n, n, n};
        Problem<double> problem(native_, 'd', d, options_.threads);
        bool first = true;
        for (const std::string &scheme : schemes_for(n)) {
            const Measured m = problem.measure(scheme, samples_at(d, options_.repeats));
            figures_.push_back(ratio_figure("dgemm " + dims_name(d) + " " + scheme, m,
                                            first ? promised_ratio(n) : std::nullopt));
            if (first) even_[n] = median(m.ratios);
            first = false;
            const bool nested = scheme.find('*') != std::string::npos;
            figures_.push_back(value_figure("frobenius error " + dims_name(d) + " " + scheme, m.frobenius, "",
                                            nested ? 5e-15 : 2e-15, "OpenBLAS, U(-1,1)"));
            figures_.push_back(value_figure("max error " + dims_name(d) + " " + scheme, m.max_u, "u n|A||B|",
                                            nested ? 4.0 : 2.0, "OpenBLAS, U(-1,1)"));
            figures_.push_back(value_figure("workspace " + dims_name(d) + " " + scheme, m.workspace_n2, "n^2",
                                            9.5, "size of one operand; written, not stated"));
            ratios_[scheme].push_back({static_cast<double>(n), median(m.ratios)});
            errors_[scheme].push_back({static_cast<double>(n), m.max_u});
            if (scheme == "2x2x2:7" || scheme == "4x4x4:48")
                errors_["bound of " + scheme].push_back({static_cast<double>(n), m.bound_u});
        }
    }

    void odd_sizes() {
        const struct { std::int64_t odd, even; } pairs[] = {{2047, 2048}, {4099, 4096}, {6001, 6000}};
        for (const auto &pair : pairs) {
            if (even_.count(pair.even) == 0) continue;
            const std::string scheme = schemes_for(pair.odd).front();
            const Measured m = measure<double>('d', {pair.odd, pair.odd, pair.odd}, scheme);
            figures_.push_back(
                ratio_figure("dgemm " + std::to_string(pair.odd) + " " + scheme, m, std::nullopt));
            Figure loss = ratio_figure(
                "odd size " + std::to_string(pair.odd) + " over " + std::to_string(pair.even), m, 0.97);
            loss.value = median(m.ratios) / even_[pair.even];
            loss.low = loss.high = 0;
            figures_.push_back(loss);
        }
    }

    void rectangles() {
        const struct {
            Dims d;
            const char *scheme;
        } cases[] = {{{4096, 2048, 2048}, "6x3x3:40"}, {{2048, 4096, 2048}, "3x3x6:40"},
                     {{2048, 2048, 4096}, "3x6x3:40"}, {{4000, 4000, 1000}, "3x2x3:15"},
                     {{1000, 4000, 4000}, "2x3x3:15"}, {{4000, 1000, 4000}, "3x3x2:15"}};
        for (const auto &c : cases) {
            if (!wants(std::max({c.d.m, c.d.n, c.d.k}))) continue;
            figures_.push_back(ratio_figure("dgemm " + dims_name(c.d) + " " + c.scheme,
                                            measure<double>('d', c.d, c.scheme), 1.0));
        }
    }

    void other_types() {
        for (const std::int64_t n : {std::int64_t{2048}, std::int64_t{4096}}) {
            if (!wants(n)) continue;
            const Dims d{n, n, n};
            const std::string scheme = schemes_for(n).front();
            figures_.push_back(
                ratio_figure("sgemm " + dims_name(d) + " " + scheme, measure<float>('s', d, scheme), {}));
            figures_.push_back(
                ratio_figure("zgemm " + dims_name(d) + " " + scheme, measure<double>('z', d, scheme), {}));
        }
    }

    void constants() {
        const Shape shape{4096, 4096, 4096, false, false, 1, 8};
        const CompiledScheme &compiled = *compiled_scheme("4x4x4:48");
        const auto n2 = [&](Order order, int panels) {
            return static_cast<double>(
                       make_plan(compiled, shape, order, panels, options_.threads, false).workspace_bytes) /
                   (8.0 * 4096 * 4096);
        };
        figures_.push_back(
            value_figure("workspace 4x4x4:48 breadth-first", n2(Order::breadth_first, 1), "n^2", 9.5, ""));
        figures_.push_back(
            value_figure("workspace 4x4x4:48 four panels", n2(Order::breadth_first, 4), "n^2", 4.6, ""));
        figures_.push_back(
            value_figure("workspace 4x4x4:48 depth-first", n2(Order::depth_first, 1), "n^2", 0.3, ""));
        Figure refused = value_figure("modulo-2 scheme 4x4x4:47 accepted for reals",
                                      compiled_scheme("4x4x4:47") == nullptr ? 0 : 1, "", 0.0, "");
        figures_.push_back(refused);
    }

    static std::vector<cli::LineSeries> series(
        const std::map<std::string, std::vector<std::pair<double, double>>> &by_name) {
        std::vector<cli::LineSeries> all;
        for (const auto &[name, points] : by_name) all.push_back({name, points});
        return all;
    }

    static void write(const std::string &path, const std::string &text) {
        std::ofstream file(path);
        file << text;
        if (!file) throw std::runtime_error("cannot write " + path);
    }

    const NativeGemm &native_;
    const Options &options_;
    std::vector<Figure> figures_;
    std::map<std::string, std::vector<std::pair<double, double>>> ratios_, errors_;
    std::map<std::int64_t, double> even_;
};

/// The cpu_lapack plugin of the build or installation this program stands in.
std::string default_plugin() {
    char path[4096];
    const ssize_t length = readlink("/proc/self/exe", path, sizeof path);
    std::string folder(path, length > 0 ? static_cast<std::size_t>(length) : 0);
    folder.resize(folder.rfind('/') + 1);
    return folder + "../lib/lapack_ai/plugins/cpu_lapack.so";
}

Options parse(int argc, char **argv) {
    Options options;
    options.plugin = default_plugin();
    for (int i = 1; i < argc; ++i) {
        const std::string argument = argv[i];
        if (argument == "--json") {
            options.json = true;
            continue;
        }
        if (argument == "--regret") {
            options.regret = true;
            continue;
        }
        if (i + 1 >= argc) throw std::runtime_error(argument + ": unknown, or without its value");
        const std::string value = argv[++i];
        if (argument == "--sizes") {
            options.sizes.clear();
            std::istringstream list(value);
            for (std::string n; std::getline(list, n, ',');) options.sizes.push_back(std::stoll(n));
        } else if (argument == "--threads") {
            options.threads = std::stoi(value);
        } else if (argument == "--repeats") {
            options.repeats = std::stoi(value);
        } else if (argument == "--plugin") {
            options.plugin = value;
        } else if (argument == "--ratio-svg") {
            options.ratio_svg = value;
        } else if (argument == "--error-svg") {
            options.error_svg = value;
        } else {
            throw std::runtime_error(argument + ": unknown");
        }
    }
    return options;
}

}  // namespace
}  // namespace lapack_ai::bench

int main(int argc, char **argv) {
    using namespace lapack_ai::bench;
    try {
        const auto options = parse(argc, argv);
        if (options.regret) {
            print_figures(measure_regret(options.repeats), options.json);
            return 0;
        }
        const NativeGemm native(options.plugin);
        print_figures(Report(native, options).run(), options.json);
        return 0;
    } catch (const std::exception &error) {
        std::cerr << "bench_alpha_gemm: " << error.what() << "\n";
        return 2;
    }
}
