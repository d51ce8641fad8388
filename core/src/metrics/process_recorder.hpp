// The recorder of this process. Made on first use and never destroyed.
#pragma once

#include "dispatch/recorder.hpp"

namespace lapack_ai::core {

class MetricsRecorder;

// What the runtime records to.
Recorder &process_recorder();

// The same, for those who read.
MetricsRecorder &process_metrics();

}  // namespace lapack_ai::core
