#include "metrics/snapshot.hpp"

#include <ctime>
#include <nlohmann/json.hpp>

#include "dispatch/op_table.hpp"
#include "metrics/event_document.hpp"
#include "metrics/metrics_recorder.hpp"
#include "metrics/process_identity.hpp"

namespace lapack_ai::core {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t sub_buckets = std::size_t{1} << histogram_sub_bits;

std::uint64_t clock_ns(clockid_t clock) {
    timespec now{};
    clock_gettime(clock, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000u + static_cast<std::uint64_t>(now.tv_nsec);
}

// Whole octaves from the first to the last that holds a call; the last upper edge is null, for infinity.
ordered_json histogram(const HistogramCounts &counts) {
    std::vector<std::pair<std::uint64_t, std::uint64_t>> octaves;  // upper edge, count
    octaves.emplace_back(histogram_upper_ns(0), counts[0]);
    for (std::size_t first = 1; first + 1 < histogram_buckets; first += sub_buckets) {
        std::uint64_t sum = 0;
        for (std::size_t i = first; i < first + sub_buckets; ++i) sum += counts[i];
        octaves.emplace_back(histogram_upper_ns(first + sub_buckets - 1), sum);
    }
    const auto holds = [](const auto &octave) { return octave.second != 0; };
    const auto begin = std::find_if(octaves.begin(), octaves.end(), holds);
    const auto end = std::find_if(octaves.rbegin(), octaves.rend(), holds).base();
    ordered_json upper = ordered_json::array(), count = ordered_json::array();
    for (auto octave = begin; octave < end; ++octave) {
        upper.push_back(static_cast<double>(octave->first) * 1e-9);
        count.push_back(octave->second);
    }
    upper.push_back(nullptr);
    count.push_back(counts[histogram_buckets - 1]);
    return {{"upper_s", upper}, {"count", count}};
}

std::string op_name(std::uint32_t number) {
    const Op *op = OpTable::instance().find(number);
    return op != nullptr ? op->short_name : "unknown";
}

VariantName names_of(const MetricsRecorder &metrics, std::uint32_t variant) {
    const VariantName *name = metrics.variant_name(variant);
    return name != nullptr ? *name : VariantName{"unknown", "", "", ""};
}

// JSON has no infinities; a sum that overflowed reads as null.
ordered_json number(double value) {
    return value - value == 0 ? ordered_json(value) : ordered_json(nullptr);
}

}  // namespace

std::string snapshot_document(MetricsRecorder &metrics) {
    const MetricsSums sums = metrics.sums();
    const std::uint64_t now = clock_ns(CLOCK_MONOTONIC);
    ordered_json series = ordered_json::array();
    for (const auto &[key, one] : sums.series) {
        const VariantName name = names_of(metrics, key.variant);
        series.push_back({{"op", op_name(key.op)},
                          {"dtype", std::string(1, dtype_letter(key.dtype))},
                          {"backend", name.plugin},
                          {"variant", name.variant},
                          {"device", name.device},
                          {"calls", one.calls},
                          {"errors", one.errors},
                          {"fallbacks", one.fallbacks},
                          {"seconds", number(one.seconds)},
                          {"flops", number(one.flops)},
                          {"p50_s", histogram_quantile(one.counts, 0.5)},
                          {"p90_s", histogram_quantile(one.counts, 0.9)},
                          {"p99_s", histogram_quantile(one.counts, 0.99)},
                          {"max_s", number(one.max_seconds)},
                          {"histogram", histogram(one.counts)}});
    }
    ordered_json figures = ordered_json::array();
    for (const Figure &figure : metrics.figures())
        figures.push_back({{"plugin", figure.plugin},
                           {"name", figure.name},
                           {"help", figure.help},
                           {"kind", figure.kind == 0 ? "counter" : "gauge"},
                           {"value", number(figure.value)}});
    ordered_json running = ordered_json::array();
    for (const lai_event &started : metrics.in_flight()) running.push_back(in_flight_json(metrics, started));
    const ordered_json document{{"process", process_json()},
                                {"time_ns", now},
                                {"wall_ns", clock_ns(CLOCK_REALTIME)},
                                {"uptime_s", static_cast<double>(now - process_started_ns()) * 1e-9},
                                {"sequence", sums.sequence},
                                {"dropped", sums.dropped},
                                {"calls", sums.calls},
                                {"errors", sums.errors},
                                {"fallbacks", sums.fallbacks},
                                {"in_flight", running},
                                {"series", series},
                                {"metrics", figures}};
    return document.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace lapack_ai::core
