// The library's log: lines go to a sink that the host program sets. While there is none they go nowhere, or
// to standard error where the user asked for that.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "lapack_ai/abi/types.h"

namespace lapack_ai::core {

// Receives one line without a newline. Called with the log's lock held, from any thread: it must not log.
using LogSink = void (*)(void *context, std::uint32_t level, const char *text);

// Sets where lines go; null: nowhere. When this returns the old sink is no longer in use. [any]
void set_log_sink(LogSink sink, void *context) noexcept;

// Whether lines go to standard error while there is no sink: only where the user asked for it
// (LAPACK_AI_VERBOSE). [any]
void set_log_to_standard_error(bool enabled) noexcept;

// Least severe level that is passed on (LAI_LOG_*); LAI_LOG_INFO at first. [any]
void set_log_level(std::uint32_t level) noexcept;

namespace detail {
extern std::atomic<std::uint32_t> log_threshold;  // LAI_LOG_OFF while nobody listens
}

// Whether a line of this level would reach a sink: ask before building the text. One relaxed load.
inline bool log_enabled(std::uint32_t level) noexcept {
    return level >= detail::log_threshold.load(std::memory_order_relaxed) && level < LAI_LOG_OFF;
}

// Passes one line on. Never throws. [any]
void log(std::uint32_t level, const std::string &text) noexcept;

// "debug", "info", "warning", "error", "off".
const char *log_level_name(std::uint32_t level) noexcept;

}  // namespace lapack_ai::core
