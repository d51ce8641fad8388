// The library's version, as CMake knows it.
#pragma once

namespace lapack_ai::core {

// "0.1.0"; static.
const char *version() noexcept;

}  // namespace lapack_ai::core
