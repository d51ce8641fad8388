// Two clocks: the monotonic one of deadlines, and a tick counter cheap enough for every call.
//
// Ticks are the invariant time stamp counter where the CPU has one (10 ns a reading against 23 ns for
// clock_gettime, measured on an EPYC virtual machine), else nanoseconds. Reading takes no lock.
#pragma once

#include <atomic>
#include <cstdint>

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

namespace lapack_ai::core {

// Monotonic nanoseconds: host->now_ns, deadlines, breakers.
std::uint64_t now_ns() noexcept;

namespace detail {
extern std::atomic<bool> ticks_are_tsc;
}

// Converts ticks; the rate is measured against the monotonic clock over the whole life of the process, so
// that its error shrinks with time. calibrate() takes 2 ms, once; before it ticks are nanoseconds.
class TickClock {
  public:
    static void calibrate();
    static std::uint64_t now() noexcept {
#if defined(__x86_64__)
        if (detail::ticks_are_tsc.load(std::memory_order_relaxed)) return __rdtsc();
#endif
        return now_ns();
    }
    static double seconds(std::uint64_t ticks) noexcept;
    // The monotonic time of a reading, in nanoseconds.
    static std::uint64_t to_ns(std::uint64_t reading) noexcept;
};

}  // namespace lapack_ai::core
