#include "api/explanation.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "dispatch/report.hpp"
#include "dispatch/words.hpp"

namespace lapack_ai::core {
namespace {

using nlohmann::ordered_json;

std::string name_of(const Candidate &candidate) {
    return candidate.variant.empty() ? candidate.plugin : candidate.plugin + '/' + candidate.variant;
}

bool eligible(const Candidate &candidate) {
    return candidate.reason == LAI_REASON_NONE || candidate.reason == LAI_REASON_CHOSEN ||
           candidate.reason == LAI_REASON_SLOWER;
}

// The first eligible candidate is the one that would run.
const Candidate *chosen_of(const Ranking &ranking) {
    const auto found = std::find_if(ranking.candidates.begin(), ranking.candidates.end(), eligible);
    return found != ranking.candidates.end() ? &*found : nullptr;
}

std::string verdict(const Candidate &candidate, bool chosen) {
    if (chosen) return "chosen";
    const bool slower = candidate.reason == LAI_REASON_NONE || candidate.reason == LAI_REASON_SLOWER;
    // The note of one that cannot run begins with the reason.
    if (!slower && !candidate.note.empty()) {
        const std::string reason = reason_text(candidate.reason);
        return candidate.note.starts_with(reason) ? candidate.note : reason + ": " + candidate.note;
    }
    return reason_text(slower ? LAI_REASON_SLOWER : candidate.reason);
}

std::string memory_text(const Candidate &candidate) {
    const lai_cost &cost = candidate.cost;
    if (cost.device_peak_bytes == 0) {
        const std::string text = bytes_text(cost.host_workspace_bytes + cost.host_extra_bytes);
        return candidate.memory_limit_bytes == 0 ? text
                                                 : text + " of " + bytes_text(candidate.memory_limit_bytes);
    }
    std::string text = "device " + bytes_text(cost.device_peak_bytes);
    if (candidate.memory_limit_bytes != 0) text += " of " + bytes_text(candidate.memory_limit_bytes);
    return text;
}

const char *error_kind(const lai_cost &cost) {
    return cost.error_kind == LAI_ERROR_COMPONENTWISE ? "componentwise"
           : cost.error_kind == LAI_ERROR_NORMWISE    ? "normwise"
                                                      : "unknown";
}

// "normwise 2e+04 u": the bound's kind and its coefficient in units of the roundoff.
std::string accuracy_text(const lai_cost &cost) {
    if (cost.error_kind == LAI_ERROR_UNKNOWN || !(cost.error_coefficient > 0)) return error_kind(cost);
    std::array<char, 24> number;
    std::snprintf(number.data(), number.size(), " %.2g u", cost.error_coefficient);
    return std::string(error_kind(cost)) + number.data();
}

std::string headline(const Op &op, const lai_call &call) {
    std::string text = routine_name(op, call.dtype) + ' ';
    for (std::uint32_t i = 0; i < call.dim_count; ++i)
        text +=
            (i > 0 ? " " : "") + std::string(op.schema->dims[i].name) + '=' + std::to_string(call.dims[i]);
    for (std::uint32_t i = 0; i < call.flag_count; ++i)
        text += ' ' + std::string(op.schema->flags[i].name) + '=' + static_cast<char>(call.flags[i]);
    if (call.batch != 1) text += " batch=" + std::to_string(call.batch);
    return text;
}

using Row = std::array<std::string, 11>;

std::string table(const std::vector<Row> &rows) {
    std::array<std::size_t, 11> width{};
    for (const Row &row : rows)
        for (std::size_t i = 0; i < row.size(); ++i) width[i] = std::max(width[i], row[i].size());
    std::string text;
    for (const Row &row : rows) {
        std::string line = " ";
        for (std::size_t i = 0; i < row.size(); ++i) {
            const std::string pad(width[i] - row[i].size(), ' ');
            const bool right = i >= 1 && i <= 6;  // times
            line += ' ' + (right ? pad + row[i] : row[i] + pad) + ' ';
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + '\n';
    }
    return text;
}

// JSON has no infinities or NaN.
ordered_json number(double value) {
    return std::isfinite(value) ? ordered_json(value) : ordered_json(nullptr);
}

}  // namespace

std::string explanation_text(const Op &op, const lai_call &call, const Ranking &ranking) {
    const Candidate *chosen = chosen_of(ranking);
    std::vector<Row> rows{{"candidate", "predicted", "interval", "actual", "set-up", "transfer", "compute",
                           "memory", "accuracy", "breaker", "verdict"}};
    for (const Candidate &candidate : ranking.candidates) {
        const bool priced = candidate.predicted_seconds > 0;
        const auto time = [&](double seconds) {
            return !priced ? "-" : seconds > 0 ? seconds_text(seconds) : std::string("0");
        };
        rows.push_back(
            {name_of(candidate), time(candidate.predicted_seconds),
             !priced ? "-"
                     : seconds_text(candidate.low_seconds) + " .. " + seconds_text(candidate.high_seconds),
             candidate.actual_calls == 0 ? "-" : seconds_text(candidate.actual_seconds),
             time(candidate.setup_seconds), time(candidate.transfer_seconds), time(candidate.compute_seconds),
             priced ? memory_text(candidate) : "-", priced ? accuracy_text(candidate.cost) : "-",
             candidate.breaker, verdict(candidate, &candidate == chosen)});
    }
    std::string text = headline(op, call) + '\n' + ranking.summary + '\n';
    if (ranking.candidates.empty()) return text + "  no plugin offers this operation\n";
    text += table(rows);
    if (chosen != nullptr)
        text += "strategy: " + std::string(to_string(ranking.strategy)) +
                (ranking.cached ? ", decision cached\n" : "\n");
    return text;
}

std::string explanation_json(const Op &op, const lai_call &call, const Ranking &ranking) {
    const Candidate *chosen = chosen_of(ranking);
    ordered_json candidates = ordered_json::array();
    for (const Candidate &c : ranking.candidates) {
        const bool runs = &c == chosen;
        const lai_reason reason = runs                          ? LAI_REASON_CHOSEN
                                  : c.reason == LAI_REASON_NONE ? LAI_REASON_SLOWER
                                                                : c.reason;
        candidates.push_back(
            {{"backend", c.plugin},
             {"variant", c.variant},
             {"device", c.device},
             {"chosen", runs},
             {"reason", reason_name(reason)},
             {"reason_text", runs ? "chosen" : reason_text(reason)},
             {"note", c.note},
             {"algorithm", c.cost.algorithm != nullptr ? c.cost.algorithm : ""},
             {"predicted_seconds", number(c.predicted_seconds)},
             {"setup_seconds", number(c.setup_seconds)},
             {"transfer_seconds", number(c.transfer_seconds)},
             {"compute_seconds", number(c.compute_seconds)},
             {"low_seconds", number(c.low_seconds)},
             {"high_seconds", number(c.high_seconds)},
             {"score", number(c.score)},
             {"actual_seconds", c.actual_calls == 0 ? ordered_json(nullptr) : number(c.actual_seconds)},
             {"actual_calls", c.actual_calls},
             {"expected_backward_error", number(c.expected_error)},
             {"host_bytes", c.cost.host_workspace_bytes + c.cost.host_extra_bytes},
             {"device_bytes", c.cost.device_peak_bytes},
             {"memory_limit_bytes", c.memory_limit_bytes},
             {"bytes_to_device", c.cost.bytes_to_device},
             {"bytes_from_device", c.cost.bytes_from_device},
             {"accuracy", error_kind(c.cost)},
             {"error_coefficient", number(c.cost.error_coefficient)},
             {"deterministic", c.cost.nondeterministic == 0},
             {"breaker", c.breaker},
             {"model", c.model}});
    }
    ordered_json flags = ordered_json::object();
    for (std::uint32_t i = 0; i < call.flag_count; ++i)
        flags[op.schema->flags[i].name] = std::string(1, static_cast<char>(call.flags[i]));
    ordered_json dims = ordered_json::array();
    for (std::uint32_t i = 0; i < call.dim_count; ++i) dims.push_back(call.dims[i]);
    const ordered_json document{{"op", op.short_name},
                                {"routine", routine_name(op, call.dtype)},
                                {"dtype", std::string(1, dtype_letter(call.dtype))},
                                {"dims", dims},
                                {"flags", flags},
                                {"batch", call.batch},
                                {"strategy", to_string(ranking.strategy)},
                                {"cached", ranking.cached},
                                {"flops", ranking.flops},
                                {"summary", ranking.summary},
                                {"candidates", candidates}};
    return document.dump(2, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace lapack_ai::core
