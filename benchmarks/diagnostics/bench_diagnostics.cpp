// What the diagnostics plugin costs: solves with it and without it, interleaved in one process on one thread,
// and the price of explaining a failure against the condition estimate of the same size.
//
// usage: bench_diagnostics [--json] [--pairs N]
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "lapack_ai/lapack_ai.h"
#include "support/figures.hpp"

namespace lapack_ai::bench {
namespace {

double now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

lai_context *context(bool diagnostics) {
    const lai_override settings[] = {{sizeof(lai_override), 0, "plugins.diagnostics.enabled",
                                      diagnostics ? "true" : "false", "bench_diagnostics"},
                                     {sizeof(lai_override), 0, "log.level", "error", "bench_diagnostics"}};
    lai_context_options options{};
    options.size = sizeof options;
    options.override_count = 2;
    options.overrides = settings;
    lai_context *made = nullptr;
    if (lai_context_create(&options, &made) != 0) throw std::runtime_error(lai_last_error());
    return made;
}

// A system of order n, solved again and again from fresh copies.
class System {
  public:
    System(std::int64_t n, bool singular) : n_(n), A_(n * n), b_(n, 1.0), LU_(n * n), x_(n), ipiv_(n) {
        std::mt19937_64 random(1);
        std::uniform_real_distribution<double> uniform(-1, 1);
        for (double &a : A_) a = uniform(random);
        for (std::int64_t i = 0; i < n; ++i) A_[i * n + i] += 3;
        for (std::int64_t j = 0; singular && j < n; ++j) A_[j * n + n / 2] = 0;
    }
    // Seconds of one solve.
    double solve(lai_context *context) {
        std::copy(A_.begin(), A_.end(), LU_.begin());
        std::copy(b_.begin(), b_.end(), x_.begin());
        lai_call_options options{};
        options.size = sizeof options;
        options.threads = 1;
        options.backend = "cpu_lapack";
        const double start = now();
        const std::int64_t info = lai_gesv(context, &options, LAI_LAYOUT_COL, LAI_DTYPE_F64, 'N', n_, 1,
                                           LU_.data(), n_, ipiv_.data(), x_.data(), n_);
        const double took = now() - start;
        if (info < 0) throw std::runtime_error(lai_last_error());
        return took;
    }
    // Seconds of one condition estimate on the factors of the last solve.
    double estimate(lai_context *context) {
        double rcond = 0;
        const double start = now();
        lai_gecon(context, nullptr, LAI_LAYOUT_COL, LAI_DTYPE_F64, '1', n_, LU_.data(), n_, 1.0, &rcond);
        return now() - start;
    }

  private:
    std::int64_t n_;
    std::vector<double> A_, b_, LU_, x_;
    std::vector<std::int64_t> ipiv_;
};

Figure cost_on_success(lai_context *on, lai_context *off, std::int64_t n, int pairs) {
    System system(n, false);
    for (int i = 0; i < 10; ++i) system.solve(on), system.solve(off);
    std::vector<double> with, without, ratios;
    // Small solves are timed in groups: a clock reading costs as much as what is measured.
    const int group = n < 64 ? 64 : n < 256 ? 8 : 1;
    for (int pair = 0; pair < pairs; ++pair) {
        double seconds[2] = {0, 0};
        for (int i = 0; i < group; ++i)
            for (const int which : {pair & 1, 1 - (pair & 1)})
                seconds[which] += system.solve(which ? on : off);
        without.push_back(seconds[0] / group);
        with.push_back(seconds[1] / group);
        ratios.push_back(100 * (seconds[1] / seconds[0] - 1));
    }
    Figure figure;
    figure.n = pairs;
    figure.relation = "<=";
    figure.baseline = "gesv with the plugin disabled";
    std::sort(ratios.begin(), ratios.end());
    if (n <= 8) {
        figure.name = "diagnostics on success, gesv n = " + std::to_string(n);
        figure.value = (median(with) - median(without)) * 1e6;
        figure.unit = "us";
        figure.target = 0.2;
    } else {
        figure.name = "diagnostics on success, gesv n = " + std::to_string(n);
        figure.value = median(ratios);
        figure.unit = "%";
        figure.target = n >= 512 ? 2.5 : 5;
        figure.low = ratios[ratios.size() / 4];
        figure.high = ratios[ratios.size() * 3 / 4];
    }
    return figure;
}

Figure cost_on_failure(lai_context *on, lai_context *off, std::int64_t n, int pairs) {
    System system(n, true), good(n, false);
    std::vector<double> ratios;
    for (int pair = 0; pair < pairs; ++pair) {
        const double without = system.solve(off), with = system.solve(on);
        good.solve(off);
        ratios.push_back((with - without) / good.estimate(off));
    }
    std::sort(ratios.begin(), ratios.end());
    Figure figure;
    figure.name = "diagnostics on a zero row, gesv n = " + std::to_string(n);
    figure.value = median(ratios);
    figure.unit = "x gecon";
    figure.target = 2;
    figure.relation = "<=";
    figure.baseline = "gecon of the same order";
    figure.n = pairs;
    figure.low = ratios[ratios.size() / 4];
    figure.high = ratios[ratios.size() * 3 / 4];
    return figure;
}

int run(int argc, char **argv) {
    bool json = false;
    int pairs = 101;
    for (int i = 1; i < argc; ++i) {
        if (std::strcmp(argv[i], "--json") == 0)
            json = true;
        else if (std::strcmp(argv[i], "--pairs") == 0 && i + 1 < argc)
            pairs = std::atoi(argv[++i]);
        else
            throw std::runtime_error(std::string(argv[i]) + ": unknown option");
    }
    lai_context *on = context(true), *off = context(false);
    std::vector<Figure> figures;
    for (const std::int64_t n : {8, 32, 64, 128, 256, 512, 1024})
        figures.push_back(cost_on_success(on, off, n, n >= 1024 ? std::min(pairs, 51) : pairs));
    for (const std::int64_t n : {32, 256}) figures.push_back(cost_on_failure(on, off, n, pairs));
    const bool met = print_figures(figures, json);
    lai_context_destroy(on);
    lai_context_destroy(off);
    return met ? 0 : 1;
}

}  // namespace
}  // namespace lapack_ai::bench

int main(int argc, char **argv) {
    try {
        return lapack_ai::bench::run(argc, argv);
    } catch (const std::exception &error) {
        std::cerr << "bench_diagnostics: " << error.what() << "\n";
        return 2;
    }
}
