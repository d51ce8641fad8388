// What users read of decisions: what was chosen and why, what fell back, and why nothing could run.
#pragma once

#include <string>

#include "dispatch/engine.hpp"

namespace lapack_ai::core {

// "dgesvd (m=2000, n=500)".
std::string describe_call(const Op &op, const lai_call &call);

// Why a candidate cannot run, in one clause, with needed and available bytes where memory is the reason and
// the key where configuration is.
std::string explain_reason(const View &view, const Evaluated &candidate);

// Message of the error that ends an outermost call.
std::string failure_text(Ending ending, const Trial &trial, const lai_call &call, const View &view,
                         const RankingTable &table);

// The same for a requested backward error that was not reached.
std::string inaccuracy_text(const Op &op, const lai_call &call, const Certificate &certificate);

// Names those whose result was wrong in the thread's diagnosis.
void diagnose_wrong_results(const Op &op, const lai_call &call, ThreadState &thread, Outcome &outcome);

// One sentence on what a ranking came to: "cpu_lapack, predicted 1.2 ms: cpu_reference would take 9 times as
// long".
std::string summarise(const RankingTable &table);

// Warns of a variant that would have been chosen but for memory, with the bytes that it needs and those that
// it may have: once for a variant. Does nothing for tables without one.
void warn_of_memory(const Op &op, const lai_call &call, const RankingTable &table) noexcept;
// The same for one that was chosen and whose memory somebody else has taken meanwhile.
void warn_of_memory(const RegisteredVariant &variant, const Op &op, const lai_call &call,
                    std::uint64_t needed, std::uint64_t available) noexcept;

// Logs a fallback when the mode is `warn`.
void report_fallback(const lai_frame &frame, const Op &op, const lai_call &call,
                     const Failures::Item &failure, const RegisteredVariant &next) noexcept;

// "1.5 ms", "1.5 GiB".
std::string seconds_text(double seconds);
std::string bytes_text(std::uint64_t bytes);

}  // namespace lapack_ai::core
