// What a certificate costs: the share of a certified call that goes into copies of the originals and into
// checks, and the time of a call with backward_error against the same call without.
//
// usage: bench_certify [--json] [--pairs N]
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <iostream>
#include <memory>
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

lai_call_options options(double backward_error) {
    lai_call_options o{};
    o.size = sizeof o;
    o.backend = "cpu_lapack";
    o.threads = 1;
    o.backward_error = backward_error;
    return o;
}

std::vector<double> random_numbers(std::int64_t count) {
    std::mt19937_64 random(1);
    std::normal_distribution<double> normal;
    std::vector<double> x(static_cast<std::size_t>(count));
    for (double &value : x) value = normal(random);
    return x;
}

// A call on fresh copies of its operands.
struct Problem {
    const char *name;
    double backward_error;
    std::function<void()> refresh;
    std::function<std::int64_t(const lai_call_options *)> call;
};

Problem gemm(std::int64_t n) {
    struct Data {
        std::vector<double> A, B, C0, C;
    };
    auto d = std::make_shared<Data>(
        Data{random_numbers(n * n), random_numbers(n * n), random_numbers(n * n), random_numbers(n * n)});
    return {"gemm", 1e-13, [d] { d->C = d->C0; },
            [d, n](const lai_call_options *o) {
                return lai_gemm(nullptr, o, LAI_LAYOUT_COL, LAI_DTYPE_F64, 'N', 'N', n, n, n, {1, 0},
                                d->A.data(), n, d->B.data(), n, {1, 0}, d->C.data(), n);
            }};
}

Problem solve(std::int64_t n) {
    struct Data {
        std::vector<double> A0, A, b0, b;
        std::vector<std::int64_t> ipiv;
    };
    auto d = std::make_shared<Data>(Data{random_numbers(n * n), random_numbers(n * n), random_numbers(n),
                                         random_numbers(n),
                                         std::vector<std::int64_t>(static_cast<std::size_t>(n))});
    return {"gesv", 1e-13,
            [d] {
                d->A = d->A0;
                d->b = d->b0;
            },
            [d, n](const lai_call_options *o) {
                return lai_gesv(nullptr, o, LAI_LAYOUT_COL, LAI_DTYPE_F64, 'N', n, 1, d->A.data(), n,
                                d->ipiv.data(), d->b.data(), n);
            }};
}

Problem svd(std::int64_t n) {
    struct Data {
        std::vector<double> A0, A, S, U, VT;
    };
    auto d = std::make_shared<Data>(Data{random_numbers(n * n), random_numbers(n * n), random_numbers(n),
                                         random_numbers(n * n), random_numbers(n * n)});
    return {"gesvd", 1e-11, [d] { d->A = d->A0; },
            [d, n](const lai_call_options *o) {
                return lai_gesvd(nullptr, o, LAI_LAYOUT_COL, LAI_DTYPE_F64, 'S', 'S', n, n, d->A.data(), n,
                                 d->S.data(), d->U.data(), n, d->VT.data(), n);
            }};
}

void measure(const Problem &problem, std::int64_t n, int pairs, double target, std::vector<Figure> &figures) {
    const lai_call_options with = options(problem.backward_error), without = options(0);
    std::vector<double> shares, ratios;
    for (int pair = -1; pair < pairs; ++pair) {
        double seconds[2] = {};
        for (const int which : {pair & 1, 1 - (pair & 1)}) {
            problem.refresh();
            const double begin = now();
            const std::int64_t info = problem.call(which == 1 ? &with : &without);
            seconds[which] = now() - begin;
            if (info != 0) throw std::runtime_error(lai_last_error());
            if (which == 1 && pair >= 0) {
                const lai_certificate &c = *lai_last_certificate();
                shares.push_back(100 * c.check_seconds / c.total_seconds);
            }
        }
        if (pair >= 0) ratios.push_back(100 * (seconds[1] / seconds[0] - 1));
    }
    for (auto &[what, samples] :
         {std::pair{"share of the call", &shares}, {"over the call without", &ratios}}) {
        std::sort(samples->begin(), samples->end());
        Figure figure;
        figure.name = std::string("certificate, ") + problem.name + " n = " + std::to_string(n) + ", " + what;
        figure.value = median(*samples);
        figure.unit = "%";
        if (samples == &shares) {
            figure.target = target;
            figure.relation = "<=";
        }
        figure.baseline = "cpu_lapack, one thread";
        figure.n = pairs;
        figure.low = (*samples)[samples->size() / 4];
        figure.high = (*samples)[samples->size() * 3 / 4];
        figures.push_back(figure);
    }
}

int run(int argc, char **argv) {
    bool json = false;
    int pairs = 21;
    for (int i = 1; i < argc; ++i) {
        if (std::strcmp(argv[i], "--json") == 0)
            json = true;
        else if (std::strcmp(argv[i], "--pairs") == 0 && i + 1 < argc)
            pairs = std::atoi(argv[++i]);
        else
            throw std::runtime_error(std::string(argv[i]) + ": unknown option");
    }
    std::vector<Figure> figures;
    for (const std::int64_t n : {256, 1024, 2048}) {
        // The work is O(n^2) against O(n^3), and bound by memory: passes over the operands.
        const double target = n == 256 ? 30 : 12;
        const int few = n == 2048 ? std::max(3, pairs / 7) : pairs;
        measure(gemm(n), n, few, target, figures);
        measure(solve(n), n, few, target, figures);
        measure(svd(n), n, n == 256 ? pairs : n == 1024 ? 3 : 1, target, figures);
    }
    return print_figures(figures, json) ? 0 : 1;
}

}  // namespace
}  // namespace lapack_ai::bench

int main(int argc, char **argv) {
    try {
        return lapack_ai::bench::run(argc, argv);
    } catch (const std::exception &error) {
        std::cerr << "bench_certify: " << error.what() << "\n";
        return 2;
    }
}
