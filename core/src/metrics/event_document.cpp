#include "metrics/event_document.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/clock.hpp"
#include "dispatch/dispatcher.hpp"
#include "dispatch/op_table.hpp"
#include "dispatch/words.hpp"
#include "metrics/metrics_recorder.hpp"

namespace lapack_ai::core {
namespace {

using nlohmann::ordered_json;

// JSON has no infinities and no NaN.
ordered_json number(double value) {
    return std::isfinite(value) ? ordered_json(value) : ordered_json(nullptr);
}

const char *kind_name(std::uint32_t kind) {
    static constexpr const char *names[] = {"call", "fallback", "error", "breaker", "plugin"};
    return kind < std::size(names) ? names[kind] : "unknown";
}

}  // namespace

std::string event_op_name(std::uint32_t number) {
    const Op *op = OpTable::instance().find(number);
    return op != nullptr ? op->short_name : "";
}

std::vector<std::int64_t> event_dims(const lai_event &event) {
    const Op *op = OpTable::instance().find(event.op);
    const std::uint32_t count = op != nullptr ? std::min(op->schema->dim_count, 4u) : 0;
    return {event.dims, event.dims + count};
}

ordered_json event_json(const MetricsRecorder &metrics, const lai_event &event) {
    const VariantName *name = metrics.variant_name(event.variant);
    const bool seen = event.device_utilisation_age_ns != 0;
    return {
        {"sequence", event.sequence},
        {"end_ns", event.end_ns},
        {"wall_ns", event.wall_ns},
        {"kind", kind_name(event.kind)},
        {"op", event_op_name(event.op)},
        {"dtype", std::string(1, dtype_letter(event.dtype))},
        {"dims", event_dims(event)},
        {"batch", event.batch},
        {"backend", name != nullptr ? name->plugin : ""},
        {"variant", name != nullptr ? name->variant : ""},
        {"strategy", to_string(static_cast<Strategy>(std::min(event.strategy, 3u)))},
        {"predicted_s", number(event.predicted_seconds)},
        {"actual_s", number(event.actual_seconds)},
        {"transfer_s", number(event.transfer_seconds)},
        {"fallbacks", event.fallbacks},
        {"info", event.info},
        {"status", status_name(event.status)},
        {"thread", event.thread},
        {"depth", event.depth},
        {"flops", number(event.flops)},
        {"bytes_to_device", event.bytes_to_device},
        {"bytes_from_device", event.bytes_from_device},
        {"device_peak_bytes", event.device_peak_bytes},
        {"device_utilisation", seen ? number(event.device_utilisation) : ordered_json(nullptr)},
        {"device_utilisation_age_s",
         seen ? number(static_cast<double>(event.device_utilisation_age_ns) * 1e-9) : ordered_json(nullptr)}};
}

ordered_json in_flight_json(const MetricsRecorder &metrics, const lai_event &started) {
    const VariantName *name = metrics.variant_name(started.variant);
    return {{"op", event_op_name(started.op)},
            {"dtype", std::string(1, dtype_letter(started.dtype))},
            {"dims", event_dims(started)},
            {"batch", started.batch},
            {"backend", name != nullptr ? name->plugin : ""},
            {"variant", name != nullptr ? name->variant : ""},
            {"thread", started.thread},
            {"depth", started.depth},
            {"since_ns", started.end_ns},
            {"predicted_s", number(started.predicted_seconds)}};
}

std::string in_flight_document(MetricsRecorder &metrics) {
    ordered_json list = ordered_json::array();
    for (const lai_event &started : metrics.in_flight()) list.push_back(in_flight_json(metrics, started));
    return ordered_json{{"time_ns", now_ns()}, {"in_flight", list}}.dump(
        -1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace lapack_ai::core
