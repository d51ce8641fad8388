// A = U S VT, by probes: the residual |A - U S VT|_F / |A|_F, the orthogonality of U and VT, and the order of
// S. The largest of the relative errors counts.
//
// With one side of vectors only, A A**H U = U S^2 (or its mirror image) is what O(m n) work can see, and with
// values alone |S|_2 = |A|_F: necessary conditions, which the certificate calls partial.
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "certify/orthogonality.hpp"
#include "lapack_ai/abi/ops.h"

namespace lapack_ai::core::certify {

namespace {

// Row i of X *= s[i].
void scale_rows(Block &X, const std::vector<double> &s) {
    for (std::int64_t i = 0; i < X.rows(); ++i)
        for (std::int64_t p = 0; p < X.stride(); ++p) X.row(i)[p] *= s[static_cast<std::size_t>(i)];
}

class SvdCheck {
  public:
    SvdCheck(const Evidence &evidence, std::int64_t item)
        : evidence_(evidence),
          dtype_(evidence.call.dtype),
          complex_(is_complex(dtype_)),
          m_(evidence.call.dims[LAI_GESVD_M]),
          n_(evidence.call.dims[LAI_GESVD_N]),
          p_(std::min(m_, n_)),
          plan_(sampling(evidence.effort)),
          random_(evidence.seed),
          A_(matrix_of(evidence.original(LAI_GESVD_A), item)),
          S_(matrix_of(evidence.result(LAI_GESVD_S), item)) {
        has_u_ = find(evidence.flag(LAI_GESVD_JOBU), LAI_GESVD_U, false, item, U_);
        has_vt_ = find(evidence.flag(LAI_GESVD_JOBVT), LAI_GESVD_VT, true, item, VT_);
    }

    Check run() {
        if (p_ == 0) {
            check_.measured = "nothing: the matrix is empty";
            return check_;
        }
        measure(A_);
        if (!A_.finite) {
            check_.trouble = "the input holds Inf or NaN";
            return check_;
        }
        measure(S_);
        measure(U_);
        measure(VT_);
        if (!S_.finite || !U_.finite || !VT_.finite) return fault();
        const Statement &statement = evidence_.statement;
        // Householder reduction and QR iteration, with room to spare (Higham, section 19.3).
        const double size = static_cast<double>(std::max(m_, n_)) * static_cast<double>(p_);
        allowed_ = unit_roundoff(dtype_) *
                   std::max(stated_coefficient(statement, static_cast<double>(p_), dtype_), 10 * (size + 8));
        read_values();
        if (!in_order()) return fault();
        if (has_u_) keep_larger(worst_, orthogonality(U_, false, allowed_, plan_, random_));
        if (has_vt_) keep_larger(worst_, orthogonality(VT_, true, allowed_, plan_, random_));
        check_residual();
        check_.estimate = worst_.estimate;
        check_.excess = worst_.excess;
        return check_;
    }

  private:
    // The vectors of one side, in their own operand or in A. False when they were not asked for.
    bool find(char job, std::uint32_t operand, bool rows, std::int64_t item, Matrix &found) const {
        if (job == 'N') return false;
        found = matrix_of(evidence_.result(job == 'O' ? LAI_GESVD_A : operand), item);
        if (job == 'O') (rows ? found.rows : found.cols) = p_;
        return true;
    }

    Check fault() {
        check_.measured = "finite factors and descending singular values";
        check_.estimate = check_.excess = std::numeric_limits<double>::infinity();
        return check_;
    }

    // S / 2^(exponent of A)
    void read_values() {
        const bool single = S_.dtype == LAI_DTYPE_F32;
        for (std::int64_t i = 0; i < p_; ++i) {
            const double s = single ? static_cast<double>(static_cast<const float *>(S_.data)[i])
                                    : static_cast<const double *>(S_.data)[i];
            values_.push_back(std::ldexp(s, -A_.exponent));
        }
    }

    bool in_order() const {
        for (std::size_t i = 0; i < values_.size(); ++i) {
            if (values_[i] < 0 || (i > 0 && values_[i] > values_[i - 1])) return false;
        }
        return true;
    }

    void check_residual() {
        if (has_u_ && has_vt_) {
            check_.measured =
                "largest of |A - U S VT|_F / |A|_F and the loss of orthogonality of U and VT, by "
                "probes";
            draw([this](const Block &X, Block &R) { residual(X, R); }, n_, m_, 1);
        } else if (has_u_ || has_vt_) {
            check_.partial = true;
            check_.measured =
                "largest of |A A**H U - U S^2|_F / |A|_F^2 (or of its mirror image for VT) and the loss of "
                "orthogonality, by probes: small singular values are not seen";
            draw([this](const Block &X, Block &R) { squared_residual(X, R); }, p_, has_u_ ? m_ : n_, A_.norm);
        } else {
            check_values();
        }
        if (check_.partial) check_.miss_probability = std::numeric_limits<double>::quiet_NaN();
    }

    // |R|_F for random X, where R = E X, against size * |A|_F.
    template <typename Residual>
    void draw(Residual &&residual_of, std::int64_t columns, std::int64_t rows, double size) {
        double measured = 0, probes_norm = 0;
        for (std::int64_t block = 0; block < plan_.blocks; ++block) {
            Block X(columns, complex_), R(rows, complex_);
            random_.fill(X);
            residual_of(X, R);
            measured = std::hypot(measured, R.norm());
            probes_norm = std::hypot(probes_norm, X.norm());
        }
        const double probes = static_cast<double>(plan_.blocks * width), whole = A_.norm * size;
        check_.probes = static_cast<std::uint32_t>(probes);
        check_.factor = plan_.factor;
        check_.miss_probability = 3 * plan_.miss_probability;  // three things are sampled
        const double own = rounding(m_ + n_) * (whole + factors_norm_);
        Sampled one;
        one.estimate = measured == 0 ? 0 : measured / std::sqrt(probes) / whole;
        one.excess =
            measured == 0 ? 0 : measured / ((4 * allowed_ * whole + own + underflow()) * probes_norm);
        keep_larger(worst_, one);
    }

    // A X - U (S (VT X)), over the first p columns of U and rows of VT.
    void residual(const Block &X, Block &R) {
        Matrix U = U_, VT = VT_;
        U.cols = VT.rows = p_;
        Block T(p_, complex_), Y(m_, complex_);
        apply(VT, 'N', X, T);
        scale_rows(T, values_);
        apply(U, 'N', T, R);
        apply(A_, 'N', X, Y);
        for (std::int64_t i = 0; i < R.count(); ++i) R.row(0)[i] = Y.row(0)[i] - R.row(0)[i];
        factors_norm_ = 3 * U_.norm * values_.front() * VT_.norm;
    }

    // A A**H U X - U S^2 X, or A**H A V X - V S^2 X.
    void squared_residual(const Block &given, Block &R) {
        Matrix Q = has_u_ ? U_ : VT_;
        (has_u_ ? Q.cols : Q.rows) = p_;
        const char forth = has_u_ ? 'N' : 'C';
        Block X(p_, complex_), QX(R.rows(), complex_), T(has_u_ ? n_ : m_, complex_), Z(R.rows(), complex_);
        std::copy_n(given.row(0), given.count(), X.row(0));
        apply(Q, forth, X, QX);
        apply(A_, has_u_ ? 'C' : 'N', QX, T);
        apply(A_, has_u_ ? 'N' : 'C', T, R);
        scale_rows(X, values_);
        scale_rows(X, values_);
        apply(Q, forth, X, Z);
        for (std::int64_t i = 0; i < R.count(); ++i) R.row(0)[i] -= Z.row(0)[i];
        factors_norm_ = 3 * Q.norm * (A_.norm * A_.norm + values_.front() * values_.front());
    }

    void check_values() {
        check_.partial = true;
        check_.measured = "| |S|_2 - |A|_F | / |A|_F and the order of S: all that values alone show";
        double squares = 0;
        for (const double s : values_) squares += s * s;
        const double difference = std::fabs(std::sqrt(squares) - A_.norm);
        Sampled one;
        one.estimate = difference == 0 ? 0 : difference / A_.norm;
        const double own = rounding(m_) + rounding(n_);  // sums of columns, eight lanes each
        one.excess = difference == 0 ? 0 : difference / ((allowed_ + own) * A_.norm + underflow());
        keep_larger(worst_, one);
    }

    double underflow() const noexcept {
        const double size = 4 * (static_cast<double>(m_) + static_cast<double>(n_));
        return std::ldexp(size * size, least_exponent(dtype_) - A_.exponent);
    }

    const Evidence &evidence_;
    const lai_dtype dtype_;
    const bool complex_;
    const std::int64_t m_, n_, p_;
    const Sampling plan_;
    Gaussian random_;
    Matrix A_, S_, U_, VT_;
    bool has_u_ = false, has_vt_ = false;
    std::vector<double> values_;
    double allowed_ = 0, factors_norm_ = 0;
    Sampled worst_;
    Check check_;
};

}  // namespace

Check check_svd(const Evidence &evidence, std::int64_t item) {
    return SvdCheck(evidence, item).run();
}

}  // namespace lapack_ai::core::certify
