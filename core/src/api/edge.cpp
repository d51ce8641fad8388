#include "api/edge.hpp"

#include <new>

#include "base/error.hpp"
#include "dispatch/argument_error.hpp"
#include "metrics/extension.hpp"

namespace lapack_ai::core {
namespace {

std::int64_t code_of(ErrorKind kind) noexcept {
    switch (kind) {
        case ErrorKind::internal:
            return LAI_ERROR_INTERNAL;
        case ErrorKind::usage:
            return LAI_ERROR_USAGE;
        case ErrorKind::configuration:
            return LAI_ERROR_CONFIGURATION;
        case ErrorKind::bad_input:
            return LAI_ERROR_BAD_INPUT;
        case ErrorKind::no_backend:
            return LAI_ERROR_NO_BACKEND;
        case ErrorKind::backend_failed:
            return LAI_ERROR_BACKEND_FAILED;
        case ErrorKind::out_of_memory:
            return LAI_ERROR_OUT_OF_MEMORY;
        case ErrorKind::gpu_unavailable:
            return LAI_ERROR_GPU_UNAVAILABLE;
        case ErrorKind::inaccurate:
            return LAI_ERROR_ACCURACY;
    }
    return LAI_ERROR_INTERNAL;
}

std::int64_t keep(std::int64_t code, const char *message) noexcept {
    ThreadReport &report = thread_report();
    report.failed = true;
    try {
        report.error = message;
    } catch (...) {
        report.error.clear();
    }
    return code;
}

}  // namespace

std::int64_t rethrown_as_code() noexcept {
    try {
        throw;
    } catch (const ArgumentError &e) {
        return keep(-e.fault().position, e.what());
    } catch (const Error &e) {
        return keep(code_of(e.kind()), e.what());
    } catch (const std::bad_alloc &) {
        return keep(LAI_ERROR_OUT_OF_MEMORY, "out of memory");
    } catch (const std::exception &e) {
        return keep(LAI_ERROR_INTERNAL, e.what());
    } catch (...) {
        return keep(LAI_ERROR_INTERNAL, "unknown exception");
    }
}

std::int64_t give_text(const std::string &text, char *buffer, std::size_t capacity) noexcept {
    return static_cast<std::int64_t>(copy_text(text, buffer, capacity));
}

}  // namespace lapack_ai::core

extern "C" int64_t lai_report_error(int64_t code, const char *message) {
    lapack_ai::core::thread_report().diagnosis = nullptr;  // there was no call to speak of
    return lapack_ai::core::keep(code, message != nullptr ? message : "");
}
