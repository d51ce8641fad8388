#include "certify/gaussian.hpp"

#include <sys/random.h>

#include <atomic>
#include <cmath>

#include "base/clock.hpp"

namespace lapack_ai::core::certify {

namespace {

std::uint64_t split_mix(std::uint64_t &state) noexcept {
    state += 0x9e3779b97f4a7c15u;
    std::uint64_t z = state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

std::uint64_t process_secret() noexcept {
    std::uint64_t secret = 0;
    if (getrandom(&secret, sizeof secret, GRND_NONBLOCK) != static_cast<ssize_t>(sizeof secret))
        secret = now_ns() ^ reinterpret_cast<std::uintptr_t>(&secret);
    return secret;
}

}  // namespace

std::uint64_t probe_seed(bool deterministic) noexcept {
    if (deterministic) return 0x1979;  // the year of Freivalds' paper
    static const std::uint64_t secret = process_secret();
    static std::atomic<std::uint64_t> calls{0};
    std::uint64_t state = secret + 0x632be59bd9b4e019u * calls.fetch_add(1, std::memory_order_relaxed);
    return split_mix(state);
}

Gaussian::Gaussian(std::uint64_t seed) noexcept {
    for (std::uint64_t &word : state_) word = split_mix(seed);
}

// xoshiro256++ of Blackman and Vigna.
std::uint64_t Gaussian::next() noexcept {
    const auto rotate = [](std::uint64_t x, int k) { return (x << k) | (x >> (64 - k)); };
    const std::uint64_t result = rotate(state_[0] + state_[3], 23) + state_[0];
    const std::uint64_t t = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = rotate(state_[3], 45);
    return result;
}

double Gaussian::uniform() noexcept {
    return (static_cast<double>(next() >> 12) + 0.5) * 0x1p-52;
}

// Marsaglia's polar method: pairs of numbers for one logarithm and one root.
void Gaussian::fill(Block &block) noexcept {
    const double size = block.complex() ? std::sqrt(0.5) : 1;
    double *out = block.row(0);
    for (std::int64_t i = 0; i < block.count(); i += 2) {  // rows hold an even count
        double x, y, s;
        do {
            x = 2 * uniform() - 1;
            y = 2 * uniform() - 1;
            s = x * x + y * y;
        } while (s >= 1 || s == 0);
        const double factor = size * std::sqrt(-2 * std::log(s) / s);
        out[i] = x * factor;
        out[i + 1] = y * factor;
    }
}

}  // namespace lapack_ai::core::certify
