// What recording a call costs: the recorder alone and with the two clock readings around the call, on one
// thread and on as many as there are processors, medians of batches; and that recording allocates nothing
// after warm-up. Usage: bench_metrics [--json]
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <new>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "metrics/metrics_recorder.hpp"
#include "support/figures.hpp"

namespace {

std::atomic<long> allocations{0};

}  // namespace

// Not inlined: g++ 12 otherwise takes the pair of malloc and delete for a mistake.
[[gnu::noinline]] void *operator new(std::size_t bytes) {
    ++allocations;
    if (void *memory = std::malloc(bytes != 0 ? bytes : 1)) return memory;
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void *memory) noexcept {
    std::free(memory);
}
[[gnu::noinline]] void operator delete(void *memory, std::size_t) noexcept {
    std::free(memory);
}

namespace {

using namespace lapack_ai;

constexpr int batches = 201, calls = 2000;

double now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

lai_event gemm_event(std::uint32_t variant) {
    lai_event event{};
    event.size = sizeof event;
    event.op = 1;
    event.dtype = LAI_DTYPE_F64;
    event.dims[0] = event.dims[1] = event.dims[2] = 4;
    event.batch = 1;
    event.variant = variant;
    event.predicted_seconds = 1e-7;
    event.flops = 128;
    return event;
}

// Nanoseconds a call of each batch.
std::vector<double> record(core::MetricsRecorder &metrics, std::uint32_t variant, bool with_clocks) {
    lai_event event = gemm_event(variant);
    std::vector<double> samples;
    samples.reserve(batches);
    for (int batch = 0; batch < batches; ++batch) {
        const double begin = now();
        for (int i = 0; i < calls; ++i) {
            if (with_clocks) {
                const std::uint64_t start = core::TickClock::now(), end = core::TickClock::now();
                event.end_ns = core::TickClock::to_ns(end);
                event.actual_seconds = core::TickClock::seconds(end - start);
            }
            metrics.call(event);
        }
        samples.push_back((now() - begin) / calls * 1e9);
    }
    return samples;
}

// What it costs a call of more than 20 us to be seen while it runs.
std::vector<double> publish(core::MetricsRecorder &metrics, std::uint32_t variant) {
    const lai_event event = gemm_event(variant);
    std::vector<double> samples;
    samples.reserve(batches);
    for (int batch = 0; batch < batches; ++batch) {
        const double begin = now();
        for (int i = 0; i < calls; ++i) {
            metrics.begin(event);
            metrics.end(0);
        }
        samples.push_back((now() - begin) / calls * 1e9);
    }
    return samples;
}

bench::Figure figure(const char *name, const std::vector<double> &samples, double target) {
    const auto [low, high] = std::minmax_element(samples.begin(), samples.end());
    return {name,
            bench::median(samples),
            "ns",
            target,
            "<=",
            "an empty loop",
            static_cast<long>(samples.size()),
            *low,
            *high,
            ""};
}

std::vector<double> record_on_all_processors(core::MetricsRecorder &metrics, std::uint32_t variant) {
    const unsigned count = std::max(2u, std::thread::hardware_concurrency());
    std::vector<std::vector<double>> samples(count);
    std::vector<std::thread> threads;
    for (unsigned t = 0; t < count; ++t)
        threads.emplace_back([&, t] { samples[t] = record(metrics, variant, true); });
    for (std::thread &thread : threads) thread.join();
    std::vector<double> all;
    for (const auto &one : samples) all.insert(all.end(), one.begin(), one.end());
    return all;
}

}  // namespace

int main(int argc, char **argv) {
    const bool json = argc > 1 && std::strcmp(argv[1], "--json") == 0;
    core::TickClock::calibrate();
    core::MetricsRecorder metrics;
    const std::uint32_t variant = metrics.variant("cpu_lapack", "", "cpu");
    metrics.call(gemm_event(variant));

    std::vector<bench::Figure> figures;
    figures.push_back(figure("record_ns", record(metrics, variant, false), 70));
    figures.push_back(figure("record_with_clocks_ns", record(metrics, variant, true), 100));
    figures.push_back(
        figure("record_with_clocks_all_processors_ns", record_on_all_processors(metrics, variant), 100));

    figures.push_back(figure("publish_in_flight_ns", publish(metrics, variant), 100));

    lai_event event = gemm_event(variant);
    const long before = allocations;
    for (int i = 0; i < 100000; ++i) {
        metrics.begin(event);
        metrics.call(event);
        metrics.end(0);
    }
    const auto made = static_cast<double>(allocations - before);
    figures.push_back({"allocations_after_warm_up", made, "", 0.0, "<=", "", 100000, 0, 0, ""});

    std::vector<double> snapshots;
    for (int i = 0; i < 51; ++i) {
        for (int j = 0; j < calls; ++j) metrics.call(event);
        const double begin = now();
        metrics.sums();
        snapshots.push_back((now() - begin) * 1e6);
    }
    bench::Figure collect = figure("collect_2000_records_us", snapshots, 2000);
    collect.unit = "us";
    collect.baseline = "";
    figures.push_back(collect);
    // The collector empties the rings 20 times a second: the share of a processor that takes while one thread
    // makes 40,000 calls a second.
    bench::Figure share = collect;
    share.name = "collector_at_20_hz_percent";
    share.unit = "% of a processor";
    share.target = 5.0;
    share.value = *collect.value * 20 * 1e-6 * 100;
    share.low *= 20e-4;
    share.high *= 20e-4;
    figures.push_back(share);
    return bench::print_figures(figures, json) ? 0 : 1;
}
