// What a call with a requested backward error leaves behind besides its result: what was measured, how sure
// it is, who was tried. Plain data of the thread; backend and variant names live as long as the process.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string>

namespace lapack_ai::core {

enum class Verdict : std::uint32_t {
    none,       // nothing was asked, or INFO > 0 was the answer
    met,        // bound <= requested
    partly,     // the same for a necessary condition: singular values or eigenvalues alone
    not_met,    // nothing that may run the call reached it
    impossible  // nothing can be said: Inf or NaN in the input, overflow, no check for the operation
};
const char *to_string(Verdict verdict) noexcept;

enum class TrialVerdict : std::uint32_t {
    met,
    not_accurate,  // within what its backend states, but not as accurate as was asked
    wrong,         // no correct backend gives this result
    failed         // it returned an error status
};
const char *to_string(TrialVerdict verdict) noexcept;

struct CertifiedTrial {
    const char *backend = "", *variant = "";
    TrialVerdict verdict = TrialVerdict::failed;
    double expected = 0;  // backward error expected before it ran
    double estimate = std::numeric_limits<double>::quiet_NaN(), bound = estimate;
    double seconds = 0;  // of its execution
};

struct Certificate {
    static constexpr std::uint32_t most_trials = 17;

    Verdict verdict = Verdict::none;
    double requested = 0;
    double estimate = std::numeric_limits<double>::quiet_NaN();
    double bound = estimate;
    double miss_probability = estimate;
    std::uint32_t probes = 0;
    const char *measured = "";  // static
    std::string remark;
    double check_seconds = 0;  // copies of the originals and checks
    double total_seconds = 0;  // the whole call
    std::array<CertifiedTrial, most_trials> trials;
    std::uint32_t trial_count = 0;
    // The call that it is of has not told its caller yet; Outcome::certified_error does when it ends well.
    bool pending = false;

    void begin(double wanted) {
        *this = {};
        requested = wanted;
        pending = true;
    }
    void add(const CertifiedTrial &trial) noexcept {
        if (trial_count < most_trials) trials[trial_count++] = trial;
    }
};

// The certificate of this thread's last call that asked for one. Never null.
Certificate &thread_certificate();

}  // namespace lapack_ai::core
