// gecon, pocon, trcon: estimates of the reciprocal condition, against the inverse itself.
#include <cmath>

#include "judges.hpp"

namespace lapack_ai::conformance::judges {

namespace {

template <typename W>
double one_norm(const Matrix<W> &A) {
    double largest = 0;
    for (std::int64_t j = 0; j < A.cols(); ++j) {
        double sum = 0;
        for (std::int64_t i = 0; i < A.rows(); ++i) sum += static_cast<double>(std::abs(A(i, j)));
        largest = std::max(largest, sum);
    }
    return largest;
}

template <typename W>
double norm_by_letter(const Matrix<W> &A, char letter) {
    return letter == 'I' ? one_norm(op('T', A)) : one_norm(A);
}

// Inverse of a triangular matrix, column by column.
template <typename W>
Matrix<W> invert_upper(const Matrix<W> &R) {
    const std::int64_t n = R.rows();
    Matrix<W> X = identity<W>(n);
    for (std::int64_t c = 0; c < n; ++c)
        for (std::int64_t i = n - 1; i >= 0; --i) {
            for (std::int64_t l = i + 1; l < n; ++l) X(i, c) -= R(i, l) * X(l, c);
            X(i, c) /= R(i, i);
        }
    return X;
}

template <typename W>
Matrix<W> invert_triangle(const Matrix<W> &R, char uplo) {
    return uplo == 'U' ? invert_upper(R) : op('T', invert_upper(op('T', R)));
}

// LAPACK's estimate of the inverse's norm never exceeds it, and is rarely less than a tenth.
template <typename T>
void judge_rcond(Problem &p, std::int64_t b, std::size_t operand, double right, Verdict &verdict) {
    const auto rcond = static_cast<double>(p.now<RealOf<T>>(operand, b)(0, 0));
    verdict.within(right / rcond, 1 + 1e3 * epsilon<T>(), "true reciprocal condition / rcond");
    verdict.within(rcond / right, 30, "rcond / true reciprocal condition");
}

template <typename T>
void put_factor(sdk::MatrixView<T> A, Random &random) {
    put(A, dominant<T>(A.rows, random));
    const auto small = static_cast<RealOf<T>>(1 / std::sqrt(static_cast<double>(A.rows + 1)));
    for (std::int64_t j = 0; j < A.rows; ++j)
        for (std::int64_t i = j + 1; i < A.rows; ++i) A(i, j) *= small;
}

template <typename T>
double lu_norm(const Matrix<T> &factors, char letter, bool inverse) {
    const auto F = factors.wide();
    const auto L = triangle(F, 'L', true), U = triangle(F, 'U', false);
    return norm_by_letter(
        inverse ? multiply(invert_triangle(U, 'U'), invert_triangle(L, 'L')) : multiply(L, U), letter);
}

// anorm is one scalar for the whole batch: that of the first item, which all items share.
void fill_gecon(Problem &p) {
    each_item(p, [&]<typename T>(sdk::Type<T>, std::int64_t b) {
        Random random(p.recipe().seed);
        put_factor(p.view<T>(LAI_GECON_A, b), random);
        p.set_scalar(LAI_GECON_ANORM, {lu_norm(p.now<T>(LAI_GECON_A, b), p.flag(LAI_GECON_NORM), false), 0});
    });
}

void judge_gecon(Problem &p, const lai_result &result, const Claim &, Verdict &verdict) {
    judge_info(p, result, verdict);
    each_item(p, [&]<typename T>(sdk::Type<T>, std::int64_t b) {
        const double inverse = lu_norm(p.before<T>(LAI_GECON_A, b), p.flag(LAI_GECON_NORM), true);
        const double product = p.scalar(LAI_GECON_ANORM).re * inverse;
        judge_rcond<T>(p, b, LAI_GECON_RCOND, p.dim(0) == 0 ? 1 : 1 / product, verdict);
    });
}

template <typename T>
double cholesky_norm(const Matrix<T> &factor, char uplo, bool inverse) {
    auto R = triangle(factor.wide(), uplo, false);
    if (uplo == 'L') R = op('C', R);
    if (inverse) {
        const auto X = invert_upper(R);
        return one_norm(multiply(X, op('C', X)));
    }
    return one_norm(multiply(op('C', R), R));
}

void fill_pocon(Problem &p) {
    each_item(p, [&]<typename T>(sdk::Type<T>, std::int64_t b) {
        Random random(p.recipe().seed);
        auto A = p.view<T>(LAI_POCON_A, b);
        put(A, dominant<T>(A.rows, random));
        for (std::int64_t i = 0; i < A.rows; ++i) A(i, i) = T(std::abs(A(i, i)));
        p.set_scalar(LAI_POCON_ANORM,
                     {cholesky_norm(p.now<T>(LAI_POCON_A, b), p.flag(LAI_POCON_UPLO), false), 0});
    });
}

void judge_pocon(Problem &p, const lai_result &result, const Claim &, Verdict &verdict) {
    judge_info(p, result, verdict);
    each_item(p, [&]<typename T>(sdk::Type<T>, std::int64_t b) {
        const double inverse = cholesky_norm(p.before<T>(LAI_POCON_A, b), p.flag(LAI_POCON_UPLO), true);
        const double product = p.scalar(LAI_POCON_ANORM).re * inverse;
        judge_rcond<T>(p, b, LAI_POCON_RCOND, p.dim(0) == 0 ? 1 : 1 / product, verdict);
    });
}

void fill_trcon(Problem &p) {
    Random random(p.recipe().seed);
    each_item(p, [&]<typename T>(sdk::Type<T>, std::int64_t b) {
        auto A = p.view<T>(LAI_TRCON_A, b);
        put(A, dominant<T>(A.rows, random));
        const auto small = static_cast<RealOf<T>>(1 / std::sqrt(static_cast<double>(A.rows + 1)));
        if (p.flag(LAI_TRCON_DIAG) == 'U')
            for (std::int64_t j = 0; j < A.cols; ++j)
                for (std::int64_t i = 0; i < A.rows; ++i) A(i, j) *= small;
    });
}

void judge_trcon(Problem &p, const lai_result &result, const Claim &, Verdict &verdict) {
    judge_info(p, result, verdict);
    const char uplo = p.flag(LAI_TRCON_UPLO), letter = p.flag(LAI_TRCON_NORM);
    each_item(p, [&]<typename T>(sdk::Type<T>, std::int64_t b) {
        const auto R = triangle(p.before<T>(LAI_TRCON_A, b).wide(), uplo, p.flag(LAI_TRCON_DIAG) == 'U');
        const double product = norm_by_letter(R, letter) * norm_by_letter(invert_triangle(R, uplo), letter);
        judge_rcond<T>(p, b, LAI_TRCON_RCOND, p.dim(0) == 0 ? 1 : 1 / product, verdict);
    });
}

}  // namespace

std::span<const OpKnowledge> conditions() {
    static constexpr OpKnowledge known[] = {{LAI_OP_GECON, fill_gecon, judge_gecon, false},
                                            {LAI_OP_POCON, fill_pocon, judge_pocon, false},
                                            {LAI_OP_TRCON, fill_trcon, judge_trcon, false}};
    return known;
}

}  // namespace lapack_ai::conformance::judges
