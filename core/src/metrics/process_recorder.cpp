#include "metrics/process_recorder.hpp"

#include <pthread.h>

#include "metrics/metrics_recorder.hpp"

namespace lapack_ai::core {

MetricsRecorder &process_metrics() {
    static MetricsRecorder &recorder = *[] {
        auto *made = new MetricsRecorder;
        pthread_atfork([] { process_metrics().before_fork(); }, [] { process_metrics().after_fork(false); },
                       [] { process_metrics().after_fork(true); });
        return made;
    }();
    return recorder;
}

Recorder &process_recorder() {
    return process_metrics();
}

}  // namespace lapack_ai::core
