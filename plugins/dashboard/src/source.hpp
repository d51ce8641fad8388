// Where the page's data comes from: the running process through lai_metrics, or a recording. Both give the
// same documents, so nothing behind this interface knows which it is.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lapack_ai/abi/observer.h"

namespace lapack_ai::dashboard {

class Source {
  public:
    virtual ~Source() = default;
    // True if nothing more will happen.
    virtual bool recorded() const noexcept = 0;
    // Now, on the clock of the events' `end_ns`; of a recording the moment it was written.
    virtual std::uint64_t now_ns() const noexcept = 0;
    // Text of a document ("snapshot", "decisions", ..., "prometheus", "recording"); empty if there is none of
    // that name.
    virtual std::string document(std::string_view name) = 0;
    // Events after `after` as a JSON array, at most `limit`, oldest first; `last` becomes the last sequence
    // given and `missed` how many were lost before the first.
    virtual std::string events(std::uint64_t after, std::uint32_t limit, std::uint64_t &last,
                               std::uint64_t &missed) = 0;
};

// Reads from core while the process runs. Any thread.
std::unique_ptr<Source> live_source(const lai_host &host, const lai_metrics &metrics);

// Reads a recording: what export.json gives and `metrics.file` is. Throws std::runtime_error if it is none.
std::unique_ptr<Source> recorded_source(const std::string &file);

// The decisions as comma-separated values with a header line (RFC 4180).
std::string export_csv(Source &source);
// Chrome trace events, which Perfetto opens: one lane a thread, one slice a call.
std::string export_trace(Source &source);

}  // namespace lapack_ai::dashboard
