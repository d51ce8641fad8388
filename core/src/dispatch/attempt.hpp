// One try of one variant: breaker, leases, workspace, originals, the call itself, and what it leaves behind
// in metrics, breaker and cost model.
#pragma once

#include "dispatch/engine.hpp"

namespace lapack_ai::core {

// What every attempt of a dispatch works with.
struct AttemptContext {
    EngineServices &services;
    lai_call &call;
    lai_frame &frame;
    ThreadState &thread;
    Outcome &outcome;
    Trial &trial;
};

// Runs the variant of `decision`. Anything but LAI_OK is recorded in trial.failures.
lai_status attempt(const AttemptContext &context, const Decision &decision) noexcept;

// What a call that did not end with LAI_OK leaves behind: a fault for its breaker, a line in trial.failures.
void note_failure(const AttemptContext &context, const Decision &decision, lai_status status) noexcept;

// For certified calls, whose breaker hears of success only when the result was checked.
void note_good_result(const AttemptContext &context, const Decision &decision) noexcept;
// A result with LAI_OK that cannot be right: its breaker opens at once, a line in trial.failures.
void note_wrong_result(const AttemptContext &context, const Decision &decision) noexcept;

// Writes a finished call (kind 0), or another kind of event, when there is a recorder.
void record(const AttemptContext &context, const Decision &decision, std::uint32_t kind, lai_status status,
            std::uint64_t end_ticks) noexcept;

// Where a finished call ran, for Outcome::strategy.
Strategy strategy_of(const RegisteredVariant &variant, const lai_frame &frame, const Trial &trial) noexcept;

}  // namespace lapack_ai::core
