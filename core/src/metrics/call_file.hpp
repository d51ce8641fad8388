// The call logs of a process and the files they are written to.
#pragma once

#include <string>

#include "dispatch/recorder.hpp"

namespace lapack_ai::core {

// The log that goes to `file` (setting `record.file`; %p stands for the process id, and then a forked child
// has a file of its own, else it records nothing). Lives as long as the process. It is written when the
// process ends and by flush_call_files(). [any]
CallRecorder &call_log_for(const std::string &file);

// Writes what has changed. A file that cannot be written is reported once. [any]
void flush_call_files() noexcept;

}  // namespace lapack_ai::core
