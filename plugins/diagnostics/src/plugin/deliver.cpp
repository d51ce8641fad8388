// See deliver.hpp.
#include "plugin/deliver.hpp"

#include <algorithm>
#include <cstring>

namespace lapack_ai::diagnostics {

void deliver(const Finding &finding, std::uint64_t repeats, double cost_seconds, const Keep &keep,
             lai_diagnosis &out) {
    lai_diagnosis d{};
    const CategoryText &text = category_text(finding.category);
    const auto optional = [&](const std::string &s) { return s.empty() ? nullptr : keep(s); };
    d.severity = finding.severity;
    d.lapack_info = finding.info;
    d.code = text.code;
    d.category = text.name;
    d.routine = keep(finding.routine);
    d.semantic_message = keep(finding.message);
    std::string detail;
    for (const std::string &fact : finding.facts) detail += (detail.empty() ? "" : "\n") + fact;
    d.detail = keep(detail);
    d.argument_index = finding.argument_index;
    d.result_state = finding.state == ResultState::unspecified ? LAI_STATE_NONE
                                                               : static_cast<std::uint32_t>(finding.state);
    d.argument_name = optional(finding.argument_name);
    d.argument_value = optional(finding.argument_value);
    d.argument_requirement = optional(finding.argument_requirement);
    d.matrix = optional(finding.matrix);
    d.batch_index = finding.batch_index;
    d.index_value = finding.index_value;
    d.index_kind = optional(finding.index_kind);
    d.index_ordering = optional(finding.index_ordering);
    d.condition_number = finding.condition;
    d.condition_equilibrated = finding.condition_equilibrated;
    d.condition_norm = "1";
    d.condition_source = optional(finding.condition_source);
    d.backward_error = finding.backward_error;
    d.rank = finding.rank;
    d.names_kind = optional(finding.names_kind);
    d.named_count = static_cast<std::uint32_t>(std::min<std::size_t>(finding.named.size(), LAI_MAX_NAMED));
    for (std::uint32_t i = 0; i < d.named_count; ++i) {
        d.named[i] = finding.named[i];
        d.named_coefficient[i] = i < finding.coefficients.size() ? finding.coefficients[i] : not_computed;
    }
    d.action_count =
        static_cast<std::uint32_t>(std::min<std::size_t>(finding.actions.size(), LAI_MAX_ACTIONS));
    for (std::uint32_t i = 0; i < d.action_count; ++i)
        d.actions[i] = {keep(finding.actions[i].text), finding.actions[i].applicability, 0};
    d.diagnostic_hint = d.action_count > 0 ? d.actions[0].text : nullptr;
    d.cost_seconds = cost_seconds;
    d.repeats = repeats;
    d.norm1 = LAI_HAS(&out, lai_diagnosis, norm1) ? out.norm1 : not_computed;
    d.size = out.size;
    if (LAI_HAS(&out, lai_diagnosis, backend)) d.backend = out.backend;  // the host's own knowledge
    std::memcpy(&out, &d, std::min<std::size_t>(out.size, sizeof d));
}

}  // namespace lapack_ai::diagnostics
