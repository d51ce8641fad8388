#include "api/thread_report.hpp"

#include <new>
#include <utility>

namespace lapack_ai::core {

namespace detail {

constinit thread_local ThreadReport *current_report = nullptr;

namespace {

// Frees the report with its thread. A call from a later thread-exit handler makes one anew, which is then
// kept for ever.
struct Owner {
    ~Owner() { delete std::exchange(current_report, nullptr); }
};

}  // namespace

ThreadReport &make_thread_report() noexcept {
    thread_local Owner owner;
    static_cast<void>(owner);
    current_report = new (std::nothrow) ThreadReport;
    if (current_report != nullptr) return *current_report;
    // Without memory all threads share one; what they then read of each other is their least trouble.
    static ThreadReport shared;
    return shared;
}

}  // namespace detail

}  // namespace lapack_ai::core

using lapack_ai::core::Strategy;
using lapack_ai::core::thread_report;
using lapack_ai::core::ThreadReport;

extern "C" const lai_report *lai_last_report(void) {
    ThreadReport &report = thread_report();
    const lapack_ai::core::Outcome &outcome = report.outcome;
    const lai_result &result = outcome.result;
    const auto text = [](const char *s) { return s != nullptr ? s : ""; };
    lai_report &shown = report.shown;
    shown.size = sizeof shown;
    shown.status = outcome.status;
    shown.info = result.info;
    shown.op = report.op != nullptr ? report.op->short_name.c_str() : "";
    shown.backend = text(outcome.backend);
    shown.variant = text(outcome.variant);
    shown.strategy = to_string(outcome.strategy);
    shown.algorithm = text(result.algorithm);
    shown.predicted_seconds = outcome.predicted_seconds;
    shown.actual_seconds = outcome.actual_seconds;
    shown.transfer_seconds = result.transfer_seconds;
    shown.fallbacks = outcome.fallbacks;
    shown.cached = outcome.cached;
    shown.remark = result.remark;
    shown.copied = report.copied;
    shown.rank = report.op != nullptr && report.op->short_name == "gelsd" ? result.rank : -1;
    shown.batch_index = report.batched ? result.batch_index : -1;
    shown.certified_error = outcome.certified_error;
    shown.host_bytes = result.host_bytes_used;
    shown.device_peak_bytes = result.device_peak_bytes;
    shown.bytes_to_device = result.bytes_to_device;
    shown.bytes_from_device = result.bytes_from_device;
    shown.norm1 = outcome.norm1;
    return &shown;
}

extern "C" const lai_certificate *lai_last_certificate(void) {
    using lapack_ai::core::CertifiedTrial;
    ThreadReport &report = thread_report();
    if (report.outcome.certified_error < 0) return nullptr;  // -1: none was asked for
    const lapack_ai::core::Certificate &given = lapack_ai::core::thread_certificate();
    for (std::uint32_t i = 0; i < given.trial_count; ++i) {
        const CertifiedTrial &trial = given.trials[i];
        report.trials[i] = {sizeof(lai_certified_trial),
                            static_cast<std::uint32_t>(trial.verdict),
                            trial.backend,
                            trial.variant,
                            trial.expected,
                            trial.estimate,
                            trial.bound,
                            trial.seconds};
    }
    report.certificate = {sizeof(lai_certificate),
                          static_cast<std::uint32_t>(given.verdict),
                          given.requested,
                          given.estimate,
                          given.bound,
                          given.miss_probability,
                          given.measured,
                          given.remark.c_str(),
                          given.check_seconds,
                          given.total_seconds,
                          given.probes,
                          given.trial_count,
                          sizeof(lai_certified_trial),
                          0,
                          report.trials.data()};
    return &report.certificate;
}

extern "C" const lai_diagnosis *lai_last_diagnostic(void) {
    return thread_report().diagnosis;
}

extern "C" const char *lai_last_error(void) {
    const ThreadReport &report = thread_report();
    return report.failed ? report.error.c_str() : "";
}
