#include "exit_code.hpp"

#include "lapack_ai/lapack_ai.h"

namespace lapack_ai::cli {

ExitCode exit_code_of(std::int64_t returned) noexcept {
    if (returned == 0) return ExitCode::ok;
    if (returned > 0) return ExitCode::numerical;
    switch (returned) {
        case LAI_ERROR_USAGE:
        case LAI_ERROR_CONFIGURATION:
            return ExitCode::usage;
        case LAI_ERROR_BAD_INPUT:
            return ExitCode::bad_input;
        case LAI_ERROR_NO_BACKEND:
        case LAI_ERROR_GPU_UNAVAILABLE:
        case LAI_ERROR_BACKEND_FAILED:
            return ExitCode::no_backend;
        case LAI_ERROR_ACCURACY:
            return ExitCode::inaccurate;
        case LAI_ERROR_INTERNAL:
        case LAI_ERROR_OUT_OF_MEMORY:
            return ExitCode::internal;
        default:
            return ExitCode::bad_input;  // -1..-999: an argument
    }
}

}  // namespace lapack_ai::cli
