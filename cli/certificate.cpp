#include "certificate.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "text.hpp"

namespace lapack_ai::cli {

namespace {

const char *verdict_word(std::uint32_t verdict) {
    switch (verdict) {
        case LAI_CERTIFIED_MET:
            return "met";
        case LAI_CERTIFIED_PARTLY:
            return "partly";
        case LAI_CERTIFIED_NOT_MET:
            return "not_met";
        case LAI_CERTIFIED_IMPOSSIBLE:
            return "impossible";
        default:
            return "none";
    }
}

const char *trial_word(std::uint32_t verdict) {
    switch (verdict) {
        case LAI_TRIAL_MET:
            return "met";
        case LAI_TRIAL_NOT_ACCURATE:
            return "not_accurate";
        case LAI_TRIAL_WRONG:
            return "wrong";
        default:
            return "failed";
    }
}

nlohmann::ordered_json number(double x) {
    return std::isfinite(x) ? nlohmann::ordered_json(x) : nlohmann::ordered_json(nullptr);
}

}  // namespace

Certificate::Certificate(const lai_certificate &given)
    : verdict_(verdict_word(given.verdict)),
      measured_(given.measured),
      requested_(given.requested),
      estimate_(given.estimate),
      bound_(given.bound),
      miss_probability_(given.miss_probability),
      check_seconds_(given.check_seconds),
      total_seconds_(given.total_seconds),
      probes_(given.probes) {
    for (std::uint32_t i = 0; i < given.trial_count; ++i) {
        const auto &t = *reinterpret_cast<const lai_certified_trial *>(
            reinterpret_cast<const char *>(given.trials) + std::size_t{i} * given.trial_stride);
        std::string name = t.backend;
        if (*t.variant != '\0') name += std::string("/") + t.variant;
        trials_.push_back({name, trial_word(t.verdict), t.expected, t.estimate, t.bound, t.seconds});
    }
}

std::vector<std::pair<std::string, std::string>> Certificate::lines() const {
    std::string sure = miss_probability_ == 0  ? "everything was looked at"
                       : miss_probability_ > 0 ? fmt::format("{} probes miss more with probability < {:.1e}",
                                                             probes_, miss_probability_)
                                               : std::string("a necessary condition, not a proof");
    std::vector<std::pair<std::string, std::string>> lines{
        {"certified",
         fmt::format("backward error <= {:.2g} (asked for {:.2g}); {}", bound_, requested_, sure)},
        {"measured", measured_},
        {"checking", fmt::format("{}, {:.1f} % of the call", seconds_text(check_seconds_),
                                 total_seconds_ > 0 ? 100 * check_seconds_ / total_seconds_ : 0.0)}};
    for (const Trial &t : trials_) {
        if (t.verdict == "met") continue;
        lines.emplace_back(
            "tried",
            t.verdict == "failed"
                ? t.name + ": failed"
                : fmt::format("{}: {}, backward error {:.2g}", t.name,
                              t.verdict == "wrong" ? "wrong result" : "not accurate enough", t.estimate));
    }
    return lines;
}

std::string Certificate::json() const {
    nlohmann::ordered_json trials = nlohmann::ordered_json::array();
    for (const Trial &t : trials_) {
        trials.push_back({{"backend", t.name},
                          {"verdict", t.verdict},
                          {"expected", number(t.expected)},
                          {"estimate", number(t.estimate)},
                          {"bound", number(t.bound)},
                          {"seconds", number(t.seconds)}});
    }
    return nlohmann::ordered_json{{"verdict", verdict_},
                                  {"requested", number(requested_)},
                                  {"estimate", number(estimate_)},
                                  {"bound", number(bound_)},
                                  {"miss_probability", number(miss_probability_)},
                                  {"measured", measured_},
                                  {"probes", probes_},
                                  {"check_seconds", number(check_seconds_)},
                                  {"total_seconds", number(total_seconds_)},
                                  {"trials", trials}}
        .dump();
}

}  // namespace lapack_ai::cli
