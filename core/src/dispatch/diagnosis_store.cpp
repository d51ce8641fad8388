#include "dispatch/diagnosis_store.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>

namespace lapack_ai::core {

DiagnosisStore::DiagnosisStore() noexcept : blank_(blank_diagnosis()) {}

void DiagnosisStore::wipe() noexcept {
    blank_ = blank_diagnosis();
}

const char *DiagnosisStore::keep(const char *text) {
    return text == nullptr ? nullptr : strings_.emplace_back(text).c_str();
}

const lai_diagnosis *DiagnosisStore::keep(const lai_diagnosis &diagnosis) {
    strings_.clear();
    diagnosis_ = diagnosis;
    for (const char **text :
         {&diagnosis_.code, &diagnosis_.category, &diagnosis_.routine, &diagnosis_.semantic_message,
          &diagnosis_.detail, &diagnosis_.diagnostic_hint, &diagnosis_.argument_name,
          &diagnosis_.argument_value, &diagnosis_.argument_requirement, &diagnosis_.matrix,
          &diagnosis_.index_kind, &diagnosis_.index_ordering, &diagnosis_.condition_norm,
          &diagnosis_.condition_source, &diagnosis_.names_kind, &diagnosis_.backend}) {
        *text = keep(*text);
    }
    diagnosis_.action_count = std::min<std::uint32_t>(diagnosis_.action_count, LAI_MAX_ACTIONS);
    for (std::uint32_t i = 0; i < diagnosis_.action_count; ++i) {
        diagnosis_.actions[i].text = keep(diagnosis_.actions[i].text);
    }
    has_ = true;
    return &diagnosis_;
}

lai_diagnosis blank_diagnosis() noexcept {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    lai_diagnosis d{};
    d.size = sizeof(d);
    d.batch_index = -1;
    d.index_value = -1;
    d.condition_number = nan;
    d.condition_equilibrated = nan;
    d.backward_error = nan;
    d.rank = -1;
    d.norm1 = nan;
    return d;
}

}  // namespace lapack_ai::core
