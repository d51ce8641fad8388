// The screen for Inf and NaN. LAPACK's iterative drivers (gesdd, syevd, geev, gelsd) may never return on
// them; newer LAPACK answers INFO = -(position of the argument) for NaN, and so does this plugin, for both.
// The enhancer screens first; this one stands for hosts that run without it. O(n^2) before an O(n^3) call.
#pragma once

#include <cmath>
#include <cstdint>

#include "lapack_ai/sdk/dtype.hpp"
#include "lapack_ai/sdk/matrix.hpp"

namespace lapack_ai::cpu {

template <typename T>
bool is_finite(const T &x) noexcept {
    if constexpr (sdk::is_complex<T>)
        return std::isfinite(x.real()) && std::isfinite(x.imag());
    else
        return std::isfinite(x);
}

// Rows [first(j), last(j)) of each column j.
template <typename T, typename First, typename Last>
bool columns_finite(const sdk::MatrixView<T> &A, First first, Last last) noexcept {
    for (std::int64_t j = 0; j < A.cols; ++j) {
        bool all = true;  // no early exit inside a column, so that it vectorises
        const T *column = A.column(j);
        for (std::int64_t i = first(j); i < last(j); ++i) all &= is_finite(column[i]);
        if (!all) return false;
    }
    return true;
}

template <typename T>
bool all_finite(const sdk::MatrixView<T> &A) noexcept {
    return columns_finite(
        A, [](std::int64_t) { return std::int64_t{0}; }, [&](std::int64_t) { return A.rows; });
}

// Only the triangle that uplo names.
template <typename T>
bool triangle_finite(const sdk::MatrixView<T> &A, char uplo) noexcept {
    if (uplo == 'U')
        return columns_finite(
            A, [](std::int64_t) { return std::int64_t{0}; }, [](std::int64_t j) { return j + 1; });
    return columns_finite(
        A, [](std::int64_t j) { return j; }, [&](std::int64_t) { return A.rows; });
}

}  // namespace lapack_ai::cpu
