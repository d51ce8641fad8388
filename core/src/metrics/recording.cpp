#include "metrics/recording.hpp"

#include <nlohmann/json.hpp>

#include "metrics/event_document.hpp"
#include "metrics/event_log.hpp"
#include "metrics/metrics_recorder.hpp"
#include "metrics/process_identity.hpp"
#include "metrics/state_documents.hpp"

namespace lapack_ai::core {

std::string recording_document(MetricsRecorder &metrics, Context &context) {
    using nlohmann::ordered_json;
    ordered_json all{{"format", "lapack_ai recording"}, {"format_version", 1}};
    all["process"] = process_json();
    for (const char *name : {"snapshot", "decisions", "crossover", "breakers", "devices", "plugins"})
        all[name] = ordered_json::parse(state_document(name, context), nullptr, false);
    all["prometheus"] = state_document("prometheus", context);
    ordered_json events = ordered_json::array();
    for (const lai_event &event : metrics.events(0, 2 * EventLog::kept))
        events.push_back(event_json(metrics, event));
    all["events"] = std::move(events);
    return all.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace lapack_ai::core
