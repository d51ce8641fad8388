// geqrf and orgqr (ungqr): Householder reflectors H = I - tau v v^H, applied one by one.
#include <cmath>

#include "judges.hpp"

namespace lapack_ai::conformance::judges {

namespace {

// The first `count` columns of H_1 ... H_k, the reflectors as geqrf leaves them.
template <typename W>
Matrix<W> apply_reflectors(const Matrix<W> &F, const Matrix<W> &tau, std::int64_t k, Matrix<W> Q) {
    const std::int64_t m = F.rows();
    for (std::int64_t r = k - 1; r >= 0; --r)
        for (std::int64_t j = 0; j < Q.cols(); ++j) {
            W dot = Q(r, j);
            for (std::int64_t i = r + 1; i < m; ++i) dot += conjugate(F(i, r)) * Q(i, j);
            dot *= tau(r, 0);
            Q(r, j) -= dot;
            for (std::int64_t i = r + 1; i < m; ++i) Q(i, j) -= F(i, r) * dot;
        }
    return Q;
}

void fill_geqrf(Problem &p) {
    Random random(p.recipe().seed);
    each_item(
        p, [&]<typename T>(sdk::Type<T>, std::int64_t b) { randomise(p.view<T>(LAI_GEQRF_A, b), random); });
}

void judge_geqrf(Problem &p, const lai_result &result, const Claim &claim, Verdict &verdict) {
    judge_info(p, result, verdict);
    const std::int64_t m = p.dim(LAI_GEQRF_M), n = p.dim(LAI_GEQRF_N), k = std::min(m, n);
    const double limit = limit_of(claim, std::max(m, n));
    each_item(p, [&]<typename T>(sdk::Type<T>, std::int64_t b) {
        using W = Wide<T>;
        const Matrix<W> A = p.before<T>(LAI_GEQRF_A, b).wide(), F = p.now<T>(LAI_GEQRF_A, b).wide();
        const Matrix<W> tau = p.now<T>(LAI_GEQRF_TAU, b).wide();
        const Matrix<W> product = apply_reflectors(F, tau, k, triangle(F, 'U', false));
        const double residual = scaled<T>(subtract(product, A), std::max(m, n), norm(A));
        verdict.within(residual, limit, "||Q R - A|| / (eps size ||A||)");
        verdict.normwise(2 * residual * static_cast<double>(std::max(m, n)));
        const Matrix<W> Q = apply_reflectors(F, tau, k, identity<W>(m));
        verdict.within(
            scaled<T>(subtract(multiply(op('C', Q), Q), identity<W>(m)), std::max<std::int64_t>(1, m), 1),
            limit, "||Q^H Q - I|| / (eps m)");
    });
}

// Random reflectors that are unitary: tau = 2 / (v^H v).
void fill_orgqr(Problem &p) {
    Random random(p.recipe().seed);
    each_item(p, [&]<typename T>(sdk::Type<T>, std::int64_t b) {
        auto A = p.view<T>(LAI_ORGQR_A, b);
        auto tau = p.view<T>(LAI_ORGQR_TAU, b);
        randomise(A, random);
        for (std::int64_t r = 0; r < tau.rows; ++r) {
            double length = 1;
            for (std::int64_t i = r + 1; i < A.rows; ++i) length += static_cast<double>(std::norm(A(i, r)));
            tau(r, 0) = T(static_cast<RealOf<T>>(2 / length));
        }
    });
}

void judge_orgqr(Problem &p, const lai_result &result, const Claim &claim, Verdict &verdict) {
    judge_info(p, result, verdict);
    const std::int64_t m = p.dim(LAI_ORGQR_M), n = p.dim(LAI_ORGQR_N), k = p.dim(LAI_ORGQR_K);
    each_item(p, [&]<typename T>(sdk::Type<T>, std::int64_t b) {
        using W = Wide<T>;
        const Matrix<W> right =
            apply_reflectors(p.before<T>(LAI_ORGQR_A, b).wide(), p.before<T>(LAI_ORGQR_TAU, b).wide(), k,
                             block(identity<W>(m), m, n));
        const double residual = scaled<T>(subtract(p.now<T>(LAI_ORGQR_A, b).wide(), right),
                                          std::max<std::int64_t>(1, m), std::sqrt(double(n)));
        verdict.within(residual, limit_of(claim, m), "||Q - H_1 ... H_k|| / (eps m)");
        verdict.normwise(2 * residual * static_cast<double>(m));
    });
}

}  // namespace

std::span<const OpKnowledge> orthogonal() {
    static constexpr OpKnowledge known[] = {{LAI_OP_GEQRF, fill_geqrf, judge_geqrf, false},
                                            {LAI_OP_ORGQR, fill_orgqr, judge_orgqr, false}};
    return known;
}

}  // namespace lapack_ai::conformance::judges
