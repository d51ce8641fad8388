#include "dispatch/enhance.hpp"

#include <cmath>
#include <limits>
#include <utility>

namespace lapack_ai::core {

bool preflight(const lai_enhancer &enhancer, const lai_call &call, ThreadState &thread, void *&state,
               Outcome &outcome) noexcept {
    if (enhancer.preflight == nullptr) return true;
    lai_diagnosis &diagnosis = thread.diagnosis.blank();
    const lai_status status = enhancer.preflight(enhancer.self, &call, &state, &diagnosis);
    if (status != LAI_INVALID) return true;
    outcome.status = LAI_INVALID;
    outcome.result.info = diagnosis.lapack_info;
    outcome.diagnosis = thread.diagnosis.keep(diagnosis);
    thread.diagnosis.wipe();
    return false;
}

void finish(const lai_enhancer &enhancer, const lai_call &call, ThreadState &thread, void *state,
            Outcome &outcome) noexcept {
    if (enhancer.finish == nullptr) return;
    lai_diagnosis &diagnosis = thread.diagnosis.blank();
    diagnosis.lapack_info = outcome.result.info;
    diagnosis.backend = outcome.backend;
    enhancer.finish(enhancer.self, &call, &outcome.result, state, &diagnosis);
    outcome.norm1 = std::exchange(diagnosis.norm1, std::numeric_limits<double>::quiet_NaN());
    if (diagnosis.severity == LAI_SEVERITY_NONE) return;
    outcome.diagnosis = thread.diagnosis.keep(diagnosis);
    thread.diagnosis.wipe();
}

void diagnose_misuse(const lai_enhancer *enhancer, const Op &op, const lai_call &call,
                     const ArgumentFault &fault, ThreadState &thread) {
    const std::string routine = routine_name(op, call.dtype);
    const std::string message = routine + ": argument " + std::to_string(fault.position) + ", " + fault.name +
                                ", " + fault.requirement;
    lai_diagnosis diagnosis = blank_diagnosis();
    diagnosis.severity = LAI_SEVERITY_MISUSE;
    diagnosis.lapack_info = -fault.position;
    diagnosis.routine = routine.c_str();
    diagnosis.semantic_message = message.c_str();
    diagnosis.argument_index = fault.position;
    diagnosis.argument_name = fault.name.c_str();
    diagnosis.argument_value = fault.value.c_str();
    diagnosis.argument_requirement = fault.requirement.c_str();
    if (enhancer != nullptr && enhancer->misuse != nullptr) {
        enhancer->misuse(enhancer->self, &call, fault.position, fault.name.c_str(), fault.value.c_str(),
                         fault.requirement.c_str(), &diagnosis);
    }
    thread.diagnosis.keep(diagnosis);
}

ArgumentFault nonfinite_fault(const Op &op, const lai_call &call, const NonFinite &found) {
    ArgumentFault fault;
    for (std::size_t i = 0; i < op.arguments.size(); ++i) {
        const CompiledArgument &argument = op.arguments[i];
        if (argument.kind != CompiledArgument::Kind::operand || argument.index != found.operand) continue;
        fault.position = static_cast<int>(i + 1);
        fault.name = argument.name;
    }
    const char *value = std::isnan(found.value) ? "NaN" : found.value > 0 ? "Inf" : "-Inf";
    // Positions as the user counts.
    const bool from_zero = call.language == LAI_LANGUAGE_C || call.language == LAI_LANGUAGE_PYTHON;
    if (from_zero) {
        fault.value =
            std::string(value) + " at [" + std::to_string(found.row) + ", " + std::to_string(found.col) + "]";
    } else {
        fault.value = std::string(value) + " in row " + std::to_string(found.row + 1) + ", column " +
                      std::to_string(found.col + 1);
    }
    if (call.batch > 1) fault.value += " of item " + std::to_string(found.item + (from_zero ? 0 : 1));
    fault.requirement = "must be finite: the algorithm may never end on Inf or NaN";
    return fault;
}

}  // namespace lapack_ai::core
