// The decisions of one thread by the exact signature of a call, so that a call like one before it finds its
// variant, its workspace and the knowledge that its arguments are sound in tens of nanoseconds.
//
// The key is the whole shape, leading dimensions and presence of operands included, not a size bucket: a hit
// then needs no argument check and no query. A miss costs one ranking (docs/adr/0020).
#pragma once

#include <cstdint>
#include <memory>

#include "cost/cost_model.hpp"
#include "dispatch/registered_variant.hpp"
#include "dispatch/view.hpp"

namespace lapack_ai::core {

// What a ranking found, as far as running needs it. Plain data, copied before the call runs: nested calls may
// take its place in the cache.
struct Decision {
    const Op *op = nullptr;
    const RegisteredVariant *variant = nullptr;
    double predicted_seconds = 0;
    double setup_seconds = 0, transfer_seconds = 0, compute_seconds = 0, sigma = 0;
    std::uint64_t workspace_bytes = 0;
    std::uint64_t host_extra_bytes = 0;
    std::uint64_t device_peak_bytes = 0;
    double error_coefficient = 0;
    double expected_error = 0;  // backward error that its bound lets expect
    const char *algorithm = nullptr;
    std::uint32_t error_kind = 0;
    std::uint64_t valid_until_ns = 0;  // a breaker's timer; 0: for ever
    std::uint32_t alternatives = 0;    // others that could run it
    bool device_eligible = false;      // an OpenCL variant could have run it
    bool screen = false;               // input must be searched for Inf and NaN
    bool plain = false;                // nothing but execute is needed: see Engine::run_plain
    bool guarded = false;              // more than a plain call of execute is needed
    bool bridged = false;              // operands must be fetched from memory the variant cannot reach
    bool checked = false;              // the arguments are sound; false when made by predict
    bool nondeterministic = false;
    bool may_dirty = false;
    bool timed = false;  // long enough that reading the clock costs nothing
    Workload workload;
};

// Decisions made under another generation are stale. It moves with breakers and cost models; configuration
// and plugins make a new view. [any]
std::uint64_t decision_generation() noexcept;
void move_decision_generation() noexcept;

class DecisionCache {
  public:
    static constexpr std::uint32_t max_dims = 6, max_flags = 8, max_scalars = 4, max_operands = 5;

    // The decision for such a call under this request, null if there is none that holds. `depth` is the
    // nesting.
    const Decision *find(const View &view, const lai_call &call, const Request &request,
                         std::uint32_t depth) noexcept;
    // Keeps a decision for the signature. Calls with more dims or operands than fit are not kept.
    void store(const View &view, const lai_call &call, const Request &request, std::uint32_t depth,
               std::uint64_t generation, const Decision &decision);

  private:
    // Compared word by word: a vector load over two words that the API has just stored would wait for both to
    // reach the cache.
    struct OperandKey {
        std::int64_t rows, cols, ld, batch_stride;
        std::uint64_t flags;
        std::uint64_t kind;  // element type, space, whether there is data

        std::uint64_t differs(const OperandKey &other) const noexcept {
            return static_cast<std::uint64_t>((rows ^ other.rows) | (cols ^ other.cols) | (ld ^ other.ld) |
                                              (batch_stride ^ other.batch_stride)) |
                   (flags ^ other.flags) | (kind ^ other.kind);
        }
    };
    struct Entry {
        std::uint64_t generation = 0;
        std::uint64_t view = 0;
        std::uint64_t policy = 0;
        std::uint64_t excluded = 0;
        std::uint32_t op = 0, dtype = 0, layout = 0, depth = 0;
        std::int32_t threads = 0;
        std::uint64_t letters = 0;
        std::uint64_t scalars = 0;
        std::int64_t batch = 0;
        std::int64_t dims[max_dims] = {};
        OperandKey operands[max_operands] = {};
        Decision decision;
    };
    static constexpr std::size_t entry_count = 256;

    static bool fits(const lai_call &call) noexcept;
    static OperandKey key_of(const lai_operand &operand) noexcept;
    static std::size_t slot(const lai_call &call, std::uint64_t letters) noexcept;

    std::unique_ptr<Entry[]> entries_;
};

}  // namespace lapack_ai::core
