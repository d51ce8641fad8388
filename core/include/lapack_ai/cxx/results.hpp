// What the functions that own their results return. `info` is what the C function returned; the functions
// that throw return only with info == 0.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lapack_ai/cxx/error.hpp"
#include "lapack_ai/cxx/matrix.hpp"
#include "lapack_ai/cxx/types.hpp"

namespace lapack_ai {

// Which backend ran, why, how long: lai_report. Its texts live as long as the process.
using report = lai_report;

// What is proven of a result for which `backward_error` was asked: lai_certificate with texts of its own.
// With probability 1 - miss_probability the backward error is at most `bound`.
struct certificate {
    // A backend that was tried; `verdict` is one of LAI_TRIAL_*.
    struct trial {
        std::string backend, variant;
        std::uint32_t verdict = LAI_TRIAL_FAILED;
        double expected = 0, estimate = 0, bound = 0, seconds = 0;
    };

    std::uint32_t verdict = LAI_CERTIFIED_NONE;  // LAI_CERTIFIED_*
    double requested = 0, estimate = 0, bound = 0, miss_probability = 0;
    std::string measured, remark;
    double check_seconds = 0, total_seconds = 0;
    std::vector<trial> trials;  // in the order they ran

    bool met() const noexcept { return verdict == LAI_CERTIFIED_MET || verdict == LAI_CERTIFIED_PARTLY; }

    certificate() = default;
    explicit certificate(const lai_certificate &c)
        : verdict(c.verdict),
          requested(c.requested),
          estimate(c.estimate),
          bound(c.bound),
          miss_probability(c.miss_probability),
          measured(c.measured),
          remark(c.remark),
          check_seconds(c.check_seconds),
          total_seconds(c.total_seconds) {
        for (std::uint32_t i = 0; i < c.trial_count; ++i) {
            const auto &t = *reinterpret_cast<const lai_certified_trial *>(
                reinterpret_cast<const char *>(c.trials) + std::size_t{i} * c.trial_stride);
            trials.push_back({t.backend, t.variant, t.verdict, t.expected, t.estimate, t.bound, t.seconds});
        }
    }
};

struct result_base {
    std::int64_t info = 0;
    lapack_ai::report report{};
    std::optional<lapack_ai::certificate> certificate;  // when a backward error was asked for
    // What the diagnostics say about the call, warnings on success too; null: nothing to say.
    std::shared_ptr<const lapack_ai::diagnosis> diagnosis;
    bool ok() const noexcept { return info == 0; }
};

namespace detail {

inline constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// From the factors a call left and the norm it measured: O(n^2), nothing is factored again. triangle: 'U' or
// 'L' for Cholesky, 0 for LU.
template <Element T>
double estimated_rcond(const result_base &result, lai_context *context, const Matrix<T> &factors,
                       char triangle) noexcept {
    const std::int64_t n = factors.rows(), ld = factors.col_stride();
    const double norm1 = result.report.norm1;
    if (result.info > 0 && triangle == 0) return 0;
    if (result.info != 0 || n != factors.cols()) return nan;
    if (n == 0) return 1;
    if (std::isnan(norm1)) return nan;
    real_of<T> rcond = 0;
    const std::int64_t failed = triangle == 0 ? lai_gecon(context, nullptr, LAI_LAYOUT_COL, dtype_of<T>, '1',
                                                          n, factors.data(), ld, norm1, &rcond)
                                              : lai_pocon(context, nullptr, LAI_LAYOUT_COL, dtype_of<T>,
                                                          triangle, n, factors.data(), ld, norm1, &rcond);
    return failed == 0 ? static_cast<double>(rcond) : nan;
}

// 1 / cond_2 from descending singular values; 1 for none, NaN when there is no decomposition.
template <typename S>
double ratio_of(std::int64_t info, const S &values) noexcept {
    if (info != 0) return nan;
    if (values.empty()) return 1;
    return values[0] > 0 ? static_cast<double>(values.back()) / static_cast<double>(values[0]) : 0;
}

}  // namespace detail

// A = U diag(S) VT, S descending.
template <Element T>
struct svd_result : result_base {
    Matrix<T> U;                // m x min(m,n), or m x m; empty when only values were asked for
    std::vector<real_of<T>> S;  // min(m,n)
    Matrix<T> VT;               // min(m,n) x n, or n x n
    // Smallest over largest singular value.
    double rcond() const noexcept { return detail::ratio_of(info, S); }
};

template <Element T>
struct solve_result : result_base {
    Matrix<T> X;        // n x nrhs
    Matrix<T> factors;  // of A: LU, or Cholesky's in one triangle
    char triangle = 0;  // which one, 'U' or 'L'; 0: LU
    std::shared_ptr<lai_context> context;

    // Reciprocal condition number of A in the 1-norm, estimated now from the kept factors in O(n^2): nothing
    // is factored again. 0 when the LU factors are exactly singular; NaN when it cannot be told (the
    // diagnostics are off, the call failed). A call like any other: last_report() speaks of it afterwards.
    double rcond() const noexcept { return detail::estimated_rcond(*this, context.get(), factors, triangle); }
};

template <Element T>
struct lstsq_result : result_base {
    Matrix<T> X;                // n x nrhs
    std::int64_t rank = 0;      // by rcond
    std::vector<real_of<T>> S;  // singular values of A
    // Smallest over largest singular value of A.
    double rcond() const noexcept { return detail::ratio_of(info, S); }
};

// A V = V diag(W), W ascending, V orthonormal.
template <Element T>
struct eigh_result : result_base {
    std::vector<real_of<T>> W;
    Matrix<T> V;  // empty when only values were asked for
};

// A VR = VR diag(W); complex also for a real A.
template <Element T>
struct eig_result : result_base {
    std::vector<complex_of<T>> W;
    Matrix<complex_of<T>> VR;  // empty when only values were asked for
};

// A = Q R.
template <Element T>
struct qr_result : result_base {
    Matrix<T> Q;  // m x min(m,n), orthonormal columns
    Matrix<T> R;  // min(m,n) x n, upper trapezoidal
};

// P A = L U, L and U in one matrix, row i exchanged with row ipiv[i] - 1 (1-based, as in LAPACK).
template <Element T>
struct lu_result : result_base {
    Matrix<T> LU;
    std::vector<std::int64_t> ipiv;
    std::shared_ptr<lai_context> context;

    // As solve_result's, of a square A.
    double rcond() const noexcept { return detail::estimated_rcond(*this, context.get(), LU, 0); }
};

template <Element T>
struct matrix_result : result_base {
    Matrix<T> value;
};

}  // namespace lapack_ai
