// C = alpha op(A) op(B) + beta C0 by Freivalds' probes: C x against alpha op(A) (op(B) x) + beta C0 x.
//
// The backward error is |E|_F / (|alpha| |A|_F |B|_F + |beta| |C0|_F), E the error of C.
#include <algorithm>
#include <cmath>
#include <limits>

#include "certify/check.hpp"
#include "certify/gaussian.hpp"
#include "lapack_ai/abi/ops.h"

namespace lapack_ai::core::certify {

namespace {

struct Scalar {
    double re = 0, im = 0;  // times 2^exponent, at most 1 in modulus
    int exponent = 0;
    double modulus() const noexcept { return std::hypot(re, im); }
    bool zero() const noexcept { return re == 0 && im == 0; }
    bool finite() const noexcept { return std::isfinite(re) && std::isfinite(im); }
};

Scalar scalar_of(const lai_scalar &given) noexcept {
    Scalar s{given.re, given.im, 0};
    if (!s.finite() || s.zero()) return s;
    std::frexp(std::max(std::fabs(given.re), std::fabs(given.im)), &s.exponent);
    s.re = std::ldexp(given.re, -s.exponent);
    s.im = std::ldexp(given.im, -s.exponent);
    return s;
}

// R += s X 2^exponent
void add(Block &R, double re, double im, int exponent, Block &X) {
    X.scale(exponent);
    if (!R.complex()) {
        for (std::int64_t i = 0; i < R.count(); ++i) R.row(0)[i] += re * X.row(0)[i];
        return;
    }
    for (std::int64_t i = 0; i < R.rows(); ++i) {
        double *r = R.row(i);
        const double *x = X.row(i);
        for (std::int64_t p = 0; p < width; ++p) {
            r[p] += re * x[p] - im * x[p + width];
            r[p + width] += re * x[p + width] + im * x[p];
        }
    }
}

class GemmCheck {
  public:
    GemmCheck(const Evidence &evidence, std::int64_t item)
        : evidence_(evidence),
          dtype_(evidence.call.dtype),
          complex_(is_complex(dtype_)),
          m_(evidence.call.dims[LAI_GEMM_M]),
          n_(evidence.call.dims[LAI_GEMM_N]),
          k_(evidence.call.dims[LAI_GEMM_K]),
          alpha_(scalar_of(evidence.call.scalars[LAI_GEMM_ALPHA])),
          beta_(scalar_of(evidence.call.scalars[LAI_GEMM_BETA])),
          A_(matrix_of(evidence.original(LAI_GEMM_A), item)),
          B_(matrix_of(evidence.original(LAI_GEMM_B), item)),
          C_(matrix_of(evidence.result(LAI_GEMM_C), item)),
          C0_(matrix_of(evidence.original(LAI_GEMM_C), item)),
          has_product_(k_ > 0 && !alpha_.zero()),
          has_addend_(!beta_.zero()) {
        check_.measured =
            "|C - (alpha op(A) op(B) + beta C0)|_F / (|alpha| |A|_F |B|_F + |beta| |C0|_F) by Freivalds' "
            "probes";
    }

    Check run() {
        if (m_ == 0 || n_ == 0) {
            check_.measured = "nothing: the result is empty";
            return check_;
        }
        if (!inputs_are_finite()) {
            check_.trouble = "the input holds Inf or NaN";
            return check_;
        }
        set_scale();
        // C is not measured but where it must be: with what leaves the range, and when its product with the
        // probes is not finite.
        const bool zero = product_ == 0 && addend_ == 0;
        if (zero || std::abs(scale_) > plain_exponents || !compare()) {
            measure(C_);
            if (zero) scale_ = C_.exponent;
            if (!C_.finite) return judge_overflow();
            // Finite, and yet beyond all that its operands allow.
            if (!compare()) check_.estimate = check_.excess = std::numeric_limits<double>::infinity();
        }
        return check_;
    }

  private:
    bool inputs_are_finite() {
        if (has_product_) {
            measure(A_);
            measure(B_);
        }
        if (has_addend_) measure(C0_);
        return alpha_.finite() && beta_.finite() && A_.finite && B_.finite && C0_.finite;
    }

    // Everything is compared in units of 2^scale_, which makes the largest term about 1.
    void set_scale() {
        product_exponent_ = alpha_.exponent + A_.exponent + B_.exponent;
        addend_exponent_ = beta_.exponent + C0_.exponent;
        const double product = has_product_ ? alpha_.modulus() * A_.norm * B_.norm : 0;
        const double addend = has_addend_ ? beta_.modulus() * C0_.norm : 0;
        scale_ =
            std::max(product > 0 ? product_exponent_ : INT32_MIN, addend > 0 ? addend_exponent_ : INT32_MIN);
        if (scale_ == INT32_MIN) scale_ = 0;
        if (product > 0) {
            product_ = std::ldexp(product, product_exponent_ - scale_);
            const double norms =
                std::max(A_.norm * B_.norm, std::sqrt(double(m_) * double(n_)) * A_.largest * B_.largest);
            // Elements of complex matrices are measured by their larger part.
            allowed_norms_ +=
                std::ldexp((complex_ ? 2 : 1) * alpha_.modulus() * norms, product_exponent_ - scale_);
        }
        if (addend > 0) {
            addend_ = std::ldexp(addend, addend_exponent_ - scale_);
            const double norms =
                std::max(C0_.norm, std::sqrt(double(m_) * double(n_)) * C0_.largest * (complex_ ? 2 : 1));
            allowed_norms_ += std::ldexp(beta_.modulus() * norms, addend_exponent_ - scale_);
        }
    }

    // Inf or NaN in C although all input is finite: wrong unless numbers on the way there may overflow. Fast
    // multiplication adds blocks before it multiplies, hence the margin.
    Check judge_overflow() {
        constexpr int margin = 12;
        const auto log2 = [](double x) { return x > 0 ? std::log2(x) : -1e9; };
        const double product = log2(A_.largest) + log2(B_.largest) + A_.exponent + B_.exponent +
                               std::log2(std::max<double>(double(k_), 1));
        double most =
            std::max({product, product + alpha_.exponent, log2(A_.largest) + A_.exponent + alpha_.exponent,
                      log2(B_.largest) + B_.exponent + alpha_.exponent});
        if (!has_product_) most = -1e9;
        if (has_addend_) most = std::max(most, log2(C0_.largest) + C0_.exponent + beta_.exponent);
        check_.estimate = std::numeric_limits<double>::infinity();
        if (most + margin < largest_exponent(dtype_)) {
            check_.excess = std::numeric_limits<double>::infinity();
        } else {
            check_.trouble = "the result overflows";
        }
        return check_;
    }

    // False when the residual leaves the range.
    bool compare() {
        const Sampling plan = sampling(evidence_.effort);
        Gaussian random(evidence_.seed);
        double squares = 0, probes_norm = 0;
        for (std::int64_t block = 0; block < plan.blocks; ++block) {
            Block X(n_, complex_);
            random.fill(X);
            const double norm = X.norm();
            probes_norm = std::hypot(probes_norm, norm);
            Block R = residual(X);
            const double r = R.norm();
            squares += r * r;
        }
        const double measured = std::sqrt(squares);
        if (!std::isfinite(measured)) return false;
        const double probes = static_cast<double>(plan.blocks * width);
        const double bottom = product_ + addend_;
        check_.probes = static_cast<std::uint32_t>(probes);
        check_.factor = plan.factor;
        check_.miss_probability = plan.miss_probability;
        check_.estimate = measured == 0 ? 0 : measured / std::sqrt(probes) / bottom;

        const double coefficient =
            std::max(stated_coefficient(evidence_.statement, double(k_), dtype_), 4 * (double(k_) + 8));
        const double own = rounding(n_ + k_) * 2 * product_ + rounding(n_) * addend_;
        const double underflow = underflow_allowance();
        const double error = coefficient * unit_roundoff(dtype_) * allowed_norms_ + underflow;
        // A correct C is no larger than its bound and its error together.
        const double allowed = (error + own + rounding(n_) * (bottom + error)) * probes_norm;
        check_.excess = measured == 0 ? 0 : measured / allowed;
        // Where even the smallest normal number is not small against the result, nothing can be proven.
        if (check_.excess <= 1 && measured > 0 && underflow > unit_roundoff(dtype_) * bottom)
            check_.trouble = "the result underflows";
        return true;
    }

    // C x - alpha op(A) op(B) x - beta C0 x, in units of 2^scale_.
    Block residual(const Block &X) {
        Block R(m_, complex_);
        Block Y(m_, complex_);
        apply(C_, 'N', X, Y);
        add(R, 1, 0, C_.exponent - scale_, Y);
        if (has_product_) {
            Block T(k_, complex_), Z(m_, complex_);
            apply(B_, evidence_.flag(LAI_GEMM_TRANS_B), X, T);
            apply(A_, evidence_.flag(LAI_GEMM_TRANS_A), T, Z);
            add(R, -alpha_.re, -alpha_.im, product_exponent_ - scale_, Z);
        }
        if (has_addend_) {
            Block Z(m_, complex_);
            apply(C0_, 'N', X, Z);
            add(R, -beta_.re, -beta_.im, addend_exponent_ - scale_, Z);
        }
        return R;
    }

    // What numbers below the smallest normal one, flushed to zero or not, may add to |E|_F.
    double underflow_allowance() const noexcept {
        const double size = std::sqrt(double(m_) * double(n_)) * (double(k_) + 2) * 4;
        const double amplification = 1 +
                                     std::ldexp(alpha_.modulus(), std::clamp(alpha_.exponent, -1000, 1000)) +
                                     std::ldexp(A_.largest, std::clamp(A_.exponent, -1000, 1000)) +
                                     std::ldexp(B_.largest, std::clamp(B_.exponent, -1000, 1000));
        return std::ldexp(size * amplification, least_exponent(dtype_) - scale_);
    }

    const Evidence &evidence_;
    const lai_dtype dtype_;
    const bool complex_;
    const std::int64_t m_, n_, k_;
    const Scalar alpha_, beta_;
    Matrix A_, B_, C_, C0_;
    const bool has_product_, has_addend_;
    int scale_ = 0, product_exponent_ = 0, addend_exponent_ = 0;
    double product_ = 0, addend_ = 0;  // |alpha| |A|_F |B|_F and |beta| |C0|_F in units of 2^scale_
    double allowed_norms_ = 0;         // the same by whichever norm is larger, for stated bounds
    Check check_;
};

}  // namespace

Check check_gemm(const Evidence &evidence, std::int64_t item) {
    return GemmCheck(evidence, item).run();
}

}  // namespace lapack_ai::core::certify
