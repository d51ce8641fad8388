// How long a variant will take for a call: the interface that ranking, explain and learning stand on.
//
// A model starts from what the variant's own query answered and may know better: from a profile measured on
// this machine, or from the calls seen so far. It never answers NaN, infinity or a negative time.
#pragma once

#include <cstdint>
#include <string>

#include "lapack_ai/abi/backend.h"

namespace lapack_ai::core {

// What models go by: work and shape on log scales. Taken once per decision, kept with it.
struct Workload {
    std::uint32_t op = 0;
    lai_dtype dtype = LAI_DTYPE_NONE;
    std::uint64_t flags = 0;  // up to eight flag letters, packed; job letters count for the SVD
    double flops = 0;         // whole call, complex counted as real operations
    double bytes = 0;         // least bytes moved
    double smallest_dim = 0;  // of the positive dims
    double aspect = 1;        // largest over smallest dim
    std::int64_t batch = 1;
    std::int32_t threads = 1;
};

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
    // Path of the machine's profile in use; empty: none. [control]
    virtual std::string profile_path() const { return {}; }
};

}  // namespace lapack_ai::core
