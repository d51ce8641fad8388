#include "dispatch/breaker.hpp"

#include <algorithm>

namespace lapack_ai::core {

const char *to_string(BreakerState state) noexcept {
    switch (state) {
        case BreakerState::open:
            return "OPEN";
        case BreakerState::half_open:
            return "HALF_OPEN";
        case BreakerState::closed:
            break;
    }
    return "CLOSED";
}

CircuitBreaker::Admission CircuitBreaker::admit(std::uint64_t now_ns) noexcept {
    const std::uint64_t until = open_until_.load(std::memory_order_acquire);
    if (until == 0) return Admission::admitted;
    if (now_ns < until) return Admission::refused;
    std::uint32_t idle = 0;
    if (!probing_.compare_exchange_strong(idle, 1, std::memory_order_acq_rel)) return Admission::refused;
    return Admission::probe;
}

BreakerState CircuitBreaker::state(std::uint64_t now_ns) const noexcept {
    const std::uint64_t until = open_until_.load(std::memory_order_acquire);
    if (until == 0) return BreakerState::closed;
    return now_ns < until ? BreakerState::open : BreakerState::half_open;
}

bool CircuitBreaker::success() noexcept {
    if (untroubled()) return false;
    // Late successes of calls that began before the breaker opened do not close it: only a probe does.
    const bool probe = probing_.load(std::memory_order_acquire) != 0;
    if (open_until_.load(std::memory_order_acquire) != 0 && !probe) return false;
    failures_.store(0, std::memory_order_relaxed);
    const bool closed = open_until_.exchange(0, std::memory_order_acq_rel) != 0;
    troubled_.store(0, std::memory_order_release);
    return closed;
}

bool CircuitBreaker::failure(std::uint64_t now_ns, int threshold, std::uint64_t open_ns, bool lost) noexcept {
    troubled_.store(1, std::memory_order_relaxed);
    const int failures = failures_.fetch_add(1, std::memory_order_acq_rel) + 1;
    const bool was_open = open_until_.load(std::memory_order_acquire) != 0;
    const bool probe = was_open && probing_.load(std::memory_order_acquire) != 0;
    if (!lost && !probe && failures < threshold) return false;
    open_until_.store(std::max<std::uint64_t>(now_ns + open_ns, 1), std::memory_order_release);
    return !was_open || probe;
}

std::string describe(const CircuitBreaker &breaker, std::uint64_t now_ns) {
    const BreakerState state = breaker.state(now_ns);
    std::string text = to_string(state);
    if (state == BreakerState::open) {
        const std::uint64_t left_ns = breaker.open_until_ns() - now_ns;
        text += " (" + std::to_string((left_ns + 999'999'999) / 1'000'000'000) + " s left)";
    }
    return text;
}

}  // namespace lapack_ai::core
