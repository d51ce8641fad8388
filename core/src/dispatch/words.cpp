#include "dispatch/words.hpp"

#include <array>

namespace lapack_ai::core {

namespace {

struct ReasonWords {
    const char *name;
    const char *text;
};

// In the order of lai_reason.
constexpr std::array<ReasonWords, LAI_REASON_COUNT> reasons = {{
    {"NONE", "can run it"},
    {"CHOSEN", "chosen"},
    {"SLOWER", "a faster one was there"},
    {"DTYPE", "does not support this element type"},
    {"SHAPE", "does not take this shape"},
    {"FLAG", "does not implement this flag"},
    {"SPACE", "cannot reach the memory the operands live in"},
    {"STRIDE", "does not support this leading dimension or batch stride"},
    {"ACCURACY", "the accuracy policy forbids it"},
    {"DEVICE_MEMORY", "does not fit the device memory limit"},
    {"HOST_MEMORY", "needs more workspace than the host can give"},
    {"BREAKER_OPEN", "its circuit breaker is open after repeated faults"},
    {"DISABLED", "disabled by configuration"},
    {"EXCLUDED", "excluded by the caller"},
    {"NOT_FORCED", "another backend was named"},
    {"BUSY", "its concurrency limit is reached"},
    {"FAULTED", "failed in this very call"},
    {"DETERMINISM", "not reproducible, and `dispatch.deterministic` is true"},
    {"NO_DEVICE", "its device is not there"},
    {"DEPTH", "nested deeper than the limit"},
    {"QUERY_FAILED", "its query answered with an error"},
    {"DEADLINE", "predicted to end after the deadline"},
}};

constexpr std::array<const char *, LAI_STATUS_COUNT> statuses = {
    "OK",      "DECLINED",    "BUSY",        "OUT_OF_MEMORY", "DEVICE_LOST",
    "TIMEOUT", "FAULT_CLEAN", "FAULT_DIRTY", "INVALID"};

constexpr std::array<const char *, LAI_DTYPE_COUNT> dtypes = {"none", "s",   "d",   "c",   "z",
                                                              "i32",  "i64", "f16", "bf16"};

}  // namespace

const char *reason_name(lai_reason reason) noexcept {
    return reason < LAI_REASON_COUNT ? reasons[reason].name : "UNKNOWN";
}

const char *reason_text(lai_reason reason) noexcept {
    return reason < LAI_REASON_COUNT ? reasons[reason].text : "gave a reason unknown to this version";
}

const char *status_name(lai_status status) noexcept {
    return status >= 0 && status < LAI_STATUS_COUNT ? statuses[static_cast<std::size_t>(status)] : "UNKNOWN";
}

const char *dtype_name(lai_dtype dtype) noexcept {
    return dtype < LAI_DTYPE_COUNT ? dtypes[dtype] : "unknown";
}

const char *accuracy_name(lai_accuracy accuracy) noexcept {
    switch (accuracy) {
        case LAI_ACCURACY_COMPONENTWISE:
            return "componentwise";
        case LAI_ACCURACY_NORMWISE:
            return "normwise";
        case LAI_ACCURACY_MIXED:
            return "mixed";
        default:
            return "inherited";
    }
}

}  // namespace lapack_ai::core
