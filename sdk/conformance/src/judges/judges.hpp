// The families of ops the kit knows, and what their judges share.
#pragma once

#include <array>
#include <span>
#include <string>

#include "../judge.hpp"
#include "lapack_ai/abi/ops.h"
#include "lapack_ai/sdk/dtype.hpp"

namespace lapack_ai::conformance::judges {

// One file a family.
std::span<const OpKnowledge> products();
std::span<const OpKnowledge> singular_values();
std::span<const OpKnowledge> lu_family();
std::span<const OpKnowledge> cholesky_family();
std::span<const OpKnowledge> least_squares();
std::span<const OpKnowledge> eigenvalues();
std::span<const OpKnowledge> orthogonal();
std::span<const OpKnowledge> conditions();
std::array<std::span<const OpKnowledge>, 8> all_families();

// Limit on residuals in units of eps * size * norm: an unblocked LAPACK stays below ten.
inline constexpr double residual_limit = 100;

// The limit for a variant: its own claim where it is no conventional algorithm.
double limit_of(const Claim &claim, std::int64_t size);

// A fill or judge of one item as a template over T, made into a function of all items and types.
template <typename Body>
void each_item(Problem &p, Body &&body) {
    sdk::visit(p.dtype(), [&]<typename T>(sdk::Type<T> type) {
        for (std::int64_t b = 0; b < p.items(); ++b) body(type, b);
    });
}

template <typename T>
void put(sdk::MatrixView<T> to, const Matrix<T> &from) {
    for (std::int64_t j = 0; j < to.cols; ++j)
        for (std::int64_t i = 0; i < to.rows; ++i) to(i, j) = from(i, j);
}

template <typename T>
void randomise(sdk::MatrixView<T> A, Random &random) {
    for (std::int64_t j = 0; j < A.cols; ++j)
        for (std::int64_t i = 0; i < A.rows; ++i) A(i, j) = random.next<T>();
}

// Random with a diagonal that keeps it well conditioned.
template <typename T>
Matrix<T> dominant(std::int64_t n, Random &random) {
    Matrix<T> A(n, n);
    for (std::int64_t j = 0; j < n; ++j)
        for (std::int64_t i = 0; i < n; ++i) A(i, j) = random.next<T>();
    const auto shift = static_cast<RealOf<T>>(2 * std::sqrt(static_cast<double>(n)));
    for (std::int64_t i = 0; i < n; ++i) A(i, i) += T(shift);
    return A;
}

// Hermitian, positive definite, well conditioned; exactly Hermitian.
template <typename T>
Matrix<T> positive_definite(std::int64_t n, Random &random) {
    Matrix<T> A(n, n);
    for (std::int64_t j = 0; j < n; ++j)
        for (std::int64_t i = 0; i <= j; ++i) {
            T x = random.next<T>();
            if (i == j) x = T(static_cast<RealOf<T>>(std::real(x) + 2 + 2 * std::sqrt(double(n))));
            A(i, j) = x;
            A(j, i) = conjugate(x);
        }
    return A;
}

// The Hermitian matrix of which `A` holds one triangle (the other may hold anything).
template <typename W>
Matrix<W> hermitian(const Matrix<W> &A, char uplo) {
    Matrix<W> H(A.rows(), A.cols());
    for (std::int64_t j = 0; j < A.cols(); ++j)
        for (std::int64_t i = 0; i < A.rows(); ++i) {
            const bool stored = uplo == 'U' ? i <= j : i >= j;
            H(i, j) = stored ? A(i, j) : conjugate(A(j, i));
            if (i == j) H(i, j) = W(std::real(A(i, i)));
        }
    return H;
}

template <typename W>
Matrix<W> triangle(const Matrix<W> &A, char uplo, bool unit) {
    Matrix<W> R(A.rows(), A.cols());
    for (std::int64_t j = 0; j < A.cols(); ++j)
        for (std::int64_t i = 0; i < A.rows(); ++i) {
            if (i == j) R(i, j) = unit ? W(1) : A(i, j);
            if (uplo == 'U' ? i < j : i > j) R(i, j) = A(i, j);
        }
    return R;
}

// ||R|| / (eps * size * scale), 0 when R is 0.
template <typename T, typename W>
double scaled(const Matrix<W> &R, std::int64_t size, double scale) {
    return in_units<T>(norm(R), size, scale);
}

// ||op(A) X - B|| against ||A|| ||X|| + ||B||: the backward error of a solution.
template <typename T, typename W>
void judge_solution(const Matrix<W> &A, const Matrix<W> &X, const Matrix<W> &B, double limit,
                    Verdict &verdict) {
    const double scale = norm(A) * norm(X) + norm(B);
    const double residual = scaled<T>(subtract(multiply(A, X), B), A.rows(), scale);
    verdict.within(residual, limit, "||op(A) X - B|| / (eps n (||A|| ||X|| + ||B||))");
    verdict.normwise(2 * residual * static_cast<double>(std::max<std::int64_t>(1, A.rows())));
}

// INFO and item as the contents ask for.
void judge_info(const Problem &p, const lai_result &result, Verdict &verdict);

}  // namespace lapack_ai::conformance::judges
