#include "session.hpp"

#include <sys/random.h>

#include <algorithm>
#include <array>

#include "request_guard.hpp"

namespace lapack_ai::dashboard {

namespace {

constexpr std::size_t most_sessions = 64;  // the oldest goes when one more is opened

std::string random_name() {
    std::array<unsigned char, 16> bytes{};
    if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) return {};
    std::string name;
    for (unsigned char byte : bytes) {
        constexpr const char *digits = "0123456789abcdef";
        name += digits[byte >> 4];
        name += digits[byte & 15];
    }
    return name;
}

}  // namespace

std::string Sessions::open(std::string_view token) {
    if (!equal_secret(token, token_)) return {};
    std::string name = random_name();
    if (name.empty()) return {};
    const std::lock_guard lock(mutex_);
    if (names_.size() >= most_sessions) names_.erase(names_.begin());
    names_.push_back(name);
    return name;
}

bool Sessions::valid(const char *cookie_header, const char *authorization) const {
    constexpr std::string_view bearer = "Bearer ";
    if (authorization && std::string_view(authorization).starts_with(bearer))
        return required() && equal_secret(std::string_view(authorization).substr(bearer.size()), token_);
    const std::string_view name =
        cookie_header ? cookie(cookie_header, "lapack_ai_session") : std::string_view{};
    if (name.empty()) return false;
    const std::lock_guard lock(mutex_);
    return std::any_of(names_.begin(), names_.end(),
                       [name](const std::string &known) { return equal_secret(name, known); });
}

}  // namespace lapack_ai::dashboard
