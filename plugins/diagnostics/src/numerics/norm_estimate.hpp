// The 1-norm of an operator that is known only by its products with vectors: Higham's estimator (N. J.
// Higham, FORTRAN codes for estimating the one-norm of a real or complex matrix, ACM TOMS 14, 1988; LAPACK's
// xLACN2). A lower bound, nearly always within a factor of three, at four or five products.
#pragma once

#include "numerics/scalar.hpp"

namespace lapack_ai::diagnostics {

// apply(x) and apply_adjoint(x) overwrite x with B x and B^H x. x and sign are n-vectors of work space.
// Returns Inf when a product overflows.
template <class T, class Apply, class ApplyAdjoint>
Real<T> estimate_norm1(index_t n, Apply apply, ApplyAdjoint apply_adjoint, T *x, T *sign) {
    using R = Real<T>;
    const auto signs_of = [&](const T *from) {  // whether they changed (real types)
        bool changed = false;
        for (index_t i = 0; i < n; ++i) {
            T s;
            if constexpr (is_complex<T>) {
                const R modulus = std::abs(from[i]);
                s = modulus > 0 ? from[i] / modulus : T(1);
            } else {
                s = from[i] >= 0 ? T(1) : T(-1);
            }
            changed = changed || s != sign[i];
            sign[i] = s;
        }
        return changed;
    };
    const auto norm = [&] {
        R sum = 0;
        for (index_t i = 0; i < n; ++i) sum += std::abs(x[i]);
        return std::isfinite(sum) ? sum : std::numeric_limits<R>::infinity();
    };
    const auto largest = [&] {
        index_t at = 0;
        for (index_t i = 1; i < n; ++i)
            if (size_of(x[i]) > size_of(x[at])) at = i;
        return at;
    };

    for (index_t i = 0; i < n; ++i) x[i] = T(R(1) / static_cast<R>(n));
    apply(x);
    R estimate = norm();
    if (n == 1 || std::isinf(estimate)) return estimate;
    signs_of(x);
    std::copy_n(sign, n, x);
    apply_adjoint(x);
    index_t j = largest();
    for (int iteration = 0; iteration < 4; ++iteration) {
        std::fill_n(x, n, T(0));
        x[j] = T(1);
        apply(x);
        const R previous = estimate;
        const R now = norm();
        if (std::isinf(now)) return now;
        estimate = std::max(now, previous);
        if (!signs_of(x) || now <= previous) break;
        std::copy_n(sign, n, x);
        apply_adjoint(x);
        const index_t last = j;
        j = largest();
        if (size_of(x[last]) == size_of(x[j])) break;
    }
    for (index_t i = 0; i < n; ++i) {  // the vector that catches what the iteration is blind to
        const R value = 1 + static_cast<R>(i) / static_cast<R>(n - 1);
        x[i] = T(i % 2 == 0 ? value : -value);
    }
    apply(x);
    const R other = 2 * norm() / (3 * static_cast<R>(n));
    return std::max(estimate, other);
}

}  // namespace lapack_ai::diagnostics
