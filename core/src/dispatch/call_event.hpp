// What a call tells the recorder: that it runs, and how it ended.
#pragma once

#include "dispatch/engine.hpp"

namespace lapack_ai::core {

class Recorder;

// Predicted to take longer than this, a call counts for the division of the thread budget and is shown while
// it runs.
inline constexpr double long_call_seconds = 20e-6;

// Writes a finished call (kind 0), or another kind of event, to the view's recorder, which must be there.
void record_event(const lai_frame &frame, const lai_call &call, const Outcome &outcome, std::uint32_t variant,
                  double flops, std::uint32_t kind, lai_status status, std::uint64_t end_ticks) noexcept;

// Publishes a call as long as it lives, if it is a long one.
class Flight {
  public:
    Flight(const lai_frame &frame, const lai_call &call, const Decision &decision) noexcept;
    ~Flight();
    Flight(const Flight &) = delete;
    Flight &operator=(const Flight &) = delete;

  private:
    Recorder *recorder_;  // null: not published
    std::uint32_t depth_;
};

}  // namespace lapack_ai::core
