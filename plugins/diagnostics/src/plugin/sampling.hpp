// When to estimate a condition number although nothing is suspicious: a share of operation time, saved in a
// bucket of nanoseconds. Small calls do not read the clock; there the first calls of a thread are looked at,
// so that a program that solves a few systems hears of all of them, and then one in 512.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

namespace lapack_ai::diagnostics {

class Sampling {
  public:
    explicit Sampling(double percent) : share_(percent / 100) {}

    // Whether a call of order n that took elapsed_ns (0: not measured) may have its condition estimated.
    // [any]
    bool admit(std::int64_t n, std::uint64_t elapsed_ns) {
        if (share_ <= 0) return false;
        if (share_ >= 1) return true;
        if (elapsed_ns == 0) {
            thread_local std::uint64_t calls = 0;
            const std::uint64_t before = calls++;
            return before < 16 || (before & 511u) == 0;
        }
        const auto earned = static_cast<std::int64_t>(share_ * static_cast<double>(elapsed_ns));
        const std::int64_t cost = 1000 + 3 * n * n;  // about ten triangular solves
        const std::int64_t saved = bucket_.fetch_add(earned, std::memory_order_relaxed) + earned;
        if (saved < cost) return false;
        bucket_.fetch_sub(cost, std::memory_order_relaxed);
        if (saved > most) bucket_.store(most, std::memory_order_relaxed);
        return true;
    }

  private:
    static constexpr std::int64_t first = 1'000'000, most = 100'000'000;
    double share_;
    std::atomic<std::int64_t> bucket_{first};
};

}  // namespace lapack_ai::diagnostics
