// What a call through the library costs over a direct call of the same copy of OpenBLAS, decision cached: in
// nanoseconds at n = 4, in instructions, and as a ratio at n = 256. One thread; both sides interleaved.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "dispatch/instruction_count.hpp"
#include "dispatch/native_gemm.hpp"
#include "lapack_ai/lapack_ai.h"
#include "support/figures.hpp"

namespace lapack_ai::bench {
namespace {

constexpr const char *direct_baseline = "dgemm_ of the same OpenBLAS, called directly";

// A context with metrics and diagnostics switched as asked, one thread.
lai_context *make_context(bool metrics, bool diagnostics) {
    const auto flag = [](bool on) { return on ? "true" : "false"; };
    const lai_override overrides[] = {
        {sizeof(lai_override), 0, "metrics.enabled", flag(metrics), "bench_dispatch"},
        {sizeof(lai_override), 0, "plugins.diagnostics.enabled", flag(diagnostics), "bench_dispatch"},
        {sizeof(lai_override), 0, "dispatch.threads", "1", "bench_dispatch"},
        {sizeof(lai_override), 0, "dispatch.pin", "{gemm: cpu_lapack}", "bench_dispatch"},
    };
    lai_context_options options{};
    options.size = sizeof(options);
    options.overrides = overrides;
    options.override_count = std::size(overrides);
    lai_context *context = nullptr;
    if (lai_context_create(&options, &context) != 0) throw std::runtime_error(lai_last_error());
    return context;
}

struct Problem {
    explicit Problem(std::int32_t size) : n(size), a(area(), 0.5), b(area(), 0.25), c(area()) {}
    std::size_t area() const { return static_cast<std::size_t>(n) * static_cast<std::size_t>(n); }

    void direct(const NativeGemm &native) {
        native.dgemm("N", "N", &n, &n, &n, &one, a.data(), &n, b.data(), &n, &zero, c.data(), &n, 1, 1);
    }
    void through_library(lai_context *context) {
        const std::int64_t info = lai_gemm(context, nullptr, LAI_LAYOUT_COL, LAI_DTYPE_F64, 'N', 'N', n, n, n,
                                           {1, 0}, a.data(), n, b.data(), n, {0, 0}, c.data(), n);
        if (info != 0) throw std::runtime_error(lai_last_error());
    }

    std::int32_t n;
    double one = 1, zero = 0;
    std::vector<double> a, b, c;
};

double seconds_of(int turns, const std::function<void()> &work) {
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < turns; ++i) work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() / turns;
}

// Median of the differences of neighbouring samples: what disturbs the machine disturbs both of a pair.
Figure overhead(const std::string &name, double target, const NativeGemm &native, lai_context *context) {
    Problem p(4);
    p.through_library(context);
    std::vector<double> samples;
    constexpr int pairs = 301, turns = 2000;
    for (int i = 0; i < pairs; ++i) {
        const double direct = seconds_of(turns, [&] { p.direct(native); });
        const double library = seconds_of(turns, [&] { p.through_library(context); });
        samples.push_back((library - direct) * 1e9);
    }
    std::sort(samples.begin(), samples.end());
    return {name,
            median(samples),
            "ns",
            target,
            "<=",
            direct_baseline,
            pairs,
            samples[samples.size() / 10],
            samples[samples.size() * 9 / 10],
            ""};
}

Figure large_ratio(const NativeGemm &native, lai_context *context) {
    Problem p(256);
    p.through_library(context);
    std::vector<double> ratios;
    constexpr int pairs = 201;
    for (int i = 0; i < pairs; ++i) {
        // The order changes from pair to pair, so that going second costs neither side.
        double direct = 0, library = 0;
        if (i % 2 == 0) direct = seconds_of(2, [&] { p.direct(native); });
        library = seconds_of(2, [&] { p.through_library(context); });
        if (i % 2 != 0) direct = seconds_of(2, [&] { p.direct(native); });
        ratios.push_back(library / direct);
    }
    std::sort(ratios.begin(), ratios.end());
    return {"gemm n=256, ratio to a direct call",
            median(ratios),
            "x",
            1.02,
            "<=",
            direct_baseline,
            pairs,
            ratios[ratios.size() / 10],
            ratios[ratios.size() * 9 / 10],
            ""};
}

// A call whose decision is in no cache: leading dimensions that were not seen before.
Figure uncached(lai_context *context) {
    Problem p(4);
    std::vector<double> wide(4 * 70000);
    std::vector<double> samples;
    std::int64_t ld = 5;
    for (int i = 0; i < 101; ++i) {
        const double cached = seconds_of(200, [&] { p.through_library(context); });
        const double ranked = seconds_of(200, [&] {
            const std::int64_t info =
                lai_gemm(context, nullptr, LAI_LAYOUT_COL, LAI_DTYPE_F64, 'N', 'N', 4, 4, 4, {1, 0},
                         p.a.data(), 4, p.b.data(), 4, {0, 0}, wide.data(), ++ld);
            if (info != 0) throw std::runtime_error(lai_last_error());
        });
        samples.push_back((ranked - cached) * 1e9);
    }
    std::sort(samples.begin(), samples.end());
    return {"gemm n=4, checks and ranking of a call not seen before",
            median(samples),
            "ns",
            std::nullopt,
            "<=",
            "the same call with a cached decision",
            101,
            samples[10],
            samples[90],
            ""};
}

Figure instructions(const std::string &name, std::optional<double> target, const std::string &kind) {
    Figure f{name, std::nullopt, "instructions", target, "<=", direct_baseline, 2000, 0, 0, ""};
    const auto direct = instructions_per_turn("direct", f.reason);
    const auto library = instructions_per_turn(kind, f.reason);
    if (direct && library) f.value = *library - *direct;
    return f;
}

// What instructions_per_turn() runs under callgrind.
void loop(const std::string &kind, int turns) {
    lai_context *context = make_context(kind == "metrics", kind == "diagnostics");
    const NativeGemm native = native_gemm();
    native.set_threads(1);
    Problem p(4);
    p.through_library(context);
    counted_turns(turns, [&] {
        if (kind == "direct") {
            p.direct(native);
        } else {
            p.through_library(context);
        }
    });
}

int run(bool json) {
    lai_context *plain = make_context(false, false);
    lai_context *metered = make_context(true, false);
    lai_context *diagnosed = make_context(true, true);
    const NativeGemm native = native_gemm();
    native.set_threads(1);
    std::vector<Figure> figures;
    figures.push_back(overhead("gemm n=4, added by the library, metrics off", 60, native, plain));
    figures.push_back(overhead("gemm n=4, added by the library, metrics on", 130, native, metered));
    figures.push_back(
        overhead("gemm n=4, added by the library, metrics and diagnostics", 350, native, diagnosed));
    figures.push_back(large_ratio(native, metered));
    figures.push_back(uncached(plain));
    figures.push_back(instructions("gemm n=4, instructions added, metrics off", 300, "plain"));
    figures.push_back(instructions("gemm n=4, instructions added, metrics on", std::nullopt, "metrics"));
    const bool met = print_figures(figures, json);
    for (lai_context *context : {plain, metered, diagnosed}) lai_context_destroy(context);
    return met ? 0 : 1;
}

}  // namespace
}  // namespace lapack_ai::bench

int main(int argc, char **argv) {
    try {
        if (argc == 4 && std::strcmp(argv[1], "--loop") == 0) {
            lapack_ai::bench::loop(argv[2], std::atoi(argv[3]));
            return 0;
        }
        const bool json = argc == 2 && std::strcmp(argv[1], "--json") == 0;
        if (argc > 1 && !json) {
            std::fprintf(stderr, "usage: bench_dispatch [--json]\n");
            return 2;
        }
        return lapack_ai::bench::run(json);
    } catch (const std::exception &error) {
        std::fprintf(stderr, "bench_dispatch: %s\n", error.what());
        return 3;
    }
}
