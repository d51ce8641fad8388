// gesv, getrf, getrs, getri: LU with partial pivoting.
#include <cmath>

#include "judges.hpp"

namespace lapack_ai::conformance::judges {

namespace {

// A column of zeros: U(c, c) is exactly zero and INFO is its number, counted from 1.
template <typename T>
void clear_column(sdk::MatrixView<T> A, std::int64_t c) {
    for (std::int64_t i = 0; i < A.rows; ++i) A(i, c) = T{};
}

// P L U from what getrf leaves. False when a pivot is out of range.
template <typename W>
bool recompose(const Matrix<W> &F, const Matrix<std::int64_t> &pivots, Matrix<W> &out) {
    const std::int64_t k = std::min(F.rows(), F.cols());
    Matrix<W> L(F.rows(), k), U(k, F.cols());
    for (std::int64_t j = 0; j < k; ++j)
        for (std::int64_t i = j; i < F.rows(); ++i) L(i, j) = i == j ? W(1) : F(i, j);
    for (std::int64_t j = 0; j < F.cols(); ++j)
        for (std::int64_t i = 0; i <= std::min(j, k - 1); ++i) U(i, j) = F(i, j);
    out = multiply(L, U);
    for (std::int64_t i = k - 1; i >= 0; --i) {
        const std::int64_t other = pivots(i, 0) - 1;
        if (other < i || other >= F.rows()) return false;
        for (std::int64_t j = 0; other != i && j < F.cols(); ++j) std::swap(out(i, j), out(other, j));
    }
    return true;
}

template <typename T>
void judge_factors(Problem &p, std::int64_t b, std::size_t a, std::size_t ipiv, double limit,
                   Verdict &verdict) {
    const auto A = p.before<T>(a, b).wide(), F = p.now<T>(a, b).wide();
    Matrix<Wide<T>> product;
    if (!recompose(F, p.now<std::int64_t>(ipiv, b), product))
        return verdict.require(false, "ipiv must hold row numbers from i to m, counted from 1");
    verdict.within(scaled<T>(subtract(product, A), std::max(A.rows(), A.cols()), norm(A)), limit,
                   "||P L U - A|| / (eps size ||A||)");
    for (std::int64_t j = 0; j < std::min(A.rows(), A.cols()); ++j)
        for (std::int64_t i = j + 1; i < A.rows(); ++i)
            verdict.within(static_cast<double>(std::abs(F(i, j))), 1.5, "|L| with partial pivoting");
}

void fill_lu(Problem &p, std::size_t a, bool square) {
    Random random(p.recipe().seed);
    const bool singular = p.recipe().content == Content::singular;
    const std::int64_t chosen = p.items() > 0 ? random.below(p.items()) : 0;
    each_item(p, [&]<typename T>(sdk::Type<T>, std::int64_t b) {
        auto A = p.view<T>(a, b);
        if (square)
            put(A, dominant<T>(A.rows, random));
        else
            randomise(A, random);
        for (std::size_t o = a + 1; o < p.operand_count(); ++o)
            if (p.layout(o).dtype == p.dtype()) randomise(p.view<T>(o, b), random);
        if (!singular || A.rows == 0 || A.cols == 0 || b != chosen) return;
        const std::int64_t c = random.below(std::min(A.rows, A.cols));
        clear_column(A, c);
        p.expected_info = c + 1;
        p.expected_item = b;
    });
}

void fill_gesv(Problem &p) {
    fill_lu(p, LAI_GESV_A, true);
}

void judge_gesv(Problem &p, const lai_result &result, const Claim &claim, Verdict &verdict) {
    judge_info(p, result, verdict);
    const double limit = limit_of(claim, p.dim(LAI_GESV_N));
    each_item(p, [&]<typename T>(sdk::Type<T>, std::int64_t b) {
        judge_factors<T>(p, b, LAI_GESV_A, LAI_GESV_IPIV, limit, verdict);
        if (p.expected_info != 0 && b == p.expected_item) return;
        judge_solution<T>(op(p.flag(LAI_GESV_TRANS), p.before<T>(LAI_GESV_A, b).wide()),
                          p.now<T>(LAI_GESV_B, b).wide(), p.before<T>(LAI_GESV_B, b).wide(), limit, verdict);
    });
}

void fill_getrf(Problem &p) {
    fill_lu(p, LAI_GETRF_A, false);
}

void judge_getrf(Problem &p, const lai_result &result, const Claim &claim, Verdict &verdict) {
    judge_info(p, result, verdict);
    each_item(p, [&]<typename T>(sdk::Type<T>, std::int64_t b) {
        judge_factors<T>(p, b, LAI_GETRF_A, LAI_GETRF_IPIV, limit_of(claim, p.dim(0)), verdict);
    });
}

// Factors as getrf could have left them, and pivots in range.
void fill_factored(Problem &p, std::size_t a, std::size_t ipiv) {
    Random random(p.recipe().seed);
    const bool singular = p.recipe().content == Content::singular;
    const std::int64_t chosen = p.items() > 0 ? random.below(p.items()) : 0;
    each_item(p, [&]<typename T>(sdk::Type<T>, std::int64_t b) {
        auto A = p.view<T>(a, b);
        const std::int64_t n = A.rows;
        put(A, dominant<T>(n, random));
        const auto small = static_cast<RealOf<T>>(1 / std::sqrt(static_cast<double>(n + 1)));
        auto pivots = p.view<std::int64_t>(ipiv, b);
        for (std::int64_t j = 0; j < n; ++j) {
            for (std::int64_t i = j + 1; i < n; ++i) A(i, j) *= small;
            pivots(j, 0) = j + 1 + random.below(n - j);
        }
        for (std::size_t o = a + 1; o < p.operand_count(); ++o)
            if (o != ipiv) randomise(p.view<T>(o, b), random);
        if (!singular || n == 0 || b != chosen) return;
        const std::int64_t c = random.below(n);
        A(c, c) = T{};
        p.expected_info = c + 1;
        p.expected_item = b;
    });
}

void fill_getrs(Problem &p) {
    fill_factored(p, LAI_GETRS_A, LAI_GETRS_IPIV);
    if (p.recipe().content == Content::singular) p.expected_info = 0;  // getrs does not look
}

void judge_getrs(Problem &p, const lai_result &result, const Claim &claim, Verdict &verdict) {
    judge_info(p, result, verdict);
    each_item(p, [&]<typename T>(sdk::Type<T>, std::int64_t b) {
        Matrix<Wide<T>> A;
        recompose(p.before<T>(LAI_GETRS_A, b).wide(), p.before<std::int64_t>(LAI_GETRS_IPIV, b), A);
        judge_solution<T>(op(p.flag(LAI_GETRS_TRANS), A), p.now<T>(LAI_GETRS_B, b).wide(),
                          p.before<T>(LAI_GETRS_B, b).wide(), limit_of(claim, p.dim(0)), verdict);
    });
}

void fill_getri(Problem &p) {
    fill_factored(p, LAI_GETRI_A, LAI_GETRI_IPIV);
}

void judge_getri(Problem &p, const lai_result &result, const Claim &claim, Verdict &verdict) {
    judge_info(p, result, verdict);
    each_item(p, [&]<typename T>(sdk::Type<T>, std::int64_t b) {
        if (p.expected_info != 0 && b == p.expected_item) return;
        Matrix<Wide<T>> A;
        recompose(p.before<T>(LAI_GETRI_A, b).wide(), p.before<std::int64_t>(LAI_GETRI_IPIV, b), A);
        const auto X = p.now<T>(LAI_GETRI_A, b).wide();
        const double residual = scaled<T>(subtract(multiply(X, A), identity<Wide<T>>(A.rows())), A.rows(),
                                          std::max(1.0, norm(A) * norm(X)));
        verdict.within(residual, limit_of(claim, A.rows()), "||X A - I|| / (eps n ||A|| ||X||)");
        verdict.normwise(2 * residual * static_cast<double>(A.rows()));
    });
}

}  // namespace

std::span<const OpKnowledge> lu_family() {
    static constexpr OpKnowledge known[] = {{LAI_OP_GESV, fill_gesv, judge_gesv, true},
                                            {LAI_OP_GETRF, fill_getrf, judge_getrf, true},
                                            {LAI_OP_GETRS, fill_getrs, judge_getrs, false},
                                            {LAI_OP_GETRI, fill_getri, judge_getri, true}};
    return known;
}

}  // namespace lapack_ai::conformance::judges
