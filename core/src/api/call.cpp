#include "api/call.hpp"

#include <algorithm>
#include <limits>
#include <new>

#include "api/row_major.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "dispatch/certificate.hpp"

namespace lapack_ai::core {

void shape_operands(const Op &op, const lai_call &call, const OperandArgument *arguments,
                    lai_operand *operands) noexcept {
    for (std::uint32_t i = 0; i < call.operand_count; ++i) {
        const CompiledOperand &compiled = op.operands[i];
        const OperandArgument &given = arguments[i];
        const std::int64_t rows = compiled.rows.size(call);
        const bool vector = compiled.schema->is_vector != 0;
        operands[i] = {sizeof(lai_operand),
                       operand_dtype(*compiled.schema, call.dtype),
                       const_cast<void *>(given.data),
                       rows,
                       vector ? 1 : compiled.cols.size(call),
                       vector ? std::max<std::int64_t>(1, rows) : given.ld,
                       given.stride,
                       given.flags,
                       0,
                       0};
    }
}

CallOptions call_options(const lai_call_options &options) {
    if (!LAI_HAS(&options, lai_call_options, backward_error))
        throw Error(ErrorKind::usage, "lai_call_options: size is " + std::to_string(options.size) +
                                          ": must be sizeof(lai_call_options)");
    if (options.fallback > LAI_FALLBACK_STRICT)
        throw Error(ErrorKind::usage, "lai_call_options: fallback is " + std::to_string(options.fallback) +
                                          ": must be one of LAI_FALLBACK_*");
    if (options.accuracy > LAI_ACCURACY_MIXED)
        throw Error(ErrorKind::usage, "lai_call_options: accuracy is " + std::to_string(options.accuracy) +
                                          ": must be one of LAI_ACCURACY_*");
    check_language("lai_call_options", options.language);
    if (!(options.backward_error >= 0))
        throw Error(ErrorKind::usage, "lai_call_options: backward_error is " +
                                          std::to_string(options.backward_error) + ": must be >= 0");
    CallOptions result;
    result.backend = options.backend;
    result.disable = options.disable;
    result.disable_count = options.disable_count;
    result.accuracy = options.accuracy;
    result.fallback = static_cast<int>(options.fallback) - 1;
    result.threads = options.threads;
    result.deadline_ns = options.timeout_ns != 0 ? now_ns() + options.timeout_ns : 0;
    result.backward_error = options.backward_error;
    return result;
}

std::int64_t run_call(lai_context *context, const Op &op, lai_call &call, const lai_call_options *options,
                      const void *site) {
    static constexpr CallOptions none;
    ThreadReport &report = thread_report();
    report.op = &op;
    report.copied = report.failed = false;
    report.batched = call.batch != 1;
    lai_context &chosen_context = context_or_default(context);
    Dispatcher &dispatcher = *chosen_context.dispatcher;
    call.site = reinterpret_cast<std::uintptr_t>(site);
    call.language = chosen_context.language;
    bool begun = false;  // whether the dispatcher got the call
    try {
        CallOptions given;
        const CallOptions *chosen = &none;
        if (options != nullptr) [[unlikely]] {
            given = call_options(*options);
            chosen = &given;
            if (options->language != LAI_LANGUAGE_INHERIT) call.language = options->language;
            if (LAI_HAS(options, lai_call_options, site) && options->site != 0) call.site = options->site;
        }
        begun = call.layout <= LAI_LAYOUT_ROW;
        // Constructed in place: an outcome is 200 bytes, and small calls are counted in nanoseconds.
        if (call.layout == LAI_LAYOUT_COL) [[likely]]
            new (&report.outcome) Outcome(dispatcher.run(call, *chosen));
        else
            report.copied = run_row_major(dispatcher, op, call, *chosen, report.outcome);
    } catch (...) {
        report.outcome = Outcome{};
        report.outcome.status = LAI_INVALID;
        if (options != nullptr && thread_certificate().pending) {
            thread_certificate().pending = false;
            report.outcome.certified_error = std::numeric_limits<double>::infinity();
        }
        report.diagnosis = begun ? last_diagnosis() : nullptr;  // else it is an older call's
        throw;
    }
    report.diagnosis = report.outcome.diagnosis;
    return report.outcome.result.info;
}

}  // namespace lapack_ai::core
