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
    enum class Kind { good, zero_row, twin_columns };
    System(std::int64_t n, Kind kind) : n_(n), A_(n * n), b_(n, 1.0), LU_(n * n), x_(n), ipiv_(n) {
        std::mt19937_64 random(1);
        std::uniform_real_distribution<double> uniform(-1, 1);
        for (double &a : A_) a = uniform(random);
        for (std::int64_t i = 0; i < n; ++i) A_[i * n + i] += 3;
        for (std::int64_t k = 0; k < n; ++k) {
            if (kind == Kind::zero_row) A_[k * n + n / 2] = 0;
            if (kind == Kind::twin_columns) A_[(n - 1) * n + k] = 2 * A_[k];
        }
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
    System system(n, System::Kind::good);
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

Figure cost_on_failure(lai_context *on, lai_context *off, System::Kind kind, std::int64_t n, int pairs) {
    System system(n, kind), good(n, System::Kind::good);
    std::vector<double> ratios;
    for (int pair = 0; pair < pairs; ++pair) {
        const double without = system.solve(off), with = system.solve(on);
        good.solve(off);
        ratios.push_back((with - without) / good.estimate(off));
    }
    std::sort(ratios.begin(), ratios.end());
    Figure figure;
    figure.name = std::string("diagnostics on ") +
                  (kind == System::Kind::zero_row ? "a zero row" : "dependent columns") +
                  ", gesv n = " + std::to_string(n);
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

// Input on which the reference routine never returns: how long the answer takes.
template <class Call>
Figure hanging(const std::string &name, int times, Call call) {
    std::vector<double> ms;
    for (int i = 0; i < times; ++i) {
        const double start = now();
        if (call() >= 0) throw std::runtime_error(name + ": was not refused");
        ms.push_back(1e3 * (now() - start));
    }
    std::sort(ms.begin(), ms.end());
    Figure figure;
    figure.name = name;
    figure.value = ms.back();
    figure.unit = "ms, the slowest";
    figure.target = 1;
    figure.relation = "<=";
    figure.baseline = "never returns";
    figure.n = times;
    figure.low = ms.front();
    figure.high = ms.back();
    return figure;
}

Figure dgesdd_with_inf(lai_context *on, int times) {
    return hanging("dgesdd of a 3 x 3 matrix with an Inf, answered in", times, [on] {
        double A[9] = {HUGE_VAL, 1, 1, 1, 1, 1, 1, 1, 1}, s[3], u[9], vt[9];
        return lai_gesvd(on, nullptr, LAI_LAYOUT_COL, LAI_DTYPE_F64, 'A', 'A', 3, 3, A, 3, s, u, 3, vt, 3);
    });
}

Figure dsyevr_with_nan(lai_context *on, int times) {
    return hanging("dsyevr of an 8 x 8 matrix with a NaN, answered in", times, [on] {
        double A[64], w[8];
        std::fill_n(A, 64, 1.0);
        A[0] = std::nan("");
        return lai_syev(on, nullptr, LAI_LAYOUT_COL, LAI_DTYPE_F64, 'V', 'L', 8, A, 8, w);
    });
}

// Calls of LAPACK that all backends have got so far, nested ones too.
double calls_so_far(lai_context *context) {
    std::string text(1 << 20, '\0');
    const std::int64_t length = lai_document(context, "snapshot", text.data(), text.size());
    const std::size_t at = text.find("\"calls\":");
    if (length < 0 || at == std::string::npos) throw std::runtime_error("no snapshot");
    return std::atof(text.c_str() + at + 8);
}

Figure calls_per_failure(lai_context *on, int times) {
    System system(64, System::Kind::zero_row);
    system.solve(on);
    const double before = calls_so_far(on);
    for (int i = 0; i < times; ++i) system.solve(on);
    Figure figure;
    figure.name = "calls of LAPACK for a failing gesv and its diagnosis";
    figure.value = (calls_so_far(on) - before) / times;
    figure.unit = "calls";
    figure.target = 1;
    figure.relation = "<=";
    figure.n = times;
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
    for (const auto kind : {System::Kind::zero_row, System::Kind::twin_columns})
        for (const std::int64_t n : {32, 256}) figures.push_back(cost_on_failure(on, off, kind, n, pairs));
    figures.push_back(calls_per_failure(on, pairs));
    figures.push_back(dgesdd_with_inf(on, pairs));
    figures.push_back(dsyevr_with_nan(on, pairs));
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
