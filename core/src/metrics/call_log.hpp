// The calls of a process by shape, for `lapack-ai record` and `replay`: what was called how often and how
// long it took, never any data. Calls of one op, element type, shape, letters and backend are one line with
// counts, so that a million of them stay small.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "dispatch/recorder.hpp"
#include "lapack_ai/abi/call.h"

namespace lapack_ai::core {

class MetricsRecorder;

// What tells calls apart.
struct CallShape {
    static constexpr std::size_t most_dims = 6;
    std::uint32_t op = 0, dtype = 0, variant = 0;
    std::uint32_t threads = 0;
    std::int64_t batch = 1;
    std::uint64_t letters = 0;  // as in Workload::flags
    std::array<std::int64_t, most_dims> dims{};
    auto operator<=>(const CallShape &) const = default;
};

// Times of such calls. The median is that of a sample of all of them, every one as likely to be in it.
class CallTimes {
  public:
    void add(double seconds, double predicted) noexcept;
    std::uint64_t count() const noexcept { return count_; }
    double total() const noexcept { return total_; }
    double predicted() const noexcept { return predicted_; }
    double median() const;

  private:
    static constexpr std::size_t sample_size = 63;
    std::uint64_t count_ = 0, random_ = 88172645463325252u;
    double total_ = 0, predicted_ = 0;
    std::array<float, sample_size> sample_{};
};

class CallLog final : public CallRecorder {
  public:
    static constexpr std::size_t most_shapes = 1 << 16;

    // Outermost finished calls; a lock and a search, some hundred nanoseconds. [any]
    void add(const lai_call &call, const lai_event &event) noexcept override;
    // {"format": "lapack_ai calls", "format_version": 1, "program", "machine", "lost", "calls": [...]}
    std::string document(const MetricsRecorder &names) const;
    bool empty() const;
    std::uint64_t changes() const;  // grows with every call
    void clear();

    // Around fork.
    void lock() { mutex_.lock(); }
    void unlock() { mutex_.unlock(); }

  private:
    mutable std::mutex mutex_;
    std::map<CallShape, CallTimes> shapes_;
    std::uint64_t calls_ = 0, lost_ = 0;
};

}  // namespace lapack_ai::core
