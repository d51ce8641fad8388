// Memory spaces by number: the same text gives the same number for the life of the process; 0 is the host.
#pragma once

#include <cstdint>

namespace lapack_ai::core {

// [any]
std::uint32_t intern_space(const char *space_id);

}  // namespace lapack_ai::core
