// How far the columns or rows of a matrix are from being orthonormal, by probes.
#pragma once

#include "certify/check.hpp"
#include "certify/gaussian.hpp"

namespace lapack_ai::core::certify {

// A size measured by probes: P(true > factor * estimate) is the sampling's.
struct Sampled {
    double estimate = 0;  // relative
    double excess = 0;    // measured over what `allowed` and the check's rounding permit
};

// |Q**H Q - I|_F / sqrt(columns), or of Q Q**H and its rows. `allowed` is the largest that is right.
Sampled orthogonality(const Matrix &Q, bool rows, double allowed, const Sampling &plan, Gaussian &random);

// Keeps the larger of both members.
inline void keep_larger(Sampled &all, const Sampled &one) noexcept {
    all.estimate = one.estimate > all.estimate ? one.estimate : all.estimate;
    all.excess = one.excess > all.excess ? one.excess : all.excess;
}

}  // namespace lapack_ai::core::certify
