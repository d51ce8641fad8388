// What the C API remembers for a thread: the outcome of its last call and the message of its last error.
#pragma once

#include <array>
#include <string>

#include "dispatch/certificate.hpp"
#include "dispatch/dispatcher.hpp"
#include "dispatch/op_table.hpp"
#include "lapack_ai/lapack_ai.h"

namespace lapack_ai::core {

struct ThreadReport {
    Outcome outcome;
    const Op *op = nullptr;  // of the last call
    bool copied = false;     // its row-major operands were copied
    bool batched = false;
    const lai_diagnosis *diagnosis = nullptr;  // of the last call
    bool failed = false;                       // `error` holds the message of the last function
    std::string error;
    lai_report shown{};             // what lai_last_report() gave out
    lai_certificate certificate{};  // what lai_last_certificate() gave out
    std::array<lai_certified_trial, Certificate::most_trials> trials{};
};

namespace detail {
// One pointer in static thread-local storage: a call through the general model would cost more than all else
// that the API layer does for a small call.
[[gnu::tls_model("initial-exec")]] extern constinit thread_local ThreadReport *current_report;
ThreadReport &make_thread_report() noexcept;
}  // namespace detail

// The calling thread's.
inline ThreadReport &thread_report() noexcept {
    ThreadReport *report = detail::current_report;
    return report != nullptr ? *report : detail::make_thread_report();
}

}  // namespace lapack_ai::core
