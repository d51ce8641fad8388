#include "certify/orthogonality.hpp"

#include <cmath>

namespace lapack_ai::core::certify {

Sampled orthogonality(const Matrix &Q, bool rows, double allowed, const Sampling &plan, Gaussian &random) {
    const std::int64_t count = rows ? Q.rows : Q.cols, length = rows ? Q.cols : Q.rows;
    const bool complex = is_complex(Q.dtype);
    double measured = 0, probes_norm = 0;
    for (std::int64_t block = 0; block < plan.blocks; ++block) {
        Block X(count, complex), T(length, complex), R(count, complex);
        random.fill(X);
        apply(Q, rows ? 'C' : 'N', X, T);
        apply(Q, rows ? 'N' : 'C', T, R);
        for (std::int64_t i = 0; i < R.count(); ++i) R.row(0)[i] -= X.row(0)[i];
        measured = std::hypot(measured, R.norm());
        probes_norm = std::hypot(probes_norm, X.norm());
    }
    const double root = std::sqrt(static_cast<double>(count));
    const double own = rounding(count + length) * 2 * Q.norm * Q.norm;
    Sampled result;
    result.estimate = measured / std::sqrt(static_cast<double>(plan.blocks * width)) / root;
    result.excess = measured == 0 ? 0 : measured / ((allowed * root + own) * probes_norm);
    return result;
}

}  // namespace lapack_ai::core::certify
