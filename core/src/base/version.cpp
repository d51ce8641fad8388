#include "base/version.hpp"

namespace lapack_ai::core {

const char *version() noexcept {
    return LAPACK_AI_VERSION;
}

}  // namespace lapack_ai::core
