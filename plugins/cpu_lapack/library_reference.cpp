#include <cstdint>

#include "library.hpp"

extern "C" void ilaver_(std::int32_t *major, std::int32_t *minor, std::int32_t *patch);

namespace lapack_ai::cpu {

std::string library_description() {
    std::int32_t major = 0, minor = 0, patch = 0;
    ilaver_(&major, &minor, &patch);
    return "reference LAPACK " + std::to_string(major) + "." + std::to_string(minor) + "." +
           std::to_string(patch);
}

}  // namespace lapack_ai::cpu
