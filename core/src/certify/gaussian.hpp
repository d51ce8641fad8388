// Independent standard normal numbers for probes: what the certificate's probability is taken over. They are
// drawn without looking at the data, so the bound holds for every matrix.
#pragma once

#include <cstdint>

#include "certify/block.hpp"

namespace lapack_ai::core::certify {

class Gaussian {
  public:
    explicit Gaussian(std::uint64_t seed) noexcept;
    // Fills with numbers of mean 0 and E|x|^2 = 1: real ones, or complex ones of that modulus.
    void fill(Block &block) noexcept;

  private:
    std::uint64_t next() noexcept;
    double uniform() noexcept;  // in (0, 1)

    std::uint64_t state_[4];
};

// A seed that nobody can foresee, another one at every call; the same one for `deterministic` calls. [any]
std::uint64_t probe_seed(bool deterministic) noexcept;

}  // namespace lapack_ai::core::certify
