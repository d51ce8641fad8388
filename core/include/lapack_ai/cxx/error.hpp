// What a failed call throws: the whole diagnosis, in classes that say what can be done about it.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "lapack_ai/lapack_ai.h"

namespace lapack_ai {

// A diagnosis that owns its texts; members as in lai_diagnosis (abi/enhancer.h). Indices are 0-based.
struct diagnosis {
    struct action {
        std::string text;
        std::uint32_t applicability = 0;  // LAI_APPLICABILITY_*
    };
    struct named_index {
        std::int64_t index = -1;
        double coefficient = 0;
    };

    std::uint32_t severity = LAI_SEVERITY_NONE;
    std::int64_t lapack_info = 0;
    std::string code, category, routine, semantic_message, detail, diagnostic_hint;
    std::int32_t argument_index = 0;
    std::string argument_name, argument_value, argument_requirement;
    std::uint32_t result_state = LAI_STATE_NONE;
    std::string matrix, index_kind, index_ordering;
    std::int64_t batch_index = -1, index_value = -1, rank = -1;
    double condition_number = std::numeric_limits<double>::quiet_NaN();
    double condition_equilibrated = std::numeric_limits<double>::quiet_NaN();
    double backward_error = std::numeric_limits<double>::quiet_NaN();
    std::string condition_norm, condition_source, names_kind, backend;
    std::vector<named_index> named;
    std::vector<action> actions;
    double cost_seconds = 0;
    std::uint64_t repeats = 0;

    // True when there is nothing to say.
    bool empty() const noexcept { return severity == LAI_SEVERITY_NONE; }

    diagnosis() = default;
    explicit diagnosis(const lai_diagnosis &d)
        : severity(d.severity),
          lapack_info(d.lapack_info),
          code(text(d.code)),
          category(text(d.category)),
          routine(text(d.routine)),
          semantic_message(text(d.semantic_message)),
          detail(text(d.detail)),
          diagnostic_hint(text(d.diagnostic_hint)),
          argument_index(d.argument_index),
          argument_name(text(d.argument_name)),
          argument_value(text(d.argument_value)),
          argument_requirement(text(d.argument_requirement)),
          result_state(d.result_state),
          matrix(text(d.matrix)),
          index_kind(text(d.index_kind)),
          index_ordering(text(d.index_ordering)),
          batch_index(d.batch_index),
          index_value(d.index_value),
          rank(d.rank),
          condition_number(d.condition_number),
          condition_equilibrated(d.condition_equilibrated),
          backward_error(d.backward_error),
          condition_norm(text(d.condition_norm)),
          condition_source(text(d.condition_source)),
          names_kind(text(d.names_kind)),
          backend(text(d.backend)),
          cost_seconds(d.cost_seconds),
          repeats(d.repeats) {
        for (std::uint32_t i = 0; i < d.named_count && i < LAI_MAX_NAMED; ++i)
            named.push_back({d.named[i], d.named_coefficient[i]});
        for (std::uint32_t i = 0; i < d.action_count && i < LAI_MAX_ACTIONS; ++i)
            actions.push_back({text(d.actions[i].text), d.actions[i].applicability});
    }

  private:
    static std::string text(const char *s) { return s != nullptr ? s : ""; }
};

// Base of all. what() is one line that names operation, argument, value and requirement.
class error : public std::runtime_error {
  public:
    error(const std::string &message, std::int64_t info, lapack_ai::diagnosis what_is_known)
        : std::runtime_error(message), info_(info), diagnosis_(std::move(what_is_known)) {}
    // What the C function returned: LAPACK's INFO or an LAI_ERROR_*.
    std::int64_t info() const noexcept { return info_; }
    const lapack_ai::diagnosis &diagnosis() const noexcept { return diagnosis_; }

  private:
    std::int64_t info_;
    lapack_ai::diagnosis diagnosis_;
};

// The caller's doing.
class argument_error : public error {  // -info() is the position in LAPACK's list
    using error::error;
};
class usage_error : public error {
    using error::error;
};
class configuration_error : public error {
    using error::error;
};
class input_error : public error {
    using error::error;
};

// The mathematics' answer: INFO > 0.
class numerical_error : public error {
    using error::error;
};
class singular_error : public numerical_error {
    using numerical_error::numerical_error;
};
class not_positive_definite_error : public numerical_error {
    using numerical_error::numerical_error;
};
class rank_deficient_error : public numerical_error {
    using numerical_error::numerical_error;
};
class convergence_error : public numerical_error {
    using numerical_error::numerical_error;
};

// The machine's.
class backend_error : public error {  // everything that could run the call failed
    using error::error;
};
class no_backend_error : public backend_error {  // nothing may run it
    using backend_error::backend_error;
};
// A GPU was asked for by name and is not there, is switched off, or stands behind an open circuit breaker.
class gpu_unavailable_error : public no_backend_error {
    using no_backend_error::no_backend_error;
};
class accuracy_error : public error {  // the backward error asked for was not reached, or cannot be certified
    using error::error;
};
class out_of_memory_error : public error {
    using error::error;
};

namespace detail {

[[noreturn]] inline void throw_numerical(std::int64_t info, const std::string &message,
                                         lapack_ai::diagnosis d) {
    const std::string op = lai_last_report()->op;
    if (op == "gesv" || op == "getrf" || op == "getri") throw singular_error(message, info, std::move(d));
    if (op == "posv" || op == "potrf") throw not_positive_definite_error(message, info, std::move(d));
    if (op == "gels") throw rank_deficient_error(message, info, std::move(d));
    if (op == "gesvd" || op == "gelsd" || op == "syev" || op == "geev")
        throw convergence_error(message, info, std::move(d));
    throw numerical_error(message, info, std::move(d));
}

[[noreturn]] inline void throw_failure(std::int64_t info) {
    const lai_diagnosis *known = lai_last_diagnostic();
    lapack_ai::diagnosis d = known != nullptr ? lapack_ai::diagnosis(*known) : lapack_ai::diagnosis();
    std::string message = lai_last_error();
    if (message.empty()) message = d.semantic_message;
    if (message.empty()) message = std::string(lai_last_report()->op) + ": INFO = " + std::to_string(info);
    if (info > 0) throw_numerical(info, message, std::move(d));
    switch (info) {
        case LAI_ERROR_USAGE:
            throw usage_error(message, info, std::move(d));
        case LAI_ERROR_CONFIGURATION:
            throw configuration_error(message, info, std::move(d));
        case LAI_ERROR_BAD_INPUT:
            throw input_error(message, info, std::move(d));
        case LAI_ERROR_NO_BACKEND:
            throw no_backend_error(message, info, std::move(d));
        case LAI_ERROR_BACKEND_FAILED:
            throw backend_error(message, info, std::move(d));
        case LAI_ERROR_GPU_UNAVAILABLE:
            throw gpu_unavailable_error(message, info, std::move(d));
        case LAI_ERROR_ACCURACY:
            throw accuracy_error(message, info, std::move(d));
        case LAI_ERROR_OUT_OF_MEMORY:
            throw out_of_memory_error(message, info, std::move(d));
        default:
            break;
    }
    if (info > LAI_ERROR_INTERNAL) throw argument_error(message, info, std::move(d));
    throw error(message, info, std::move(d));
}

}  // namespace detail

// Throws what a value returned by a LAPACK-level function stands for; returns when it is 0. To be called on
// the thread of the call and before its next one.
inline void check(std::int64_t info) {
    if (info != 0) detail::throw_failure(info);
}

}  // namespace lapack_ai
