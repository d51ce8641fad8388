// The circuit breaker of one variant on one device: keeps calls away from what keeps failing.
//
// CLOSED -> OPEN after `threshold` device faults in a row (at once when the device is lost) -> HALF_OPEN
// after `open_ns`, which lets one call through -> CLOSED on its success, OPEN again on its failure. INFO is
// never a fault. Time comes in as an argument. Lock-free; the hot path reads one word.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

namespace lapack_ai::core {

enum class BreakerState : std::uint32_t { closed = 0, open = 1, half_open = 2 };
const char *to_string(BreakerState state) noexcept;

class CircuitBreaker {
  public:
    enum class Admission { admitted, probe, refused };

    // True when there is nothing to look at: no fault since the last success.
    bool untroubled() const noexcept { return troubled_.load(std::memory_order_relaxed) == 0; }

    // Asks to run a call now. After a probe, once success() or failure() was told, end_probe() must be
    // called.
    Admission admit(std::uint64_t now_ns) noexcept;
    // What admit() would answer, without taking the probe.
    BreakerState state(std::uint64_t now_ns) const noexcept;

    // A call ended well. True when this closed the breaker.
    bool success() noexcept;
    // A device fault. `lost` opens at once. True when this opened the breaker.
    bool failure(std::uint64_t now_ns, int threshold, std::uint64_t open_ns, bool lost) noexcept;
    // The probe is over, whether or not it said anything about the device (it may have been declined).
    void end_probe() noexcept { probing_.store(0, std::memory_order_release); }

    // When an open breaker lets a probe through; 0 while closed.
    std::uint64_t open_until_ns() const noexcept { return open_until_.load(std::memory_order_acquire); }
    int failures() const noexcept { return failures_.load(std::memory_order_relaxed); }
    // In a forked child nobody is left to answer a probe.
    void after_fork_child() noexcept { end_probe(); }

  private:
    std::atomic<std::uint32_t> troubled_{0};
    std::atomic<int> failures_{0};
    std::atomic<std::uint32_t> probing_{0};
    std::atomic<std::uint64_t> open_until_{0};
};

// "CLOSED", "OPEN (12 s left)", "HALF_OPEN": for explain and info.
std::string describe(const CircuitBreaker &breaker, std::uint64_t now_ns);

}  // namespace lapack_ai::core
