// Diagnoses as text and JSON, and the texts behind codes and INFO values.
#include <cmath>
#include <nlohmann/json.hpp>

#include "api/context.hpp"
#include "api/edge.hpp"
#include "base/error.hpp"

namespace {

using nlohmann::ordered_json;
using namespace lapack_ai::core;

std::string text(const char *s) {
    return s != nullptr ? s : "";
}

ordered_json number(double value) {
    return std::isfinite(value) ? ordered_json(value) : ordered_json(nullptr);
}
ordered_json index(std::int64_t value) {
    return value >= 0 ? ordered_json(value) : ordered_json(nullptr);
}

const char *severity_name(std::uint32_t severity) {
    static constexpr const char *names[] = {"none", "note", "warning", "error", "misuse"};
    return severity < std::size(names) ? names[severity] : "unknown";
}

const char *state_name(std::uint32_t state) {
    static constexpr const char *names[] = {"none", "partial", "suspect", "usable"};
    return state < std::size(names) ? names[state] : "unknown";
}

const char *applicability_name(std::uint32_t applicability) {
    static constexpr const char *names[] = {"unknown", "verified", "likely", "placeholder"};
    return applicability < std::size(names) ? names[applicability] : "unknown";
}

std::string as_text(const lai_diagnosis &d) {
    std::string out =
        std::string(severity_name(d.severity)) + ' ' + text(d.code) + ": " + text(d.semantic_message) + '\n';
    std::string detail = text(d.detail);
    for (std::size_t begin = 0; begin < detail.size();) {
        const std::size_t end = std::min(detail.find('\n', begin), detail.size());
        out += "  " + detail.substr(begin, end - begin) + '\n';
        begin = end + 1;
    }
    for (std::uint32_t i = 0; i < d.action_count && i < LAI_MAX_ACTIONS; ++i)
        out += "  try: " + text(d.actions[i].text) + '\n';
    if (d.action_count == 0 && !text(d.diagnostic_hint).empty())
        out += "  try: " + text(d.diagnostic_hint) + '\n';
    return out;
}

std::string as_json(const lai_diagnosis &d) {
    ordered_json actions = ordered_json::array();
    for (std::uint32_t i = 0; i < d.action_count && i < LAI_MAX_ACTIONS; ++i)
        actions.push_back({{"text", text(d.actions[i].text)},
                           {"applicability", applicability_name(d.actions[i].applicability)}});
    ordered_json named = ordered_json::array();
    for (std::uint32_t i = 0; i < d.named_count && i < LAI_MAX_NAMED; ++i)
        named.push_back({{"index", d.named[i]}, {"coefficient", number(d.named_coefficient[i])}});
    const ordered_json document{{"severity_level", severity_name(d.severity)},
                                {"lapack_info", d.lapack_info},
                                {"code", text(d.code)},
                                {"category", text(d.category)},
                                {"routine", text(d.routine)},
                                {"semantic_message", text(d.semantic_message)},
                                {"detail", text(d.detail)},
                                {"diagnostic_hint", text(d.diagnostic_hint)},
                                {"argument_index", d.argument_index},
                                {"argument_name", text(d.argument_name)},
                                {"argument_value", text(d.argument_value)},
                                {"argument_requirement", text(d.argument_requirement)},
                                {"result_state", state_name(d.result_state)},
                                {"matrix", text(d.matrix)},
                                {"batch_index", index(d.batch_index)},
                                {"index_value", index(d.index_value)},
                                {"index_kind", text(d.index_kind)},
                                {"index_ordering", text(d.index_ordering)},
                                {"condition_number", number(d.condition_number)},
                                {"condition_equilibrated", number(d.condition_equilibrated)},
                                {"condition_norm", text(d.condition_norm)},
                                {"condition_source", text(d.condition_source)},
                                {"backward_error", number(d.backward_error)},
                                {"rank", index(d.rank)},
                                {"names_kind", text(d.names_kind)},
                                {"named", named},
                                {"actions", actions},
                                {"backend", text(d.backend)},
                                {"cost_seconds", number(d.cost_seconds)},
                                {"repeats", d.repeats}};
    return document.dump(2, ' ', false, ordered_json::error_handler_t::replace);
}

// The context's enhancer; null when none is loaded.
const lai_enhancer *enhancer_of(lai_context *context) {
    return context_or_default(context).context->enhancer();
}

}  // namespace

extern "C" int64_t lai_format_diagnosis(const lai_diagnosis *diagnosis, uint32_t format, char *buffer,
                                        size_t capacity) {
    return text_at_edge(buffer, capacity, [&] {
        if (diagnosis == nullptr) throw Error(ErrorKind::usage, "lai_format_diagnosis: diagnosis is null");
        return format == LAI_FORMAT_JSON ? as_json(*diagnosis) : as_text(*diagnosis);
    });
}

extern "C" int64_t lai_explain_code(lai_context *context, const char *code, char *buffer, size_t capacity) {
    return at_edge([&]() -> std::int64_t {
        if (code == nullptr) throw Error(ErrorKind::usage, "lai_explain_code: code is null");
        const lai_enhancer *enhancer = enhancer_of(context);
        if (enhancer == nullptr || enhancer->explain_code == nullptr) return 0;
        return static_cast<std::int64_t>(enhancer->explain_code(enhancer->self, code, buffer, capacity));
    });
}

extern "C" int64_t lai_explain_info(lai_context *context, const char *routine, int64_t info,
                                    const int64_t *dims, uint32_t dim_count, char *buffer, size_t capacity) {
    return at_edge([&]() -> std::int64_t {
        if (routine == nullptr) throw Error(ErrorKind::usage, "lai_explain_info: routine is null");
        const lai_enhancer *enhancer = enhancer_of(context);
        if (enhancer == nullptr || enhancer->explain_info == nullptr) return 0;
        return static_cast<std::int64_t>(
            enhancer->explain_info(enhancer->self, routine, info, dims, dim_count, buffer, capacity));
    });
}
