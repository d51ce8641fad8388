#include "metrics/event_document.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

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
    return {{"sequence", event.sequence},
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
            {"device_peak_bytes", event.device_peak_bytes}};
}

}  // namespace lapack_ai::core
