// Ranks the variants of an op for one call. The one code path of deciding: run() takes the first line of the
// table, explain() prints all of it.
//
// Every candidate passes, in this order: configuration, exclusions, the call's own failures so far, the
// static limits (element type, shape, memory space), breaker, accuracy policy, the variant's query,
// determinism, device and host memory, deadline. What is left is sorted by predicted time, made cautious by
// its uncertainty; LAST_RESORT variants stand last, pinned ones first, and the one chosen before keeps its
// place unless it is beaten by more than the hysteresis.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>

#include "base/arena.hpp"
#include "dispatch/error_memory.hpp"
#include "dispatch/view.hpp"

namespace lapack_ai::core {

// score = predicted * (1 + cautious_sigmas * sigma)
constexpr double cautious_sigmas = 0.5;
constexpr double hysteresis = 0.07;
// Memory speed by which a copy of the originals is priced.
constexpr double copy_bytes_per_second = 5e9;

// A candidate with what is known of it for this call.
struct Evaluated {
    const RegisteredVariant *variant = nullptr;
    lai_reason reason = LAI_REASON_NONE;  // NONE: can run
    bool pinned = false;
    lai_cost cost{};
    Prediction prediction;
    double copy_seconds = 0;         // for keeping the originals and for fetching operands
    std::uint64_t bridge_bytes = 0;  // of operands in memory it cannot reach: fetched first (bridge.hpp)
    double expected_error = 0;       // backward error, where one was asked for
    double score = 0;
    std::uint64_t memory_limit_bytes = 0;  // of its device, or of the host, for this call; 0: unknown

    bool lacks_memory() const noexcept {
        return reason == LAI_REASON_DEVICE_MEMORY || reason == LAI_REASON_HOST_MEMORY;
    }
    // What it asks for of the memory that it lacks.
    std::uint64_t needed_bytes() const noexcept {
        return reason == LAI_REASON_HOST_MEMORY
                   ? std::max({cost.host_workspace_bytes, cost.host_extra_bytes, bridge_bytes})
                   : cost.device_peak_bytes;
    }
    double predicted_seconds() const noexcept { return prediction.seconds() + copy_seconds; }
    // Whether this call may fail after it began to write.
    bool may_dirty() const noexcept { return variant->may_dirty() && cost.stays_clean == 0; }
};

// The table, in arena memory: those that can run, best first, then the others in order of registration.
struct RankingTable {
    Evaluated **items = nullptr;
    std::uint32_t count = 0;
    std::uint32_t eligible = 0;
    std::uint64_t valid_until_ns = 0;  // the earliest timer of an open breaker; 0: none
    bool device_eligible = false;      // an OpenCL variant can run it
    Workload workload;
};

// Variants that failed in this very call, with the statuses they returned.
struct Failures {
    static constexpr std::uint32_t capacity = 16;
    struct Item {
        const RegisteredVariant *variant;
        lai_status status;
        lai_reason reason;
        const char *detail;  // in the thread's scratch arena or static; may be null
    };
    std::array<Item, capacity> items;
    std::uint32_t count = 0;

    const Item *find(const RegisteredVariant *variant) const noexcept;
    void add(const RegisteredVariant *variant, lai_status status, lai_reason reason,
             const char *detail) noexcept;
};

// Which variant was chosen last for a kind of call, by coarse buckets. Lock-free; a lost update costs one
// hysteresis.
class Incumbents {
  public:
    std::uint32_t find(std::uint64_t bucket) const noexcept;
    void keep(std::uint64_t bucket, std::uint32_t variant) noexcept;
    // The bucket of a call: op, element type, flags, each dim to a factor of 2, and what restricts the
    // choice.
    static std::uint64_t bucket(const lai_call &call, const Request &request) noexcept;

  private:
    static constexpr std::size_t size = 1024;
    std::array<std::atomic<std::uint64_t>, size> slots_{};
};

struct RankingQuestion {
    const View *view;
    const Op *op;
    const lai_call *call;  // its frame is set
    const Request *request;
    const Failures *failures;  // may be null
    const CostModel *model;
    const Incumbents *incumbents;   // null: no hysteresis (deterministic)
    std::uint64_t now_ns;           // the breakers' clock
    std::uint64_t deadline_now_ns;  // the clock of deadlines
    double target_error = 0;        // backward error to reach: those that may, by time; then by accuracy
    const ErrorMemory *errors = nullptr;  // what was measured of them; null: go by what they state
};

// The backward error to be expected of a variant with this cost: rounding errors cancel, so the square root
// of a stated worst case, in units of roundoff.
double expected_error(const Evaluated &candidate, const lai_call &call, const ErrorMemory *errors) noexcept;

// Fills `table` with memory of `arena`; the caller releases it. False when memory is out. [pure]
bool rank(const RankingQuestion &question, Arena &arena, RankingTable &table) noexcept;

// How many bytes of a variant's device a call may take now; 0: unknown.
std::uint64_t device_memory_limit(const View &view, const RegisteredVariant &variant,
                                  const lai_cost &cost) noexcept;

}  // namespace lapack_ai::core
