// The truth about small matrices, in long double (64-bit significand) and by definition: nothing here is
// shared with the plugin or with a LAPACK.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace lapack_ai::diagnostics::test {

using Exact = std::vector<long double>;  // n x n, column-major

// Inverse by Gauss-Jordan elimination with complete pivoting; empty when a pivot is exactly zero.
inline Exact inverse(Exact A, int n) {
    Exact X(A.size());
    for (int i = 0; i < n; ++i) X[i * n + i] = 1;
    std::vector<int> column_of(n);
    std::vector<bool> used(n);
    for (int step = 0; step < n; ++step) {
        int p = -1, q = -1;
        for (int j = 0; j < n; ++j)
            for (int i = step; i < n; ++i)
                if (!used[j] && (p < 0 || std::fabs(A[j * n + i]) > std::fabs(A[q * n + p]))) p = i, q = j;
        if (A[q * n + p] == 0) return {};
        used[q] = true;
        column_of[step] = q;
        for (int j = 0; j < n; ++j) {
            std::swap(A[j * n + p], A[j * n + step]);
            std::swap(X[j * n + p], X[j * n + step]);
        }
        const long double pivot = A[q * n + step];
        for (int j = 0; j < n; ++j) A[j * n + step] /= pivot, X[j * n + step] /= pivot;
        for (int i = 0; i < n; ++i) {
            const long double factor = A[q * n + i];
            if (i == step || factor == 0) continue;
            for (int j = 0; j < n; ++j) {
                A[j * n + i] -= factor * A[j * n + step];
                X[j * n + i] -= factor * X[j * n + step];
            }
        }
    }
    Exact result(A.size());
    for (int step = 0; step < n; ++step)
        for (int j = 0; j < n; ++j) result[j * n + column_of[step]] = X[j * n + step];
    return result;
}

inline long double norm1(const Exact &A, int n) {
    long double most = 0;
    for (int j = 0; j < n; ++j) {
        long double sum = 0;
        for (int i = 0; i < n; ++i) sum += std::fabs(A[j * n + i]);
        most = std::max(most, sum);
    }
    return most;
}

// cond_1, infinite for an exactly singular matrix. Beyond 1e18 the number means no more than that.
inline double condition(const std::vector<double> &A, int n) {
    const Exact exact(A.begin(), A.end());
    const Exact inverted = inverse(exact, n);
    if (inverted.empty()) return std::numeric_limits<double>::infinity();
    return static_cast<double>(norm1(exact, n) * norm1(inverted, n));
}

// cond_1 after dividing rows and then columns by their largest entries; infinite when one is zero.
inline double scaled_condition(std::vector<double> A, int n) {
    for (const bool by_rows : {true, false})
        for (int k = 0; k < n; ++k) {
            double most = 0;
            for (int l = 0; l < n; ++l)
                most = std::max(most, std::fabs(by_rows ? A[l * n + k] : A[k * n + l]));
            if (most == 0) return std::numeric_limits<double>::infinity();
            for (int l = 0; l < n; ++l) (by_rows ? A[l * n + k] : A[k * n + l]) /= most;
        }
    return condition(A, n);
}

// ||b - A x|| / (||A|| ||x|| + ||b||) in the 1-norm.
inline double backward_error(const std::vector<double> &A, int n, const std::vector<double> &x,
                             const std::vector<double> &b) {
    long double residual = 0, length = 0, right = 0;
    for (int i = 0; i < n; ++i) {
        long double r = b[i];
        for (int j = 0; j < n; ++j) r -= static_cast<long double>(A[j * n + i]) * x[j];
        residual += std::fabs(r);
        length += std::fabs(static_cast<long double>(x[i]));
        right += std::fabs(static_cast<long double>(b[i]));
    }
    return static_cast<double>(residual / (norm1(Exact(A.begin(), A.end()), n) * length + right));
}

// Eigenvalues of a symmetric matrix by cyclic Jacobi rotations, ascending.
inline std::vector<double> eigenvalues(const std::vector<double> &A, int n) {
    Exact S(A.begin(), A.end());
    for (int sweep = 0; sweep < 60; ++sweep) {
        long double off = 0, diagonal = 0;
        for (int j = 0; j < n; ++j)
            for (int i = 0; i < n; ++i) (i == j ? diagonal : off) += S[j * n + i] * S[j * n + i];
        if (off <= 1e-40L * diagonal || off == 0) break;
        for (int p = 0; p < n; ++p)
            for (int q = p + 1; q < n; ++q) {
                if (S[q * n + p] == 0) continue;
                const long double tau = (S[q * n + q] - S[p * n + p]) / (2 * S[q * n + p]);
                const long double t = (tau >= 0 ? 1 : -1) / (std::fabs(tau) + std::sqrt(1 + tau * tau));
                const long double c = 1 / std::sqrt(1 + t * t), s = t * c;
                for (int k = 0; k < n; ++k) {
                    const long double a = S[p * n + k], b = S[q * n + k];
                    S[p * n + k] = c * a - s * b, S[q * n + k] = s * a + c * b;
                }
                for (int k = 0; k < n; ++k) {
                    const long double a = S[k * n + p], b = S[k * n + q];
                    S[k * n + p] = c * a - s * b, S[k * n + q] = s * a + c * b;
                }
            }
    }
    std::vector<double> values(n);
    for (int i = 0; i < n; ++i) values[i] = static_cast<double>(S[i * n + i]);
    std::sort(values.begin(), values.end());
    return values;
}

}  // namespace lapack_ai::diagnostics::test
