#include "text.hpp"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

namespace lapack_ai::cli {

std::string seconds_text(double seconds) {
    if (!(seconds > 0)) return "0 s";
    if (seconds < 1e-6) return fmt::format("{:.3g} ns", seconds * 1e9);
    if (seconds < 1e-3) return fmt::format("{:.3g} us", seconds * 1e6);
    if (seconds < 1) return fmt::format("{:.3g} ms", seconds * 1e3);
    return fmt::format("{:.3g} s", seconds);
}

std::string bytes_text(double bytes) {
    static constexpr std::array units{"B", "KiB", "MiB", "GiB", "TiB"};
    std::size_t unit = 0;
    while (bytes >= 1024 && unit + 1 < units.size()) bytes /= 1024, ++unit;
    return fmt::format("{:.3g} {}", bytes, units[unit]);
}

std::string number_text(double value) {
    return fmt::format("{:.4g}", value);
}

std::string shape_text(const Matrix &A) {
    return fmt::format("{} x {}, {}", A.rows(), A.cols(), dtype_letter(A.dtype()));
}

std::string element_text(const Matrix &A, std::int64_t index) {
    return with_type(A.dtype(), [&](auto zero) {
        const auto value = A.as<decltype(zero)>()[index];
        if (is_complex(A.dtype())) return fmt::format("{:.4g}{:+.4g}i", std::real(value), std::imag(value));
        return fmt::format("{:.4g}", std::real(value));
    });
}

double number_or(const nlohmann::json &document, const char *key, double otherwise) {
    const auto at = document.find(key);
    return at != document.end() && at->is_number() ? at->get<double>() : otherwise;
}

std::string string_or_empty(const nlohmann::json &document, const char *key) {
    const auto at = document.find(key);
    return at != document.end() && at->is_string() ? at->get<std::string>() : std::string();
}

}  // namespace lapack_ai::cli
