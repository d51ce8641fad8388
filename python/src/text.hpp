// Texts of the C API, which are returned as snprintf does.
#pragma once

#include <cstdint>
#include <string>

#include "lapack_ai/lapack_ai.hpp"

namespace lapack_py {

// Whole text of read(buffer, capacity); throws lapack_ai::error. A text may grow between asking and reading.
template <typename Read>
std::string whole_text(Read read) {
    std::string text(1024, '\0');
    for (;;) {
        const std::int64_t length = read(text.data(), text.size());
        if (length < 0) lapack_ai::check(length);
        const bool whole = static_cast<std::size_t>(length) < text.size();
        text.resize(static_cast<std::size_t>(length) + (whole ? 0 : 512));
        if (whole) return text;
    }
}

inline std::string format_diagnosis(const lai_diagnosis &diagnosis, std::uint32_t format) {
    return whole_text([&](char *buffer, std::size_t capacity) {
        return lai_format_diagnosis(&diagnosis, format, buffer, capacity);
    });
}

}  // namespace lapack_py
