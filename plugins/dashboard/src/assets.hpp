// The page's files, gzipped and embedded by the build.
#pragma once

#include <cstddef>
#include <string_view>

namespace lapack_ai::dashboard {

struct Asset {
    std::string_view path;  // "/", "/assets/main.js"
    const char *type;       // Content-Type
    const unsigned char *gzip;
    std::size_t size;
};

// Null if there is no such file.
const Asset *find_asset(std::string_view path) noexcept;

}  // namespace lapack_ai::dashboard
