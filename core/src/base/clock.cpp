#include "base/clock.hpp"

#include <chrono>
#include <mutex>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace lapack_ai::core {

namespace detail {
std::atomic<bool> ticks_are_tsc{false};
}

namespace {

std::uint64_t base_ticks = 0;
std::uint64_t base_ns = 0;
std::atomic<double> ns_per_tick{1.0};
// The rate is measured again when this many ticks have gone by since the last time.
constexpr std::uint64_t refresh_ticks = std::uint64_t{1} << 32;
std::atomic<std::uint64_t> last_refresh{0};

#if defined(__x86_64__)
// CPUID 80000007h EDX bit 8: the counter runs at one rate in all power states and on all cores.
bool has_invariant_tsc() {
    unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
    if (__get_cpuid(0x80000007u, &eax, &ebx, &ecx, &edx) == 0) return false;
    return (edx & (1u << 8)) != 0;
}

void measure_rate(std::uint64_t ticks) noexcept {
    const std::uint64_t ns = now_ns();
    if (ticks > base_ticks && ns > base_ns) {
        ns_per_tick.store(static_cast<double>(ns - base_ns) / static_cast<double>(ticks - base_ticks),
                          std::memory_order_relaxed);
    }
    last_refresh.store(ticks, std::memory_order_relaxed);
}
#endif

}  // namespace

std::uint64_t now_ns() noexcept {
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(
                                          std::chrono::steady_clock::now().time_since_epoch())
                                          .count());
}

void TickClock::calibrate() {
#if defined(__x86_64__)
    static std::once_flag once;
    std::call_once(once, [] {
        if (!has_invariant_tsc()) return;
        base_ns = now_ns();
        base_ticks = __rdtsc();
        while (now_ns() - base_ns < 2'000'000) {
        }
        measure_rate(__rdtsc());
        detail::ticks_are_tsc.store(true, std::memory_order_release);
    });
#endif
}

double TickClock::seconds(std::uint64_t ticks) noexcept {
    return static_cast<double>(ticks) * ns_per_tick.load(std::memory_order_relaxed) * 1e-9;
}

std::uint64_t TickClock::to_ns(std::uint64_t reading) noexcept {
#if defined(__x86_64__)
    if (detail::ticks_are_tsc.load(std::memory_order_acquire)) {
        if (reading - last_refresh.load(std::memory_order_relaxed) > refresh_ticks) measure_rate(reading);
        return base_ns + static_cast<std::uint64_t>(static_cast<double>(reading - base_ticks) *
                                                    ns_per_tick.load(std::memory_order_relaxed));
    }
#endif
    return reading;
}

}  // namespace lapack_ai::core
