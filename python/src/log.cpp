// A bounded queue between the library's log sink and Python.
#include "log.hpp"

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "lapack_ai/lapack_ai.h"

namespace lapack_py {

namespace {

constexpr std::size_t most_lines = 1000;

struct Queue {
    std::atomic<bool> waiting{false};
    std::mutex mutex;
    std::vector<std::pair<std::uint32_t, std::string>> lines;
    pybind11::object receiver;
};

// Never destroyed: the library may log until the process ends, after Python has.
Queue &queue() {
    static Queue &only = *new Queue;
    return only;
}

void take_line(void *, std::uint32_t level, const char *line) {
    Queue &q = queue();
    try {
        const std::lock_guard lock(q.mutex);
        if (q.lines.size() < most_lines) q.lines.emplace_back(level, line);
        q.waiting.store(true, std::memory_order_release);
    } catch (...) {  // out of memory: a line is lost
    }
}

}  // namespace

void set_log_receiver(pybind11::object receiver) {
    queue().receiver = std::move(receiver);
    lai_set_log_sink(take_line, nullptr);
}

void deliver_log() {
    Queue &q = queue();
    if (!q.waiting.load(std::memory_order_acquire)) [[likely]]
        return;
    std::vector<std::pair<std::uint32_t, std::string>> lines;
    {
        const std::lock_guard lock(q.mutex);
        lines.swap(q.lines);
        q.waiting.store(false, std::memory_order_release);
    }
    for (const auto &[level, line] : lines) q.receiver(level, line);
}

}  // namespace lapack_py
