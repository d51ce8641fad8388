// From a checked call to a result: ranking, decision cache, execution, fallback with the original data,
// breaker, recording. Safe from any number of threads; the cached path takes no lock and allocates nothing.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "dispatch/op_table.hpp"
#include "lapack_ai/abi/enhancer.h"
#include "lapack_ai/abi/host.h"
#include "plugin/loaded_plugin.hpp"

namespace lapack_ai::core {

class Registry;  // immutable snapshot of plugins, variants, spaces (dispatch/registry.hpp)

enum class Strategy : std::uint32_t { cpu_optimized = 0, cpu_fallback = 1, gpu_opencl = 2, other = 3 };
const char *to_string(Strategy strategy);

// What a caller may set for one call, over the settings; zero and null mean "as configured".
struct CallOptions {
    const char *backend = nullptr;         // forced plugin id
    const char *const *disable = nullptr;  // excluded plugin ids
    std::uint32_t disable_count = 0;
    lai_accuracy accuracy = LAI_ACCURACY_INHERIT;
    int fallback = -1;  // FallbackMode
    std::int32_t threads = 0;
    std::uint64_t deadline_ns = 0;
    double backward_error = 0;      // accuracy by request
    const char *variant = nullptr;  // forced variant of the forced backend
};

// One line of the ranking.
struct Candidate {
    std::string plugin, variant, device;
    lai_reason reason = LAI_REASON_NONE;
    std::string note;
    lai_cost cost{};               // as the plugin's query answered
    double predicted_seconds = 0;  // the model's mean, all parts
    double setup_seconds = 0, transfer_seconds = 0, compute_seconds = 0;
    double low_seconds = 0, high_seconds = 0;  // predicted interval
    double score = 0;                          // what the ranking sorts by
    double expected_error = 0;                 // backward error; 0: none was asked for
    double actual_seconds = 0;                 // of the last call of this shape that was timed; 0: none
    std::uint32_t actual_calls = 0;            // of this shape that were timed in this process
    std::string breaker;                       // CLOSED, OPEN (n s left), HALF_OPEN
    std::uint64_t memory_limit_bytes = 0;
    std::string model;  // "plugin's own", "profile", "online"
};

struct Ranking {
    std::vector<Candidate> candidates;  // best first, then those that cannot run
    bool cached = false;
    Strategy strategy = Strategy::cpu_optimized;
    double flops = 0;     // of the whole call
    std::string summary;  // one sentence: what was chosen and why
};

// Outcome of one call. Plain data without allocation, so that the hot path can fill it; `backend` and
// `variant` are owned by the registry snapshot, which lives for the process.
struct Outcome {
    lai_status status = LAI_OK;
    lai_result result{};
    const char *backend = "";
    const char *variant = "";
    Strategy strategy = Strategy::cpu_optimized;
    double predicted_seconds = 0;
    double actual_seconds = 0;
    std::uint32_t fallbacks = 0;
    bool cached = false;
    // Bound on the backward error that CallOptions::backward_error asked for; -1: none was certified.
    double certified_error = -1;
    const lai_diagnosis *diagnosis = nullptr;  // of this thread, until its next call; null: nothing to say
    double norm1 = std::numeric_limits<double>::quiet_NaN();  // of A, measured by the enhancer; NaN: not
};

class Dispatcher {
  public:
    virtual ~Dispatcher() = default;
    // Runs the call. The caller has filled op, dtype, dims, flags, scalars, operands, batch and layout; the
    // rest is set here. INFO != 0 is an outcome, not an error. Throws Error(no_backend),
    // Error(backend_failed) (strict, or all failed; every reason named), Error(bad_input) when
    // check_arguments objects (after a diagnosis was made).
    virtual Outcome run(lai_call &call, const CallOptions &options) = 0;
    // Ranks without running. Operand data may be null.
    virtual Ranking explain(const lai_call &call, const CallOptions &options) = 0;
    // For arguments that were checked before they became a call (row-major): makes the diagnosis of misuse
    // and throws ArgumentError, as run() does.
    [[noreturn]] virtual void reject(const lai_call &call, const ArgumentFault &fault) = 0;
};

// The diagnosis of this thread's last call, also when it ended by an exception; null: nothing to say. Valid
// until the thread's next call.
const lai_diagnosis *last_diagnosis() noexcept;

}  // namespace lapack_ai::core
