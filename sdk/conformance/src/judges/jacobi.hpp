// Singular values by one-sided Jacobi rotations, in whatever precision W has: slow, accurate to the last
// bits, and with nothing in common with what it judges (Golub and Van Loan, 4th ed., 8.6.3).
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "lapack_ai/conformance/matrix.hpp"

namespace lapack_ai::conformance::judges {

template <typename W>
std::vector<double> jacobi_singular_values(Matrix<W> A) {
    using Real = decltype(std::real(W{}));
    if (A.rows() < A.cols()) A = op('C', A);
    const std::int64_t m = A.rows(), n = A.cols();
    const Real tiny = std::numeric_limits<Real>::epsilon();
    bool rotated = true;
    for (int sweep = 0; sweep < 40 && rotated; ++sweep) {
        rotated = false;
        for (std::int64_t p = 0; p + 1 < n; ++p)
            for (std::int64_t q = p + 1; q < n; ++q) {
                Real a = 0, b = 0;
                W c{};
                for (std::int64_t i = 0; i < m; ++i) {
                    a += std::norm(A(i, p));
                    b += std::norm(A(i, q));
                    c += conjugate(A(i, p)) * A(i, q);
                }
                const Real size = std::abs(c);
                if (size <= tiny * std::sqrt(a * b) || size == 0) continue;
                rotated = true;
                const Real zeta = (b - a) / (2 * size);
                const Real t = (zeta >= 0 ? 1 : -1) / (std::abs(zeta) + std::sqrt(1 + zeta * zeta));
                const Real cosine = 1 / std::sqrt(1 + t * t);
                const W phase = c / size, sine = phase * (cosine * t);
                for (std::int64_t i = 0; i < m; ++i) {
                    const W x = A(i, p), y = A(i, q);
                    A(i, p) = cosine * x - conjugate(sine) * y;
                    A(i, q) = sine * x + cosine * y;
                }
            }
    }
    std::vector<double> s;
    for (std::int64_t j = 0; j < n; ++j) {
        Real sum = 0;
        for (std::int64_t i = 0; i < m; ++i) sum += std::norm(A(i, j));
        s.push_back(static_cast<double>(std::sqrt(sum)));
    }
    std::sort(s.begin(), s.end(), std::greater<>());
    return s;
}

}  // namespace lapack_ai::conformance::judges
