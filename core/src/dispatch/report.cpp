#include "dispatch/report.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "base/log.hpp"
#include "dispatch/words.hpp"

namespace lapack_ai::core {

namespace {

// The line of one candidate.
std::string candidate_line(const View &view, const Trial &trial, const Evaluated &e) {
    std::string line = "\n  " + e.variant->label + ": ";
    if (const Failures::Item *failure = trial.failures.find(e.variant)) {
        line += std::string("returned ") + status_name(failure->status);
        if (failure->reason != LAI_REASON_FAULTED) line += std::string(", ") + reason_text(failure->reason);
        if (failure->detail != nullptr) line += std::string(": ") + failure->detail;
        return line;
    }
    if (e.reason == LAI_REASON_NONE) return line + "could run it, but fallback is strict";
    return line + explain_reason(view, e);
}

}  // namespace

std::string bytes_text(std::uint64_t bytes) {
    static constexpr std::array<const char *, 5> units = {"B", "KiB", "MiB", "GiB", "TiB"};
    double value = static_cast<double>(bytes);
    std::size_t unit = 0;
    for (; value >= 1024 && unit + 1 < units.size(); ++unit) value /= 1024;
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), unit == 0 ? "%.0f %s" : "%.1f %s", value, units[unit]);
    return text.data();
}

std::string seconds_text(double seconds) {
    static constexpr std::array<const char *, 4> units = {"s", "ms", "us", "ns"};
    std::size_t unit = 0;
    for (; seconds < 1 && unit + 1 < units.size(); ++unit) seconds *= 1e3;
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.3g %s", seconds, units[unit]);
    return text.data();
}

std::string summarise(const RankingTable &table) {
    if (table.eligible == 0) return "no backend can run it";
    const Evaluated &best = *table.items[0];
    std::string text = best.variant->label + ", predicted " + seconds_text(best.predicted_seconds());
    if (best.pinned) text += ", pinned by dispatch.pin";
    if (table.eligible == 1) return text + ": the only one that can run it";
    const Evaluated &next = *table.items[1];
    std::array<char, 32> ratio{};
    std::snprintf(ratio.data(), ratio.size(), "%.2g", next.predicted_seconds() / best.predicted_seconds());
    if (next.variant->last_resort() && !best.variant->last_resort()) {
        return text + ": " + next.variant->label + " is the last resort";
    }
    if (next.score < best.score) {
        return text + ": " + next.variant->label + " is not faster by more than the hysteresis";
    }
    return text + ": " + next.variant->label + " would take " + ratio.data() + " times as long";
}

std::string describe_call(const Op &op, const lai_call &call) {
    std::string text = routine_name(op, call.dtype) + " (";
    for (std::uint32_t i = 0; i < op.schema->dim_count; ++i) {
        text += (i == 0 ? "" : ", ") + std::string(entry(op.schema->dims, op.schema->dim_stride, i).name) +
                "=" + std::to_string(call.dims[i]);
    }
    if (call.batch != 1) text += ", batch=" + std::to_string(call.batch);
    return text + ")";
}

std::string explain_reason(const View &view, const Evaluated &e) {
    std::string text = reason_text(e.reason);
    switch (e.reason) {
        case LAI_REASON_DISABLED: {
            const auto plugin = view.settings->plugins.find(e.variant->plugin);
            const bool off = plugin != view.settings->plugins.end() && plugin->second.enabled == Enabled::no;
            const std::string key = off ? "plugins." + e.variant->plugin + ".enabled" : "gpu.enabled";
            return text + ": " + key + " is false" + source_of(*view.settings, key);
        }
        case LAI_REASON_DEVICE_MEMORY:
            text += ": needs " + bytes_text(e.cost.device_peak_bytes) + " of " +
                    bytes_text(e.memory_limit_bytes) + " allowed (gpu.memory_limit_percent)";
            break;
        case LAI_REASON_HOST_MEMORY:
            text += ": needs " + bytes_text(e.needed_bytes()) + " of the machine's " +
                    bytes_text(e.memory_limit_bytes);
            break;
        case LAI_REASON_ACCURACY:
            text += ": it is " + std::string(accuracy_name(e.variant->accuracy())) + " (dispatch.accuracy)";
            break;
        default:
            break;
    }
    if (e.cost.note != nullptr) text += std::string(": ") + e.cost.note;
    return text;
}

std::string failure_text(Ending ending, const Trial &trial, const lai_call &call, const View &view,
                         const RankingTable &table) {
    std::string text = describe_call(*trial.op, call) + ": ";
    if (ending == Ending::failed) {
        const bool strict = trial.failures.count == 1 && table.eligible > 0;
        text += strict ? "the backend failed and dispatch.fallback is strict"
                       : "every backend that could run it failed";
        if (trial.input_lost) text += "; the input was overwritten and is lost";
    } else {
        text += "no backend can run it";
    }
    for (std::uint32_t i = 0; i < table.count; ++i) text += candidate_line(view, trial, *table.items[i]);
    bool anything = table.count != 0;
    for (const Absentee &absentee : view.absentees) {
        if (!offers(absentee, *trial.op)) continue;
        text += "\n  " + absentee.id + ": " + absentee.note;
        anything = true;
    }
    if (!anything) {
        text +=
            "\n  no plugin offers it: plugins.<id>.enabled turns plugins on, plugin_search_paths says where "
            "they are"
            " looked for" +
            source_of(*view.settings, "plugin_search_paths");
    }
    return text;
}

namespace {

void say_memory(const RegisteredVariant &variant, const Op &op, const lai_call &call, bool device,
                std::uint64_t needed, std::uint64_t available, const std::string &gain) {
    log(LAI_LOG_WARNING, describe_call(op, call) + ": " + variant.label + " would run it" + gain +
                             " but for memory: it needs " + bytes_text(needed) + " (" +
                             std::to_string(needed) + " bytes), available are " + bytes_text(available) +
                             " (" + std::to_string(available) + " bytes)" +
                             (device ? " of " + variant.device_name + " (gpu.memory_limit_percent)"
                                     : std::string(" of the host")) +
                             "; said once");
}

}  // namespace

void warn_of_memory(const Op &op, const lai_call &call, const RankingTable &table) noexcept {
    for (std::uint32_t i = table.eligible; i < table.count; ++i) {
        const Evaluated &e = *table.items[i];
        if (!e.lacks_memory() || e.needed_bytes() == 0) continue;
        const double instead = table.eligible > 0 ? table.items[0]->predicted_seconds() : HUGE_VAL;
        if (e.predicted_seconds() >= instead || e.variant->memory_warned.load(std::memory_order_relaxed) ||
            !log_enabled(LAI_LOG_WARNING) || e.variant->memory_warned.exchange(true))
            continue;
        const std::string gain = table.eligible == 0
                                     ? std::string()
                                     : " in " + seconds_text(e.predicted_seconds()) + " instead of " +
                                           seconds_text(instead) + " on " + table.items[0]->variant->label;
        say_memory(*e.variant, op, call, e.reason == LAI_REASON_DEVICE_MEMORY, e.needed_bytes(),
                   e.memory_limit_bytes, gain);
    }
}

void warn_of_memory(const RegisteredVariant &variant, const Op &op, const lai_call &call,
                    std::uint64_t needed, std::uint64_t available) noexcept {
    if (!log_enabled(LAI_LOG_WARNING) || variant.memory_warned.exchange(true)) return;
    say_memory(variant, op, call, true, needed, available, {});
}

void report_fallback(const lai_frame &frame, const Op &op, const lai_call &call,
                     const Failures::Item &failure, const RegisteredVariant &next) noexcept {
    if (frame.request.fallback != FallbackMode::warn || !log_enabled(LAI_LOG_WARNING)) return;
    std::string text =
        describe_call(op, call) + ": " + failure.variant->label + " returned " + status_name(failure.status);
    if (failure.detail != nullptr) text += std::string(" (") + failure.detail + ")";
    log(LAI_LOG_WARNING, text + "; falling back to " + next.label);
}

}  // namespace lapack_ai::core
