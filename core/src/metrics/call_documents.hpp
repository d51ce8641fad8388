// Documents about where calls went and where they would go: decisions with their rankings, and the sizes at
// which one backend overtakes another.
#pragma once

#include <string>

namespace lapack_ai::core {

class Dispatcher;
class MetricsRecorder;

// The newest 200 events, newest first, and the ranking of up to 50 distinct shapes among them as it stands
// now (with the op's initial letters: events do not keep letters). [any]
std::string decisions_document(MetricsRecorder &metrics, Dispatcher &dispatcher);

// For each op and type that was called: measured (flops, seconds) and predicted ones by backend, and the
// flops at which the predicted best changes hands. [any]
std::string crossover_document(MetricsRecorder &metrics, Dispatcher &dispatcher);

}  // namespace lapack_ai::core
