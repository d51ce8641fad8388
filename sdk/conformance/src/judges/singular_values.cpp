// gesvd with all job letters.
#include <cmath>

#include "jacobi.hpp"
#include "judges.hpp"

namespace lapack_ai::conformance::judges {

namespace {

void fill_gesvd(Problem &p) {
    Random random(p.recipe().seed);
    each_item(p, [&]<typename T>(sdk::Type<T>, std::int64_t b) {
        auto A = p.view<T>(LAI_GESVD_A, b);
        randomise(A, random);
        // Graded columns: algorithms that lose small singular values show it.
        for (std::int64_t j = 0; j < A.cols; ++j)
            for (std::int64_t i = 0; i < A.rows; ++i)
                A(i, j) *= static_cast<RealOf<T>>(std::pow(0.5, double(j % 8)));
    });
}

template <typename W>
Matrix<W> columns(const Matrix<W> &A, std::int64_t count) {
    return block(A, A.rows(), count);
}

template <typename T>
void judge_item(Problem &p, std::int64_t b, double limit, Verdict &verdict) {
    using W = Wide<T>;
    const std::int64_t m = p.dim(LAI_GESVD_M), n = p.dim(LAI_GESVD_N), k = std::min(m, n);
    const char jobu = p.flag(LAI_GESVD_JOBU), jobvt = p.flag(LAI_GESVD_JOBVT);
    const Matrix<W> A = p.before<T>(LAI_GESVD_A, b).wide();
    const double size_A = norm(A);
    const auto S = p.now<RealOf<T>>(LAI_GESVD_S, b);
    for (std::int64_t i = 0; i < k; ++i)
        verdict.require(
            S(i, 0) >= 0 && (i == 0 || S(i, 0) <= S(i - 1, 0)),
            "S must be >= 0 and descending: S(" + std::to_string(i) + ") = " + std::to_string(S(i, 0)));
    const auto taken = [&](char job, std::size_t operand) {
        const Matrix<T> from = job == 'O' ? p.now<T>(LAI_GESVD_A, b) : p.now<T>(operand, b);
        return from;
    };
    const bool has_u = jobu != 'N', has_vt = jobvt != 'N';
    Matrix<T> U, VT;
    if (has_u) U = taken(jobu, LAI_GESVD_U);
    if (has_vt) VT = taken(jobvt, LAI_GESVD_VT);
    if (jobu == 'O') U = block(U, m, k);
    if (jobvt == 'O') VT = block(VT, k, n);
    if (has_u) verdict.within(orthogonality(U), limit, "||U^H U - I|| / (eps m)");
    if (has_vt) verdict.within(orthogonality(op('C', VT)), limit, "||VT VT^H - I|| / (eps n)");
    if (has_u && has_vt) {
        Matrix<W> scaled_u = columns(U.wide(), k);
        for (std::int64_t j = 0; j < k; ++j)
            for (std::int64_t i = 0; i < m; ++i) scaled_u(i, j) *= static_cast<W>(S(j, 0));
        const double residual =
            scaled<T>(subtract(multiply(scaled_u, block(VT.wide(), k, n)), A), std::max(m, n), size_A);
        verdict.within(residual, limit, "||U S VT - A|| / (eps size ||A||)");
        verdict.normwise(2 * residual * static_cast<double>(std::max(m, n)));
        return;
    }
    const std::vector<double> right = jacobi_singular_values(A);
    for (std::int64_t i = 0; i < k; ++i) {
        const double error = std::abs(static_cast<double>(S(i, 0)) - right[static_cast<std::size_t>(i)]);
        verdict.within(in_units<T>(error, std::max(m, n), size_A), limit,
                       "error of S(" + std::to_string(i) + ") / (eps size ||A||)");
        verdict.normwise(2 * error / (epsilon<T>() * std::max(size_A, 1e-300)));
    }
    if (has_u) {
        const Matrix<W> Q = columns(U.wide(), k);
        verdict.within(scaled<T>(subtract(multiply(Q, multiply(op('C', Q), A)), A), std::max(m, n), size_A),
                       limit, "||U U^H A - A|| / (eps size ||A||)");
    }
    if (has_vt) {
        const Matrix<W> Q = block(VT.wide(), k, n);
        verdict.within(scaled<T>(subtract(multiply(multiply(A, op('C', Q)), Q), A), std::max(m, n), size_A),
                       limit, "||A V V^H - A|| / (eps size ||A||)");
    }
}

void judge_gesvd(Problem &p, const lai_result &result, const Claim &claim, Verdict &verdict) {
    judge_info(p, result, verdict);
    const double limit = limit_of(claim, std::max(p.dim(0), p.dim(1)));
    each_item(p, [&]<typename T>(sdk::Type<T>, std::int64_t b) {
        if (std::min(p.dim(0), p.dim(1)) > 0) judge_item<T>(p, b, limit, verdict);
    });
}

}  // namespace

std::span<const OpKnowledge> singular_values() {
    static constexpr OpKnowledge known[] = {{LAI_OP_GESVD, fill_gesvd, judge_gesvd, false}};
    return known;
}

}  // namespace lapack_ai::conformance::judges
