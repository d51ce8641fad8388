// op(A) X = B by its residual, A and B as they were before the call. The backward error of column j is Rigal
// and Gaches': |b_j - op(A) x_j|_2 / (|A|_F |x_j|_2 + |b_j|_2), the least relative change of A (in the
// Frobenius norm) and b_j for which x_j is exact.
//
// Up to `all_columns` right-hand sides each is looked at and the largest error counts: no probability. With
// more, random combinations of the scaled residuals r_j / (|A|_F |x_j| + |b_j|) give the root mean square
// over the columns, for O(n^2 + n nrhs) work.
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "certify/check.hpp"
#include "certify/gaussian.hpp"
#include "certify/scaled_number.hpp"
#include "lapack_ai/abi/ops.h"

namespace lapack_ai::core::certify {

namespace {

constexpr std::int64_t all_columns = 8;

// Column j of a matrix, measured by itself.
Matrix column_of(const Matrix &A, std::int64_t j, std::uint64_t element_bytes) {
    Matrix c = A;
    c.data = static_cast<const char *>(A.data) + static_cast<std::uint64_t>(j * A.ld) * element_bytes;
    c.cols = 1;
    measure(c);
    return c;
}

// Two factors whose product is 1 / d * 2^power, each within range.
struct Factor {
    double first, second;
    Factor(const ScaledNumber &d, int power) {
        const int exponent = std::clamp(power - d.exponent, -2000, 2000);
        first = std::ldexp(1 / d.mantissa, exponent / 2);
        second = std::ldexp(1.0, exponent - exponent / 2);
    }
};

class SolveCheck {
  public:
    SolveCheck(const Evidence &evidence, std::int64_t item)
        : evidence_(evidence),
          cholesky_(static_cast<BuiltinOp>(evidence.op.number) == BuiltinOp::posv),
          dtype_(evidence.call.dtype),
          complex_(is_complex(dtype_)),
          n_(evidence.call.dims[LAI_GESV_N]),
          nrhs_(evidence.call.dims[LAI_GESV_NRHS]),
          A_(matrix_of(evidence.original(LAI_GESV_A), item, stored())),
          factors_(matrix_of(evidence.result(LAI_GESV_A), item)),
          B_(matrix_of(evidence.original(b_index()), item)),
          X_(matrix_of(evidence.result(b_index()), item)) {
        check_.measured = nrhs_ <= all_columns
                              ? "largest |b - op(A) x| / (|A|_F |x| + |b|) of all right-hand sides"
                              : "root mean square of |b - op(A) x| / (|A|_F |x| + |b|) over the right-hand "
                                "sides, by random combinations";
    }

    Check run() {
        if (n_ == 0 || nrhs_ == 0) {
            check_.measured = "nothing: the system is empty";
            return check_;
        }
        measure(A_);
        if (!A_.finite) return in_trouble("the input holds Inf or NaN");
        for (std::int64_t j = 0; j < nrhs_; ++j) {
            if (!add_column(j)) return check_;
        }
        if (nrhs_ <= all_columns) {
            check_all();
        } else {
            check_combinations();
        }
        return check_;
    }

  private:
    Stored stored() const {
        if (!cholesky_) return Stored::general;
        return evidence_.flag(LAI_POSV_UPLO) == 'U' ? Stored::upper : Stored::lower;
    }
    std::uint32_t b_index() const { return cholesky_ ? LAI_POSV_B : LAI_GESV_B; }
    char trans() const { return cholesky_ ? 'N' : evidence_.flag(LAI_GESV_TRANS); }

    Check in_trouble(const char *why) {
        check_.trouble = why;
        return check_;
    }

    // Weighs column j; false when there is nothing more to compute.
    bool add_column(std::int64_t j) {
        const Matrix x = column_of(X_, j, dtype_bytes(dtype_)), b = column_of(B_, j, dtype_bytes(dtype_));
        if (!b.finite) {
            check_.trouble = "the input holds Inf or NaN";
            return false;
        }
        if (!x.finite) {
            // Nearly singular systems may overflow: not good enough, but no proof of a fault.
            check_.estimate = std::numeric_limits<double>::infinity();
            return false;
        }
        const ScaledNumber d = ScaledNumber(A_.norm, A_.exponent) * ScaledNumber(x.norm, x.exponent) +
                               ScaledNumber(b.norm, b.exponent);
        weights_.push_back(d);
        extreme_ |= A_.exponent != 0 || x.exponent != 0 || b.exponent != 0 || std::abs(d.exponent) > 500;
        underflow_ |= d.exponent < least_exponent(dtype_) + 120;
        return true;
    }

    // Adds the numbers of column j, divided by its weight and multiplied by 2^power, to `out`, lane `p`.
    void pack(const Matrix &from, std::int64_t j, int power, Block &out, std::int64_t p) const {
        const ScaledNumber &d = weights_[static_cast<std::size_t>(j)];
        if (d.zero()) return;
        const Factor f(d, power);
        const auto at = [&](std::int64_t i) -> double {
            const std::int64_t k = j * from.ld * (complex_ ? 2 : 1) + i;
            return dtype_ == LAI_DTYPE_F32 || dtype_ == LAI_DTYPE_C32
                       ? static_cast<double>(static_cast<const float *>(from.data)[k])
                       : static_cast<const double *>(from.data)[k];
        };
        for (std::int64_t i = 0; i < n_; ++i) {
            if (complex_) {
                out.row(i)[p] += at(2 * i) * f.first * f.second;
                out.row(i)[p + width] += at(2 * i + 1) * f.first * f.second;
            } else {
                out.row(i)[p] += at(i) * f.first * f.second;
            }
        }
    }

    // Norms of the columns of B D - A X D, D the inverse weights.
    void check_all() {
        for (std::int64_t first = 0; first < nrhs_; first += width) {
            Block x(n_, complex_), r(n_, complex_), ax(n_, complex_);
            const std::int64_t end = std::min(nrhs_, first + width);
            for (std::int64_t j = first; j < end; ++j) {
                pack(X_, j, A_.exponent, x, j - first);
                pack(B_, j, 0, r, j - first);
            }
            apply(A_, trans(), x, ax);
            double squares[width] = {};
            for (std::int64_t i = 0; i < n_; ++i)
                for (std::int64_t p = 0; p < r.stride(); ++p) {
                    const double d = r.row(i)[p] - ax.row(i)[p];
                    squares[p % width] += d * d;
                }
            for (const double s : squares) check_.estimate = std::max(check_.estimate, std::sqrt(s));
        }
        // A zero solution of a zero right-hand side is exact; its weight is zero and so is its column here.
        judge(check_.estimate, 1);
    }

    void check_combinations() {
        const Sampling plan = sampling(evidence_.effort);
        Gaussian random(evidence_.seed);
        double measured = 0, probes_norm = 0;
        for (std::int64_t block = 0; block < plan.blocks; ++block) {
            Block w(nrhs_, complex_);
            random.fill(w);
            probes_norm = std::hypot(probes_norm, w.norm());
            measured = std::hypot(measured, combined_residual(w).norm());
        }
        const double probes = static_cast<double>(plan.blocks * width);
        check_.probes = static_cast<std::uint32_t>(probes);
        check_.factor = plan.factor;
        check_.miss_probability = plan.miss_probability;
        check_.estimate = measured / std::sqrt(probes * static_cast<double>(nrhs_));
        judge(measured, std::sqrt(static_cast<double>(nrhs_)) * probes_norm);
    }

    // (B - op(A) X) D w
    Block combined_residual(const Block &w) const {
        Block x(n_, complex_), r(n_, complex_), ax(n_, complex_);
        combine(X_, A_.exponent, w, x);
        combine(B_, 0, w, r);
        apply(A_, trans(), x, ax);
        for (std::int64_t i = 0; i < r.count(); ++i) r.row(0)[i] -= ax.row(0)[i];
        return r;
    }

    // out += from diag(2^power / weights) w
    void combine(const Matrix &from, int power, const Block &w, Block &out) const {
        if (extreme_) {
            for (std::int64_t j = 0; j < nrhs_; ++j) combine_column(from, j, power, w, out);
            return;
        }
        Block weighted(nrhs_, complex_);
        for (std::int64_t j = 0; j < nrhs_; ++j) {
            const ScaledNumber &d = weights_[static_cast<std::size_t>(j)];
            const double factor = d.zero() ? 0 : std::ldexp(1 / d.mantissa, power - d.exponent);
            for (std::int64_t p = 0; p < w.stride(); ++p) weighted.row(j)[p] = factor * w.row(j)[p];
        }
        apply(from, 'N', weighted, out);
    }

    // The same for one column, where products of factor and weight may leave the range.
    void combine_column(const Matrix &from, std::int64_t j, int power, const Block &w, Block &out) const {
        const ScaledNumber &d = weights_[static_cast<std::size_t>(j)];
        if (d.zero()) return;
        const Factor f(d, power);
        const double *weight = w.row(j);
        const bool single = dtype_ == LAI_DTYPE_F32 || dtype_ == LAI_DTYPE_C32;
        const auto *floats = static_cast<const float *>(from.data);
        const auto *doubles = static_cast<const double *>(from.data);
        const std::int64_t start = j * from.ld * (complex_ ? 2 : 1);
        const auto at = [&](std::int64_t k) {
            const double x = single ? static_cast<double>(floats[start + k]) : doubles[start + k];
            return x * f.first * f.second;
        };
        for (std::int64_t i = 0; i < n_; ++i) {
            double *o = out.row(i);
            if (complex_) {
                const double re = at(2 * i), im = at(2 * i + 1);
                for (std::int64_t p = 0; p < width; ++p) {
                    o[p] += re * weight[p] - im * weight[p + width];
                    o[p + width] += re * weight[p + width] + im * weight[p];
                }
            } else {
                const double x = at(i);
                for (std::int64_t p = 0; p < width; ++p) o[p] += x * weight[p];
            }
        }
    }

    // `measured` is at most `size` times the backward error.
    void judge(double measured, double size) {
        if (measured == 0) return;
        if (underflow_) {
            check_.trouble = "the system is so small that its residual underflows";
            return;
        }
        // No elimination has less growth than none; most results pass without a look at the factors.
        check_.excess = measured / (size * allowed(1));
        if (check_.excess > 1 && !cholesky_) check_.excess = measured / (size * allowed(growth()));
    }

    // The largest backward error of a correct solver with this growth, and the rounding of the check.
    double allowed(double growth) const {
        const double u = unit_roundoff(dtype_), n = static_cast<double>(n_);
        // Higham, Accuracy and Stability, theorem 9.4: |dA| <= gamma_3n |L| |U|, and 10.4 for Cholesky;
        // complex arithmetic costs a factor below 4.
        const double own = cholesky_ ? 4 * n * (3 * n + 8) * u : 4 * (3 * n + 8) * u * growth;
        return std::max(stated_coefficient(evidence_.statement, n, dtype_) * u, 4 * own) + rounding(n_) +
               rounding(nrhs_);
    }

    // |L|_F |U|_F / |A|_F from the factors that came with the solution.
    double growth() const {
        Matrix top = factors_;
        measure(top);
        if (!top.finite) return std::numeric_limits<double>::infinity();
        const ScaledNumber whole(top.norm, top.exponent), a(A_.norm, A_.exponent);
        if (a.zero()) return 1;
        // With partial pivoting no element of L is larger than 1, so |L|_F^2 <= n (n + 1) / 2.
        const double lower = std::sqrt(static_cast<double>(n_) * static_cast<double>(n_ + 1) / 2);
        const double upper =
            std::ldexp(whole.mantissa / a.mantissa, std::clamp(whole.exponent - a.exponent, -1000, 1000));
        return lower * std::max(upper, 1.0);
    }

    const Evidence &evidence_;
    const bool cholesky_;
    const lai_dtype dtype_;
    const bool complex_;
    const std::int64_t n_, nrhs_;
    Matrix A_;
    const Matrix factors_;
    Matrix B_, X_;
    std::vector<ScaledNumber> weights_;
    bool underflow_ = false;
    bool extreme_ = false;  // some scale is far from 1
    Check check_;
};

}  // namespace

Check check_solve(const Evidence &evidence, std::int64_t item) {
    return SolveCheck(evidence, item).run();
}

}  // namespace lapack_ai::core::certify
