// A recording: everything the endpoint shows, in one JSON object, for a process that has ended.
#pragma once

#include <string>

namespace lapack_ai::core {

class Context;
class MetricsRecorder;

// {"format": "lapack_ai recording", "format_version": 1, "process": {...}, the documents under their names,
// "events": all that are kept, oldest first}. [any]
std::string recording_document(MetricsRecorder &metrics, Context &context);

}  // namespace lapack_ai::core
