// See log.hpp. A mutex around the sink keeps lines whole and lets set_log_sink promise that the old one is
// done; the threshold that callers test first folds "no sink" and the level into one atomic.
#include "base/log.hpp"

#include <unistd.h>

#include <mutex>
#include <new>

namespace lapack_ai::core {

namespace detail {
std::atomic<std::uint32_t> log_threshold{LAI_LOG_OFF};
}

namespace {

// Never destroyed: plugins' threads may log while the process ends.
struct State {
    std::mutex mutex;
    LogSink sink = nullptr;
    void *context = nullptr;
    bool to_standard_error = false;
    std::uint32_t level = LAI_LOG_INFO;

    void publish() {
        detail::log_threshold.store(sink || to_standard_error ? level : LAI_LOG_OFF,
                                    std::memory_order_relaxed);
    }
};

// One write, so that lines of several processes stay whole too.
void write_to_standard_error(std::uint32_t level, const std::string &text) noexcept {
    try {
        const std::string line = std::string("lapack_ai: ") + log_level_name(level) + ": " + text + "\n";
        [[maybe_unused]] const ssize_t count = ::write(STDERR_FILENO, line.data(), line.size());
    } catch (const std::bad_alloc &) {
        // A line less.
    }
}

State &state() noexcept {
    static State *const instance = new State;
    return *instance;
}

}  // namespace

void set_log_sink(LogSink sink, void *context) noexcept {
    State &log = state();
    const std::lock_guard lock(log.mutex);
    log.sink = sink;
    log.context = context;
    log.publish();
}

void set_log_to_standard_error(bool enabled) noexcept {
    State &log = state();
    const std::lock_guard lock(log.mutex);
    log.to_standard_error = enabled;
    log.publish();
}

void set_log_level(std::uint32_t level) noexcept {
    State &log = state();
    const std::lock_guard lock(log.mutex);
    log.level = level;
    log.publish();
}

void log(std::uint32_t level, const std::string &text) noexcept {
    if (!log_enabled(level)) return;
    State &log = state();
    const std::lock_guard lock(log.mutex);
    if (log.sink) {
        log.sink(log.context, level, text.c_str());
    } else if (log.to_standard_error) {
        write_to_standard_error(level, text);
    }
}

const char *log_level_name(std::uint32_t level) noexcept {
    static const char *const names[] = {"debug", "info", "warning", "error", "off"};
    return level <= LAI_LOG_OFF ? names[level] : "unknown";
}

}  // namespace lapack_ai::core
