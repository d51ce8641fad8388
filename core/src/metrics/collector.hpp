// The thread behind the metrics of a process that is watched or recorded: empties the rings 20 times a
// second, so that a reader who comes once a second misses none of 40,000 calls a second and thread, and
// writes the recording that `metrics.file` asks for.
#pragma once

#include <memory>

namespace lapack_ai::core {

class Context;

// Starts the thread if the context's settings want it (dashboard.enabled, metrics.file); the first one to
// name a file is the one recorded. The recording is written each second in which calls ended, and at exit;
// a process that only forked off the recorded one writes nothing. [control]
void start_collector(const std::shared_ptr<Context> &context);

// Ends the thread and writes the recording once more. [control]
void stop_collector();

}  // namespace lapack_ai::core
