// One event as JSON, the same in every document that holds events.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
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

}  // namespace lapack_ai::core
