// A V = V W for a symmetric or Hermitian A, by probes: |A V - V W|_F / |A|_F, the orthogonality of V and the
// order of W. With values alone |W|_2 = |A|_F, a necessary condition, which the certificate calls partial.
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "certify/orthogonality.hpp"
#include "lapack_ai/abi/ops.h"

namespace lapack_ai::core::certify {

Check check_eigen(const Evidence &evidence, std::int64_t item) {
    const lai_dtype dtype = evidence.call.dtype;
    const bool complex = is_complex(dtype), vectors = evidence.flag(LAI_SYEV_JOBZ) == 'V';
    const std::int64_t n = evidence.call.dims[LAI_SYEV_N];
    constexpr double infinity = std::numeric_limits<double>::infinity();
    Check check;
    if (n == 0) {
        check.measured = "nothing: the matrix is empty";
        return check;
    }
    Matrix A = matrix_of(evidence.original(LAI_SYEV_A), item,
                         evidence.flag(LAI_SYEV_UPLO) == 'U' ? Stored::upper : Stored::lower);
    Matrix V = matrix_of(evidence.result(LAI_SYEV_A), item), W = matrix_of(evidence.result(LAI_SYEV_W), item);
    measure(A);
    if (!A.finite) {
        check.trouble = "the input holds Inf or NaN";
        return check;
    }
    measure(W);
    if (vectors) measure(V);
    std::vector<double> values;
    bool sound = W.finite && V.finite;
    double squares = 0;
    for (std::int64_t i = 0; sound && i < n; ++i) {
        const double w = W.dtype == LAI_DTYPE_F32 ? static_cast<double>(static_cast<const float *>(W.data)[i])
                                                  : static_cast<const double *>(W.data)[i];
        values.push_back(std::ldexp(w, -A.exponent));
        squares += values.back() * values.back();
        sound = i == 0 || values[static_cast<std::size_t>(i - 1)] <= values.back();
    }
    if (!sound) {
        check.measured = "finite results and ascending eigenvalues";
        check.estimate = check.excess = infinity;
        return check;
    }
    const double size = static_cast<double>(n);
    const double allowed =
        unit_roundoff(dtype) *
        std::max(stated_coefficient(evidence.statement, size, dtype), 10 * (size * size + 8));
    const double underflow = std::ldexp(64 * size * size, least_exponent(dtype) - A.exponent);
    if (!vectors) {
        check.partial = true;
        check.measured = "| |W|_2 - |A|_F | / |A|_F and the order of W: all that values alone show";
        check.miss_probability = std::numeric_limits<double>::quiet_NaN();
        const double difference = std::fabs(std::sqrt(squares) - A.norm);
        check.estimate = difference == 0 ? 0 : difference / A.norm;
        check.excess = difference == 0 ? 0 : difference / ((allowed + 2 * rounding(n)) * A.norm + underflow);
        return check;
    }
    const Sampling plan = sampling(evidence.effort);
    Gaussian random(evidence.seed);
    Sampled worst = orthogonality(V, false, allowed, plan, random);
    double measured = 0, probes_norm = 0;
    for (std::int64_t block = 0; block < plan.blocks; ++block) {
        Block X(n, complex), T(n, complex), R(n, complex), Z(n, complex);
        random.fill(X);
        probes_norm = std::hypot(probes_norm, X.norm());
        apply(V, 'N', X, T);
        apply(A, 'N', T, R);
        for (std::int64_t i = 0; i < n; ++i)
            for (std::int64_t p = 0; p < X.stride(); ++p) X.row(i)[p] *= values[static_cast<std::size_t>(i)];
        apply(V, 'N', X, Z);
        for (std::int64_t i = 0; i < R.count(); ++i) R.row(0)[i] -= Z.row(0)[i];
        measured = std::hypot(measured, R.norm());
    }
    const double probes = static_cast<double>(plan.blocks * width);
    const double own = rounding(n) * 4 * V.norm * (A.norm + std::sqrt(squares));
    keep_larger(worst,
                {measured == 0 ? 0 : measured / std::sqrt(probes) / A.norm,
                 measured == 0 ? 0 : measured / ((4 * allowed * A.norm + own + underflow) * probes_norm)});
    check.measured = "largest of |A V - V W|_F / |A|_F and the loss of orthogonality of V, by probes";
    check.probes = static_cast<std::uint32_t>(probes);
    check.factor = plan.factor;
    check.miss_probability = 2 * plan.miss_probability;
    check.estimate = worst.estimate;
    check.excess = worst.excess;
    return check;
}

}  // namespace lapack_ai::core::certify
