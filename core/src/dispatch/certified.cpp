// Accuracy by request: runs the fastest candidate that may reach the requested backward error, checks its
// result, goes on to more accurate ones from the caller's original data until one reaches it, and writes the
// certificate.
//
// A result that no correct backend gives counts as a fault of whoever gave it: its breaker opens at once,
// since calls that ask for no certificate would not notice, and the result is computed anew.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstring>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "certify/check.hpp"
#include "certify/gaussian.hpp"
#include "dispatch/attempt.hpp"
#include "dispatch/enhance.hpp"
#include "dispatch/report.hpp"

namespace lapack_ai::core {

namespace {

std::string number_text(double x) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.2g", x);
    return text.data();
}

// A copy that lives as long as the thread's outermost frame; null when memory is out.
const char *keep_text(ThreadState &thread, const std::string &text) noexcept {
    auto *copy = static_cast<char *>(thread.scratch.allocate(text.size() + 1, 1));
    if (copy != nullptr) std::memcpy(copy, text.c_str(), text.size() + 1);
    return copy;
}

// Adds the time from its making to its end.
class Stopwatch {
  public:
    explicit Stopwatch(double &seconds) noexcept : seconds_(seconds), start_(TickClock::now()) {}
    ~Stopwatch() { seconds_ += TickClock::seconds(TickClock::now() - start_); }
    Stopwatch(const Stopwatch &) = delete;
    Stopwatch &operator=(const Stopwatch &) = delete;

  private:
    double &seconds_;
    std::uint64_t start_;
};

class Certifier {
  public:
    Certifier(const AttemptContext &context, Certificate &certificate, ErrorMemory *memory) noexcept
        : c_(context), certificate_(certificate), memory_(memory) {}

    // Keeps the originals. False when no certificate can be given, whoever runs the call.
    bool prepare() {
        const Stopwatch watch(certificate_.check_seconds);
        const lai_call &call = c_.call;
        if (certify::check_of(*c_.trial.op) == nullptr) {
            return impossible("no check is known for " + c_.trial.op->short_name +
                              " (there are gemm, gemm_batch, gesv, posv, gesvd, syev)");
        }
        for (std::uint32_t i = 0; i < call.operand_count; ++i) {
            if (LAI_OPERAND(&call, i)->space != 0)
                return impossible("operands in device memory cannot be checked");
        }
        if (!c_.trial.originals.keep(*c_.trial.op, call, *c_.frame.view->registry))
            return impossible("no memory to keep the originals");
        c_.trial.certifying = true;
        return true;
    }

    // Checks the result of `decision`; closer where a first look leaves it open.
    certify::Check check(const Decision &decision) {
        const Stopwatch watch(certificate_.check_seconds);
        certify::Evidence evidence = evidence_for(decision);
        certify::Check result = certify::check_call(evidence);
        const double wanted = certificate_.requested;
        if (result.trouble == nullptr && result.excess <= 1 && result.estimate <= wanted &&
            result.bound() > wanted) {
            evidence.effort = certify::Effort::thorough;
            evidence.seed = ~evidence.seed;
            const double first = result.miss_probability;
            result = certify::check_call(evidence);
            result.miss_probability += first;  // two looks, two chances to miss
        }
        return result;
    }

    // Takes a result's measure down. What becomes of the call follows from it.
    TrialVerdict judge(const Decision &decision, const certify::Check &check) {
        TrialVerdict verdict = TrialVerdict::not_accurate;
        if (check.excess > 1)
            verdict = TrialVerdict::wrong;
        else if (check.trouble == nullptr && check.bound() <= certificate_.requested)
            verdict = TrialVerdict::met;
        certificate_.add({decision.variant->key.plugin, decision.variant->key.variant, verdict,
                          decision.expected_error, check.estimate, check.bound(), c_.outcome.actual_seconds});
        if (!(check.bound() >= certificate_.bound) || verdict == TrialVerdict::met) take(check);
        // The least factor that a closer look needs.
        const double least = check.factor > 1 ? certify::sampling(certify::Effort::thorough).factor : 1;
        if (memory_ != nullptr && check.trouble == nullptr && verdict != TrialVerdict::wrong &&
            std::isfinite(check.estimate)) {
            memory_->keep(c_.call, decision.variant->key.number, least * check.estimate);
        }
        return verdict;
    }

    bool impossible(std::string why) {
        certificate_.verdict = Verdict::impossible;
        certificate_.remark = std::move(why);
        return false;
    }

  private:
    void take(const certify::Check &check) {
        certificate_.estimate = check.estimate;
        certificate_.bound = check.bound();
        certificate_.miss_probability = check.miss_probability;
        certificate_.probes = check.probes;
        certificate_.measured = check.measured;
        if (check.partial) partial_ = true;
    }

    certify::Evidence evidence_for(const Decision &decision) {
        c_.trial.originals.describe(c_.call, before_.data(), before_.size());
        return {*c_.trial.op,
                c_.call,
                before_.data(),
                {decision.variant->accuracy(), decision.error_kind, decision.error_coefficient},
                certify::probe_seed(c_.frame.request.deterministic),
                certify::Effort::quick};
    }

  public:
    bool partial() const noexcept { return partial_; }

  private:
    const AttemptContext &c_;
    Certificate &certificate_;
    ErrorMemory *memory_;
    std::array<lai_operand, 8> before_{};
    bool partial_ = false;
};

void log_wrong(const lai_call &call, const Op &op, const RegisteredVariant &variant, double estimate) {
    if (!log_enabled(LAI_LOG_WARNING)) return;
    log(LAI_LOG_WARNING, describe_call(op, call) + ": " + variant.label +
                             " returned a wrong result without an error (backward error " +
                             number_text(estimate) + "); it is computed anew");
}

}  // namespace

const char *to_string(Verdict verdict) noexcept {
    constexpr const char *words[] = {"none", "met", "partly", "not_met", "impossible"};
    return words[static_cast<std::size_t>(verdict)];
}

const char *to_string(TrialVerdict verdict) noexcept {
    constexpr const char *words[] = {"met", "not_accurate", "wrong", "failed"};
    return words[static_cast<std::size_t>(verdict)];
}

Certificate &thread_certificate() {
    return thread_state().certificate;
}

Ending Engine::run_certified(Decision &decision, lai_call &call, lai_frame &frame, ThreadState &thread,
                             Outcome &outcome, Trial &trial) noexcept try {
    Certificate &certificate = thread.certificate;
    certificate.begin(frame.request.target_error);
    const Stopwatch watch(certificate.total_seconds);
    const AttemptContext context{*services_, call, frame, thread, outcome, trial};
    Certifier certifier(context, certificate, frame.request.deterministic ? nullptr : &errors_);
    if (!certifier.prepare()) return Ending::inaccurate;

    // The least error that was expected of anybody who did not reach what was asked.
    double least_expected = std::numeric_limits<double>::infinity();
    for (;;) {
        const std::uint32_t failures = trial.failures.count;
        const Decision first = decision;
        const Ending ending =
            settle(attempt(context, decision), decision, call, frame, thread, outcome, trial);
        for (std::uint32_t i = failures; i < trial.failures.count; ++i) {
            const RegisteredVariant &failed = *trial.failures.items[i].variant;
            certificate.add({failed.key.plugin, failed.key.variant, TrialVerdict::failed,
                             &failed == first.variant ? first.expected_error : 0});
        }
        if (ending != Ending::done) return ending;
        if (outcome.result.info != 0) {
            note_good_result(context, decision);
            certificate.begin(0);  // an answer of the mathematics: there is no result to certify
            certificate.pending = false;
            return Ending::done;
        }
        const certify::Check check = certifier.check(decision);
        const TrialVerdict verdict = certifier.judge(decision, check);
        if (verdict == TrialVerdict::met) {
            note_good_result(context, decision);
            certificate.verdict = certifier.partial() ? Verdict::partly : Verdict::met;
            certificate.pending = false;
            outcome.certified_error = certificate.bound;
            return Ending::done;
        }

        const bool wrong = verdict == TrialVerdict::wrong;
        outcome.result.detail =
            keep_text(thread, wrong ? "wrong result, backward error " + number_text(check.estimate)
                                    : "backward error up to " + number_text(check.bound()) + ", asked for " +
                                          number_text(certificate.requested));
        if (wrong) {
            ++trial.wrong_results;
            log_wrong(call, *trial.op, *decision.variant, check.estimate);
            note_wrong_result(context, decision);
        } else {
            note_good_result(context, decision);  // as good as it says
            trial.failures.add(decision.variant, LAI_OK, LAI_REASON_ACCURACY, outcome.result.detail);
            least_expected = std::min(least_expected, decision.expected_error);
            trial.target_error = std::min(trial.target_error > 0 ? trial.target_error : certificate.requested,
                                          std::nextafter(decision.expected_error, 0.0));
        }
        {
            const Stopwatch restoring(certificate.check_seconds);
            if (!trial.originals.restore()) {
                trial.input_lost = true;
                return Ending::failed;
            }
        }
        if (check.trouble != nullptr && !wrong) {
            certifier.impossible(check.trouble);
            return Ending::inaccurate;
        }
        const bool strict = wrong && frame.request.fallback == FallbackMode::strict;
        const Decision tried = decision;
        const bool left = !strict && trial.failures.count < Failures::capacity &&
                          decide(call, frame, thread, trial, decision);
        // Whoever states no smaller error than one that kept to its statement and missed could only be lucky.
        const bool hopeless = left && least_expected > certificate.requested &&
                              std::isfinite(least_expected) && decision.expected_error >= least_expected;
        if (!left || hopeless) {
            record(context, tried, 2, wrong ? LAI_FAULT_CLEAN : LAI_OK, TickClock::now());
            certificate.verdict = Verdict::not_met;
            return std::isfinite(least_expected) ? Ending::inaccurate : Ending::failed;
        }
        if (wrong) {
            ++outcome.fallbacks;
            record(context, tried, 1, LAI_FAULT_CLEAN, TickClock::now());
        }
        outcome.result = {};
        outcome.result.size = sizeof(lai_result);
    }
} catch (const std::bad_alloc &) {
    // A check found no memory: the result may be good, but nobody can say so.
    if (trial.originals.kept()) trial.originals.restore();
    thread.certificate.verdict = Verdict::impossible;
    return Ending::inaccurate;
}

std::string inaccuracy_text(const Op &op, const lai_call &call, const Certificate &certificate) {
    std::string text = describe_call(op, call) + ": ";
    if (certificate.verdict == Verdict::impossible) {
        return text + "a backward error of " + number_text(certificate.requested) +
               " cannot be certified: " + (certificate.remark.empty() ? "no memory" : certificate.remark);
    }
    text += "no backend reached a backward error of " + number_text(certificate.requested);
    for (std::uint32_t i = 0; i < certificate.trial_count; ++i) {
        const CertifiedTrial &trial = certificate.trials[i];
        text += std::string("\n  ") + trial.backend;
        if (*trial.variant != '\0') text += std::string("/") + trial.variant;
        text += trial.verdict == TrialVerdict::wrong    ? ": wrong result, " + number_text(trial.estimate)
                : trial.verdict == TrialVerdict::failed ? std::string(": failed")
                                                        : ": at most " + number_text(trial.bound);
    }
    return text;
}

void diagnose_wrong_results(const Op &op, const lai_call &call, ThreadState &thread, Outcome &outcome) {
    const Certificate &certificate = thread.certificate;
    std::string culprits;
    for (std::uint32_t i = 0; i < certificate.trial_count; ++i) {
        const CertifiedTrial &trial = certificate.trials[i];
        if (trial.verdict != TrialVerdict::wrong) continue;
        culprits += (culprits.empty() ? "" : ", ") + std::string(trial.backend);
        if (*trial.variant != '\0') culprits += std::string("/") + trial.variant;
    }
    const std::string routine = routine_name(op, call.dtype);
    const bool recovered = certificate.verdict == Verdict::met || certificate.verdict == Verdict::partly;
    const std::string message = culprits + " returned a wrong result without an error" +
                                (recovered ? std::string("; ") + outcome.backend + " computed it anew" : "");
    const std::string detail = "The result was checked because a backward error of " +
                               number_text(certificate.requested) +
                               " was asked for. Calls without backward_error are not checked.";
    lai_diagnosis diagnosis = blank_diagnosis();
    diagnosis.severity = recovered ? LAI_SEVERITY_WARNING : LAI_SEVERITY_ERROR;
    diagnosis.category = "WRONG_RESULT";
    diagnosis.routine = routine.c_str();
    diagnosis.semantic_message = message.c_str();
    diagnosis.detail = detail.c_str();
    diagnosis.diagnostic_hint = "Disable the backend, or report it with this call";
    diagnosis.result_state = recovered ? LAI_STATE_USABLE : LAI_STATE_NONE;
    diagnosis.backward_error = certificate.bound;
    diagnosis.backend = outcome.backend;
    outcome.diagnosis = thread.diagnosis.keep(diagnosis);
}

}  // namespace lapack_ai::core
