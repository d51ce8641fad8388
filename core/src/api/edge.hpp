// The C edge: turns whatever is thrown into a return value and the thread's error message. Nothing passes it.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "api/thread_report.hpp"

namespace lapack_ai::core {

// To be called inside a catch block: keeps the message and returns the LAI_ERROR_* or minus the position of
// the argument at fault.
std::int64_t rethrown_as_code() noexcept;

// Runs `body`, which returns the function's value.
template <typename Body>
std::int64_t at_edge(Body &&body) noexcept {
    try {
        const std::int64_t value = std::forward<Body>(body)();
        thread_report().failed = false;
        return value;
    } catch (...) {
        return rethrown_as_code();
    }
}

// The same for calls, where `body` has cleared the error itself: it holds the thread's report anyway.
template <typename Body>
[[gnu::always_inline]] inline std::int64_t call_at_edge(Body &&body) noexcept {
    try {
        return std::forward<Body>(body)();
    } catch (...) {
        return rethrown_as_code();
    }
}

// Copies a text as snprintf does; returns its whole length.
std::int64_t give_text(const std::string &text, char *buffer, std::size_t capacity) noexcept;

// at_edge() for functions that return a text as snprintf does.
template <typename Body>
std::int64_t text_at_edge(char *buffer, std::size_t capacity, Body &&body) noexcept {
    return at_edge([&] { return give_text(std::forward<Body>(body)(), buffer, capacity); });
}

}  // namespace lapack_ai::core
