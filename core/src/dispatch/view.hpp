// What the calls of one context run under at one moment: configuration and registry, with all that can be
// decided before a call comes worked out. Immutable. Views are kept as long as their dispatcher: a thread may
// be about to enter one that was just replaced (view_lease.hpp).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"
#include "dispatch/registry.hpp"

namespace lapack_ai::core {

class CallRecorder;
class Recorder;

// What one call asks for after its options were laid over the settings.
struct Request {
    std::uint64_t excluded = 0;          // mask of plugin indices
    std::int32_t only = -1;              // index of the forced plugin; -1: any
    const char *only_variant = nullptr;  // name of the forced variant; "" is the one without a name
    bool steady = false;  // predict without what was learned: deterministic, or cost_model.online is false
    lai_accuracy accuracy = LAI_ACCURACY_NORMWISE;
    std::int32_t threads = 0;  // 0: the view's budget, divided among calls in flight
    FallbackMode fallback = FallbackMode::warn;
    bool deterministic = false;
    std::uint64_t deadline_ns = 0;
    double target_error = 0;
    std::uint64_t policy = 0;  // accuracy, determinism and what is forced in one word, for the decision cache

    // Sets `policy`: to be called when the members above are what they shall be.
    void seal() noexcept {
        policy = accuracy | std::uint64_t{deterministic} << 8 |
                 std::uint64_t{static_cast<std::uint32_t>(only + 1)} << 16;
        if (only_variant != nullptr) policy ^= (std::hash<std::string_view>{}(only_variant) | 1) << 32;
    }
};

// A plugin that has no variants to offer: what explain and errors say of it.
struct Absentee {
    std::string id;
    lai_reason reason = LAI_REASON_DISABLED;
    std::string note;              // "plugins.alpha_gemm.enabled is false (built-in default)"
    std::vector<std::string> ops;  // ids its manifest names; empty: unknown
    bool needs_device = false;     // its manifest asks for a GPU
};

// Whether an absent plugin would offer the op, as far as known.
bool offers(const Absentee &absentee, const Op &op);
// Ids of all backends, there and absent, for messages: "cpu_lapack, opencl_svd".
std::string backend_names(const Registry &registry, const std::vector<Absentee> &absentees);
// Where a setting comes from: " (/etc/lapack_ai/lapack_ai.yaml:7)"; empty when unknown.
std::string source_of(const Settings &settings, const std::string &path);

// A variant with what this configuration says about it.
struct Standing {
    const RegisteredVariant *variant = nullptr;
    lai_reason barred = LAI_REASON_NONE;  // by configuration
    bool pinned = false;                  // goes first whenever it can run
};

struct View {
    std::uint64_t id = 0;  // unique in the process; never reused
    std::shared_ptr<const Settings> settings;
    std::shared_ptr<const Registry> registry;
    std::vector<std::vector<Standing>> by_op;
    std::vector<Absentee> absentees;
    Request defaults;
    std::int32_t threads = 1;
    const lai_enhancer *enhancer = nullptr;
    Recorder *recorder = nullptr;      // null: metrics off
    CallRecorder *call_log = nullptr;  // null: calls are not recorded one by one
    int breaker_threshold = 5;
    std::uint64_t breaker_open_ns = 0;
    double memory_limit_fraction = 0.8;
    std::int32_t device_concurrency = 0;  // 0: no limit

    const std::vector<Standing> &standings(std::uint32_t op) const noexcept;
    // The absent plugin that a request is forced to; null: none.
    const Absentee *forced_absentee(const Request &request) const noexcept;
};

// Works a view out. Throws Error(configuration) when a forced or pinned backend is unknown.
std::unique_ptr<View> make_view(std::shared_ptr<const Settings> settings,
                                std::shared_ptr<const Registry> registry, std::vector<Absentee> absentees,
                                std::int32_t threads, Recorder *recorder);

}  // namespace lapack_ai::core
