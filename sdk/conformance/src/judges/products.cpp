// gemm and gemm_batch: every element against its sum of products.
#include <cmath>

#include "judges.hpp"

namespace lapack_ai::conformance::judges {

namespace {

// (a + ib)(c + id) by the textbook, so that Inf and NaN arise as they do in any BLAS.
template <typename W>
W times(W a, W b) {
    if constexpr (requires { a.imag(); })
        return W(a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real());
    else
        return a * b;
}

template <typename W>
bool finite(W x) {
    if constexpr (requires { x.imag(); })
        return std::isfinite(x.real()) && std::isfinite(x.imag());
    else
        return std::isfinite(x);
}

template <typename W>
long double magnitude(W x) {
    return static_cast<long double>(std::abs(x));
}

void fill_product(Problem &p) {
    Random random(p.recipe().seed);
    each_item(p, [&]<typename T>(sdk::Type<T>, std::int64_t b) {
        for (std::size_t o = 0; o < 3; ++o) randomise(p.view<T>(o, b), random);
    });
}

template <typename T>
void judge_item(Problem &p, std::int64_t b, const Claim &claim, Verdict &verdict) {
    using W = Wide<T>;
    const std::int64_t m = p.dim(LAI_GEMM_M), n = p.dim(LAI_GEMM_N), k = p.dim(LAI_GEMM_K);
    const W alpha = static_cast<W>(sdk::scalar_as<T>(p.scalar(LAI_GEMM_ALPHA)));
    const W beta = static_cast<W>(sdk::scalar_as<T>(p.scalar(LAI_GEMM_BETA)));
    const bool reads = p.reads(LAI_GEMM_A) && k > 0;
    Matrix<W> A, B;
    if (reads) A = op(p.flag(LAI_GEMM_TRANS_A), p.before<T>(LAI_GEMM_A, b).wide());
    if (reads) B = op(p.flag(LAI_GEMM_TRANS_B), p.before<T>(LAI_GEMM_B, b).wide());
    const Matrix<W> C0 = p.before<T>(LAI_GEMM_C, b).wide();
    const Matrix<T> C = p.now<T>(LAI_GEMM_C, b);
    const long double u = epsilon<T>() / 2;
    const bool conventional = claim.accuracy <= LAI_ACCURACY_COMPONENTWISE;
    long double error_norm = 0;
    for (std::int64_t j = 0; j < n; ++j)
        for (std::int64_t i = 0; i < m; ++i) {
            W sum{};
            long double size = 0;
            for (std::int64_t l = 0; reads && l < k; ++l) {
                sum += times(A(i, l), B(l, j));
                size += magnitude(A(i, l)) * magnitude(B(l, j));
            }
            W right = reads ? times(alpha, sum) : W{};
            size *= magnitude(alpha);
            if (beta != W{}) {
                right += times(beta, C0(i, j));
                size += magnitude(beta) * magnitude(C0(i, j));
            }
            const std::string place = "C(" + std::to_string(i) + "," + std::to_string(j) + ")";
            if (!finite(right)) {
                verdict.require(!finite(C(i, j)), place + " is finite where Inf or NaN must arise");
                continue;
            }
            if (!finite(C(i, j)) && !conventional && p.recipe().content != Content::ordinary) continue;
            const long double error = magnitude(static_cast<W>(C(i, j)) - right);
            error_norm += error * error;
            if (error == 0) continue;
            const double units = static_cast<double>(error / (u * size));
            if (std::isnan(error)) verdict.require(false, place + " is not a number");
            if (conventional)
                verdict.within(units, 4.0 * static_cast<double>(k + 4),
                               "error of " + place + " in units of u (|alpha| |A||B| + |beta| |C|)");
            verdict.componentwise(units);
        }
    const double norms = (reads ? std::abs(static_cast<double>(magnitude(alpha))) * norm(A) * norm(B) : 0) +
                         (beta != W{} ? static_cast<double>(magnitude(beta)) * norm(C0) : 0);
    if (!(norms > 0) || !std::isfinite(norms)) return;
    const double units = static_cast<double>(std::sqrt(error_norm) / (u * static_cast<long double>(norms)));
    verdict.normwise(units);
    if (!conventional)
        verdict.within(units, std::max(4.0 * static_cast<double>(k + 4), 2 * claim.coefficient),
                       "||C - right|| in units of u (|alpha| ||A|| ||B|| + |beta| ||C||)");
}

void judge_product(Problem &p, const lai_result &result, const Claim &claim, Verdict &verdict) {
    judge_info(p, result, verdict);
    each_item(p, [&]<typename T>(sdk::Type<T>, std::int64_t b) { judge_item<T>(p, b, claim, verdict); });
}

}  // namespace

std::span<const OpKnowledge> products() {
    static constexpr OpKnowledge known[] = {{LAI_OP_GEMM, fill_product, judge_product, false},
                                            {LAI_OP_GEMM_BATCH, fill_product, judge_product, false}};
    return known;
}

}  // namespace lapack_ai::conformance::judges
