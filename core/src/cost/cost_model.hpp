// How long a variant will take for a call: the interface that ranking, explain and learning stand on.
//
// A model starts from what the variant's own query answered and may know better: from a profile measured on
// this machine, or from the calls seen so far. It never answers NaN, infinity or a negative time.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <string>

#include "lapack_ai/abi/backend.h"

namespace lapack_ai::core {

// Where a shape lies for the models, on log2 scales: the dims themselves where a single problem has at most
// three of them, else work, smallest dim and aspect ratio.
using Place = std::array<float, 3>;

// What models go by. Taken once per decision, kept with it.
struct Workload {
    std::uint32_t op = 0;
    lai_dtype dtype = LAI_DTYPE_NONE;
    std::uint64_t flags = 0;  // up to eight flag letters, packed
    std::uint64_t jobs = 0;   // those of them that change the algorithm: the job letters, packed
    double flops = 0;         // whole call, complex counted as real operations
    double bytes = 0;         // least bytes moved
    std::int64_t batch = 1;
    std::int32_t threads = 1;
    bool resident = false;  // an operand lives in device memory: no profile speaks of that
    Place place{};
    // Keys, each of a larger family of calls: this very shape, its factor of 4 in work and smallest dim, all
    // shapes with these flags, all shapes with these job letters.
    std::uint64_t shape_key = 0, octave_key = 0, flags_key = 0, jobs_key = 0;

    // Fills in `place` and the keys from the dims and from the members above, which must be set.
    void locate(const std::int64_t *dims, std::uint32_t count) noexcept;
};

// A variant's own key in such a family; never 0.
inline std::uint64_t variant_key(std::uint64_t family, std::uint32_t variant) noexcept {
    const std::uint64_t hash = (family ^ variant) * 0x9e3779b97f4a7c15u;
    return (hash ^ hash >> 32) | 1;
}

// The variant as models know it. `number` is stable for the process; the strings are the keys of profiles.
struct ModelKey {
    std::uint32_t number = 0;
    std::uint32_t place = LAI_PLACE_CPU;
    const char *plugin = "";
    const char *variant = "";
    const char *device = "cpu";
};

struct Prediction {
    double setup_seconds = 0, transfer_seconds = 0, compute_seconds = 0;
    double sigma = 0;        // standard deviation of log(measured / predicted)
    const char *model = "";  // "plugin's own", "profile", "online"; static

    double seconds() const noexcept { return setup_seconds + transfer_seconds + compute_seconds; }
    void scale(float log_ratio) noexcept {
        if (log_ratio == 0) return;
        const double factor = std::exp(static_cast<double>(log_ratio));
        setup_seconds *= factor;
        transfer_seconds *= factor;
        compute_seconds *= factor;
    }
};

// What calls of this very shape took in this process.
struct Actual {
    double seconds = 0;         // the last one
    std::uint32_t samples = 0;  // 0: there was none
};

class CostModel {
  public:
    virtual ~CostModel() = default;
    // `own` is the variant's answer to its query. [pure]
    virtual Prediction predict(const ModelKey &key, const Workload &workload,
                               const lai_cost &own) const noexcept = 0;
    // The same without what was learned in this process: for `deterministic: true`. [pure]
    virtual Prediction predict_steadily(const ModelKey &key, const Workload &workload,
                                        const lai_cost &own) const noexcept {
        return predict(key, workload, own);
    }
    // A finished call that was predicted to take `predicted` and took `actual` seconds. On the hot path: no
    // lock, no allocation. [any]
    virtual void observe(const ModelKey &key, const Workload &workload, double predicted,
                         double actual) noexcept = 0;
    // The times of calls that have ended, as far as they were taken. [any, not on the hot path]
    virtual Actual actual(const ModelKey &, const Workload &, const lai_cost &) noexcept { return {}; }
    // Whether this call should go to `key`, whose time is uncertain, to find out: a few times for a kind of
    // call, then never again. [any]
    virtual bool worth_trying(const ModelKey &, const Workload &) noexcept { return false; }
    // Path of the machine's profile in use; empty: none. [control]
    virtual std::string profile_path() const { return {}; }
};

}  // namespace lapack_ai::core
