// gels (full rank) and gelsd (any rank).
#include <cmath>

#include "jacobi.hpp"
#include "judges.hpp"

namespace lapack_ai::conformance::judges {

namespace {

// X is the least-squares or minimum-norm solution of M X = B exactly when M^H (B - M X) = 0 and X lies in the
// range of M^H; the second is tested by the distance of X from its projection, by Gram-Schmidt twice.
template <typename T, typename W>
void judge_minimiser(const Matrix<W> &M, const Matrix<W> &X, const Matrix<W> &B, double limit,
                     Verdict &verdict) {
    const std::int64_t size = std::max(M.rows(), M.cols());
    const Matrix<W> R = subtract(B, multiply(M, X));
    const double scale = norm(M) * (norm(M) * norm(X) + norm(B));
    const double residual = scaled<T>(multiply(op('C', M), R), size, scale);
    verdict.within(residual, limit, "||A^H (B - A X)|| / (eps size ||A|| (||A|| ||X|| + ||B||))");
    verdict.normwise(2 * residual * static_cast<double>(size));
    if (M.rows() >= M.cols()) return;
    verdict.within(scaled<T>(R, size, norm(M) * norm(X) + norm(B)), limit,
                   "||A X - B|| / (eps size (||A|| ||X|| + ||B||))");
    Matrix<W> Q = op('C', M);
    for (std::int64_t j = 0; j < Q.cols(); ++j)
        for (int pass = 0; pass < 2; ++pass) {
            for (std::int64_t l = 0; l < j; ++l) {
                W dot{};
                for (std::int64_t i = 0; i < Q.rows(); ++i) dot += conjugate(Q(i, l)) * Q(i, j);
                for (std::int64_t i = 0; i < Q.rows(); ++i) Q(i, j) -= dot * Q(i, l);
            }
            auto sum = std::norm(W{});
            for (std::int64_t i = 0; i < Q.rows(); ++i) sum += std::norm(Q(i, j));
            for (std::int64_t i = 0; i < Q.rows(); ++i) Q(i, j) /= std::sqrt(sum);
        }
    const Matrix<W> outside = subtract(X, multiply(Q, multiply(op('C', Q), X)));
    verdict.within(scaled<T>(outside, size, norm(X)), 100 * limit,
                   "part of X outside of the range of A^H / (eps size ||X||)");
}

template <typename T>
void put_well_conditioned(sdk::MatrixView<T> A, Random &random) {
    randomise(A, random);
    const std::int64_t k = std::min(A.rows, A.cols);
    for (std::int64_t i = 0; i < k; ++i)
        A(i, i) += T(static_cast<RealOf<T>>(2 * std::sqrt(static_cast<double>(std::max(A.rows, A.cols)))));
}

void fill_least_squares(Problem &p, std::size_t a, std::size_t rhs) {
    Random random(p.recipe().seed);
    const bool singular = p.recipe().content == Content::singular;
    const std::int64_t chosen = p.items() > 0 ? random.below(p.items()) : 0;
    each_item(p, [&]<typename T>(sdk::Type<T>, std::int64_t b) {
        auto A = p.view<T>(a, b);
        put_well_conditioned(A, random);
        randomise(p.view<T>(rhs, b), random);
        // A matrix of zeros alone is no failure to LAPACK: X is zero.
        if (!singular || std::min(A.rows, A.cols) < 2 || b != chosen) return;
        // A zero column (or row) of the factored shape: R(k, k) is exactly zero.
        const std::int64_t c = random.below(std::min(A.rows, A.cols));
        if (A.rows >= A.cols)
            for (std::int64_t i = 0; i < A.rows; ++i) A(i, c) = T{};
        else
            for (std::int64_t j = 0; j < A.cols; ++j) A(c, j) = T{};
        p.expected_info = -1;
        p.expected_item = b;
    });
}

void fill_gels(Problem &p) {
    fill_least_squares(p, LAI_GELS_A, LAI_GELS_B);
}

void judge_gels(Problem &p, const lai_result &result, const Claim &claim, Verdict &verdict) {
    judge_info(p, result, verdict);
    const std::int64_t m = p.dim(LAI_GELS_M), n = p.dim(LAI_GELS_N), nrhs = p.dim(LAI_GELS_NRHS);
    const char trans = p.flag(LAI_GELS_TRANS);
    each_item(p, [&]<typename T>(sdk::Type<T>, std::int64_t b) {
        if (p.expected_info != 0 && b == p.expected_item) return;
        const auto M = op(trans, p.before<T>(LAI_GELS_A, b).wide());
        const auto X = block(p.now<T>(LAI_GELS_B, b).wide(), trans == 'N' ? n : m, nrhs);
        const auto B = block(p.before<T>(LAI_GELS_B, b).wide(), trans == 'N' ? m : n, nrhs);
        if (std::min(m, n) == 0)
            verdict.require(norm(X) == 0, "X must be zero when A is empty");
        else
            judge_minimiser<T>(M, X, B, limit_of(claim, std::max(m, n)), verdict);
    });
}

void fill_gelsd(Problem &p) {
    fill_least_squares(p, LAI_GELSD_A, LAI_GELSD_B);
    const std::int64_t k = std::min(p.dim(LAI_GELSD_M), p.dim(LAI_GELSD_N));
    const bool deficient = p.expected_info != 0;
    p.expected_info = 0;
    p.expected_rank = p.items() == 1 && !p.recipe().pointer_array ? k - (deficient ? 1 : 0) : -1;
}

void judge_gelsd(Problem &p, const lai_result &result, const Claim &claim, Verdict &verdict) {
    judge_info(p, result, verdict);
    const std::int64_t m = p.dim(LAI_GELSD_M), n = p.dim(LAI_GELSD_N), nrhs = p.dim(LAI_GELSD_NRHS);
    if (p.expected_rank >= 0 && m > 0 && n > 0)
        verdict.require(result.rank == p.expected_rank, "rank = " + std::to_string(result.rank) +
                                                            ", must be " + std::to_string(p.expected_rank));
    const double limit = limit_of(claim, std::max(m, n));
    each_item(p, [&]<typename T>(sdk::Type<T>, std::int64_t b) {
        const auto A = p.before<T>(LAI_GELSD_A, b).wide();
        const auto X = block(p.now<T>(LAI_GELSD_B, b).wide(), n, nrhs);
        if (std::min(m, n) == 0) return verdict.require(norm(X) == 0, "X must be zero when A is empty");
        const auto S = p.now<RealOf<T>>(LAI_GELSD_S, b);
        const std::vector<double> right = jacobi_singular_values(A);
        for (std::int64_t i = 0; i < std::min(m, n); ++i)
            verdict.within(in_units<T>(std::abs(double(S(i, 0)) - right[static_cast<std::size_t>(i)]),
                                       std::max(m, n), norm(A)),
                           limit, "error of S(" + std::to_string(i) + ") / (eps size ||A||)");
        const bool full = p.expected_rank == std::min(m, n) || (p.expected_rank < 0 && b != p.expected_item);
        if (full)
            judge_minimiser<T>(A, X, block(p.before<T>(LAI_GELSD_B, b).wide(), m, nrhs), limit, verdict);
    });
}

}  // namespace

std::span<const OpKnowledge> least_squares() {
    static constexpr OpKnowledge known[] = {{LAI_OP_GELS, fill_gels, judge_gels, true},
                                            {LAI_OP_GELSD, fill_gelsd, judge_gelsd, false}};
    return known;
}

}  // namespace lapack_ai::conformance::judges
