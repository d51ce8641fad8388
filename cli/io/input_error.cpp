#include "io/input_error.hpp"

#include <unistd.h>

#include <array>
#include <cstdio>
#include <limits>

namespace lapack_ai::cli {

namespace {

std::string human_bytes(double bytes) {
    static constexpr std::array units{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    std::size_t unit = 0;
    while (bytes >= 1024 && unit + 1 < units.size()) bytes /= 1024, ++unit;
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.3g %s", bytes, units[unit]);
    return text.data();
}

}  // namespace

ReadLimits ReadLimits::physical_memory() {
    const long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    if (pages <= 0 || page <= 0) return {std::numeric_limits<std::int64_t>::max()};
    return {static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page)};
}

std::uint64_t checked_bytes(const std::string &where, std::int64_t rows, std::int64_t cols,
                            std::uint64_t element, const ReadLimits &limits) {
    const std::string shape = std::to_string(rows) + " x " + std::to_string(cols);
    if (rows < 0 || cols < 0) throw InputError(where + ": shape " + shape + ": dimensions must be >= 0");
    std::uint64_t count = 0, total = 0;
    if (__builtin_mul_overflow(static_cast<std::uint64_t>(rows), static_cast<std::uint64_t>(cols), &count) ||
        __builtin_mul_overflow(count, element, &total) ||
        total > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        throw InputError(where + ": shape " + shape + ": the size in bytes overflows 63 bits");
    }
    if (total > limits.max_bytes) {
        throw InputError(where + ": shape " + shape + ": needs " + human_bytes(static_cast<double>(total)) +
                         " as a dense matrix, at most " + human_bytes(static_cast<double>(limits.max_bytes)) +
                         " is allowed");
    }
    return total;
}

std::string quoted(const std::string &text) {
    constexpr std::size_t limit = 40;
    std::string out = "'";
    for (const char c : text.substr(0, limit))
        out += (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) ? '?' : c;
    if (text.size() > limit) out += "...";
    return out + "'";
}

}  // namespace lapack_ai::cli
