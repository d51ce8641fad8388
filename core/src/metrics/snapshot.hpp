// What the counters say, as documents: the JSON "snapshot" and Prometheus' text exposition.
#pragma once

#include <string>

namespace lapack_ai::core {

class MetricsRecorder;

// Sums per (op, dtype, backend, variant) with quantiles and histogram, totals, plugins' figures. [any]
std::string snapshot_document(MetricsRecorder &metrics);

// The same in text exposition format 0.0.4; `more` (complete families) goes last. [any]
std::string prometheus_document(MetricsRecorder &metrics, const std::string &more);

// A label value with backslash, quote and newline escaped.
std::string prometheus_label(const std::string &value);

}  // namespace lapack_ai::core
