// What host and probe helper agree on.
//
//   lapack-ai-probe PLUGIN.so ID
//   descriptor 0: the plugin's options as JSON, then core settings as path, JSON, path, JSON, ...; each text
//                 ends with a NUL
//   descriptor 3: lines from the helper: "stage load", "stage init", "stage tables", "stage shutdown" as it
//                 goes on, at the end "ok" or "bad REASON"
//
// The helper's standard output and error mean nothing. No last line: it crashed, hung or left.
#pragma once

namespace lapack_ai::core {

inline constexpr int probe_answer_descriptor = 3;
inline constexpr const char *probe_stage = "stage ";
inline constexpr const char *probe_ok = "ok";
inline constexpr const char *probe_bad = "bad ";

}  // namespace lapack_ai::core
