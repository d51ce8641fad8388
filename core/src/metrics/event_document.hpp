// One event as JSON, the same in every document that holds events.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "lapack_ai/abi/observer.h"

namespace lapack_ai::core {

class MetricsRecorder;

// Short name of an op ("gemm"); empty when nobody registered the number. [any]
std::string event_op_name(std::uint32_t number);

// As many dims as the op has, at most the four that an event holds. [any]
std::vector<std::int64_t> event_dims(const lai_event &event);

// All members under their names, with `backend` and `variant` spelled out. [any]
nlohmann::ordered_json event_json(const MetricsRecorder &metrics, const lai_event &event);

// A call that runs, of MetricsRecorder::in_flight(): what it is, where, `since_ns`. [any]
nlohmann::ordered_json in_flight_json(const MetricsRecorder &metrics, const lai_event &started);

// All of them: {"time_ns", "in_flight": [...]}. [any]
std::string in_flight_document(MetricsRecorder &metrics);

}  // namespace lapack_ai::core
