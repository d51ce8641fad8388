// gesvd: the caller's job letters say what is wanted, this file chooses how.
//   - gesdd (divide and conquer; Gu and Eisenstat 1995) wherever its workspace fits 32-bit lengths: several
//   times faster than QR
//     iteration. One side that is not wanted, or wanted in A, goes through scratch.
//   - Tall with only VT wanted (wide with only U): QR (LQ) first and the SVD of the small triangle; the long
//   side's vectors are
//     never formed. When both sides are wanted gesdd itself factors first from a ratio of 11/6 on.
//   - gesvd (QR iteration) when gesdd does not converge, on a kept copy of the matrix; the result carries a
//   remark. And from
//     min(m, n) of about 23,000 on (20,000 complex), where gesdd's n^2 lengths overflow INTEGER.
#pragma once

#include <algorithm>

#include "driver.hpp"
#include "finite.hpp"

namespace lapack_ai::cpu {

// Copies rows x cols elements between column-major arrays.
template <typename T>
void copy_matrix(std::int64_t rows, std::int64_t cols, const T *from, std::int64_t ld_from, T *to,
                 std::int64_t ld_to) {
    for (std::int64_t j = 0; j < cols; ++j) std::copy_n(from + j * ld_from, rows, to + j * ld_to);
}

template <typename T, typename L = Lapack<T>>
class Gesvd {
    using R = sdk::RealOf<T>;
    enum class First { nothing, qr, lq };

  public:
    Gesvd(const sdk::Call &call, Workspace &workspace)
        : v_(call),
          m_(narrow(v_.m)),
          n_(narrow(v_.n)),
          lda_(narrow_ld(v_.A.ld)),
          least_(std::min(m_, n_)),
          vectors_(v_.jobu != 'N' || v_.jobvt != 'N'),
          first_(choose_first()),
          p_(first_ == First::nothing ? m_ : least_),
          q_(first_ == First::nothing ? n_ : least_),
          jobz_(choose_jobz()),
          divide_(gesdd_fits()),
          lwork_(choose_lwork()) {
        // Where the vectors go: straight to the caller where they are wanted, else to scratch.
        U_ = v_.jobu == 'A' || v_.jobu == 'S' ? v_.U.data : nullptr;
        ldu_ = U_ ? narrow_ld(v_.U.ld) : narrow_ld(p_);
        VT_ = v_.jobvt == 'A' || v_.jobvt == 'S' ? v_.VT.data : nullptr;
        ldvt_ = VT_ ? narrow_ld(v_.VT.ld) : narrow_ld(least_);
        if (vectors_ && (v_.jobu == 'N' || v_.jobu == 'O')) U_ = workspace.take<T>(std::int64_t{p_} * least_);
        if (vectors_ && (v_.jobvt == 'N' || v_.jobvt == 'O'))
            VT_ = workspace.take<T>(std::int64_t{least_} * q_);

        kept_ = workspace.take<T>(divide_ || first_ != First::nothing ? std::int64_t{p_} * q_ : 0);
        tau_ = workspace.take<T>(first_ == First::nothing ? 0 : least_);
        work_ = workspace.take<T>(lwork_);
        rwork_ = workspace.take<R>(rwork_length());
        iwork_ = workspace.take<Int>(8 * std::int64_t{least_});
        // OpenBLAS's cgemv kernel reads one column past a matrix
        // (docs/adr/0041-openblas-reads-past-the-end.md).
        workspace.take<T>(std::max(m_, n_));
    }

    bool refuses(lai_result &result) const {
        return !all_finite(v_.A) && refuse_argument(result, 5, nonfinite);
    }

    void run(lai_result &result) {
        if (least_ == 0) {
            set_identity(v_.jobu, v_.U);
            set_identity(v_.jobvt, v_.VT);
            result.algorithm = "empty";
            return;
        }
        T *core = v_.A.data;  // the p x q matrix that is decomposed
        Int ldcore = lda_;
        if (first_ != First::nothing) {
            factor_first();
            core = kept_;
            ldcore = least_;
        } else if (divide_) {
            copy_matrix(m_, n_, v_.A.data, v_.A.ld, kept_, m_);
        }

        Int info = 1;
        if (divide_)
            info = checked(L::gesdd(jobz_, p_, q_, core, ldcore, v_.S, U_, ldu_, VT_, ldvt_, work_, lwork_,
                                    rwork_, iwork_));
        if (info > 0) {
            if (divide_) restore(core, ldcore);
            info = checked(L::gesvd(jobz_, jobz_, p_, q_, core, ldcore, v_.S, U_, ldu_, VT_, ldvt_, work_,
                                    lwork_, rwork_));
            if (divide_) {
                result.remark |= LAI_REMARK_FALLBACK_ALGORITHM;
                result.detail = "gesdd did not converge; gesvd started again from the kept matrix";
            }
            result.algorithm = name("gesvd", "geqrf, gesvd", "gelqf, gesvd");
        } else {
            result.algorithm = name("gesdd", "geqrf, gesdd", "gelqf, gesdd");
        }
        result.info = info;
        if (v_.jobu == 'O') copy_matrix(m_, least_, U_, ldu_, v_.A.data, v_.A.ld);
        if (v_.jobvt == 'O') copy_matrix(least_, n_, VT_, ldvt_, v_.A.data, v_.A.ld);
    }

    Work work() const {
        const double least = least_, most = std::max(m_, n_);
        const char *algorithm = divide_ ? name("gesdd", "geqrf, gesdd", "gelqf, gesdd")
                                        : name("gesvd", "geqrf, gesvd", "gelqf, gesvd");
        const bool tall = most >= 11 * least / 6;
        double flops = tall ? 2 * most * least * least + 2 * least * least * least
                            : 4 * most * least * least - 4 * least * least * least / 3;
        if (vectors_) flops += 9 * least * least * least;
        if (vectors_ && first_ == First::nothing) flops += 4 * most * least * least;
        if (vectors_ && !divide_) flops *= 2;  // QR iteration on the vectors
        return {
            vectors_ ? Kind::svd_vectors : Kind::svd_values, flops, 3 * least * most, least, most, algorithm};
    }

  private:
    const char *name(const char *plain, const char *qr, const char *lq) const {
        return first_ == First::nothing ? plain : first_ == First::qr ? qr : lq;
    }

    First choose_first() const {
        if (m_ >= 11 * std::int64_t{n_} / 6 && m_ > n_ && v_.jobu == 'N' && v_.jobvt != 'N') return First::qr;
        if (n_ >= 11 * std::int64_t{m_} / 6 && n_ > m_ && v_.jobvt == 'N' && v_.jobu != 'N') return First::lq;
        return First::nothing;
    }
    // gesdd has one letter for both sides: all of the longer side if that was asked for, else the economy
    // size.
    char choose_jobz() const {
        if (!vectors_) return 'N';
        return (p_ > q_ && v_.jobu == 'A') || (q_ > p_ && v_.jobvt == 'A') ? 'A' : 'S';
    }

    std::int64_t gesdd_length()
        const {  // the documented least length; the complex routine keeps n^2 parts in rwork
        const std::int64_t least = least_, most = std::max(p_, q_);
        if (jobz_ == 'N') return 3 * least + std::max(most, 7 * least);
        return (sdk::is_complex<T> ? 2 : 4) * least * least + 7 * least + most;
    }
    std::int64_t rwork_length() const {
        const std::int64_t least = least_;
        if (!sdk::is_complex<T>) return 0;
        if (!divide_ || jobz_ == 'N') return 7 * least;
        // The documented 2 max(m,n) min(m,n) is used only below a ratio of 17/9; beyond, zgesdd factors
        // first.
        const std::int64_t most = std::min<std::int64_t>(std::max(p_, q_), 2 * least);
        return std::max(5 * least * least + 5 * least, 2 * most * least + 2 * least * least + least);
    }
    bool gesdd_fits() const {
        const std::int64_t least = least_;
        return gesdd_length() <= int_max &&
               (jobz_ == 'N' || !sdk::is_complex<T> || 5 * least * least + 5 * least <= int_max);
    }
    Int choose_lwork() const {
        const std::int64_t least = least_, most = std::max(p_, q_), longest = std::max(m_, n_);
        std::int64_t needed = std::max(3 * least + most, 5 * least);  // gesvd's
        if (divide_) needed = std::max(needed, gesdd_length());
        // Room for blocks, and for the n x n copy with which gesvd factors a tall matrix first.
        return work_length(needed, needed + (longest + least) * block_size + least * least);
    }

    // QR or LQ of A in place, and the triangle into kept_.
    void factor_first() {
        if (first_ == First::qr)
            checked(L::geqrf(m_, n_, v_.A.data, lda_, tau_, work_, lwork_));
        else
            checked(L::gelqf(m_, n_, v_.A.data, lda_, tau_, work_, lwork_));
        restore(kept_, least_);
    }

    // The matrix to decompose once more: the triangle in A, or the copy that was kept.
    void restore(T *core, Int ldcore) const {
        if (first_ == First::nothing) return copy_matrix(m_, n_, kept_, m_, core, ldcore);
        for (Int j = 0; j < least_; ++j)
            for (Int i = 0; i < least_; ++i) {
                const bool inside = first_ == First::qr ? i <= j : i >= j;
                core[i + std::int64_t{j} * ldcore] = inside ? v_.A(i, j) : T{};
            }
    }

    // LAPACK leaves the vectors of an empty matrix unset; all of a basis of nothing is the identity.
    static void set_identity(char job, const sdk::MatrixView<T> &Q) {
        if (job != 'A') return;
        for (std::int64_t j = 0; j < Q.cols; ++j)
            for (std::int64_t i = 0; i < Q.rows; ++i) Q(i, j) = i == j ? T(1) : T(0);
    }

    sdk::GesvdView<T> v_;
    Int m_, n_, lda_, least_;
    bool vectors_;
    First first_;
    Int p_, q_;
    char jobz_;
    bool divide_;
    Int lwork_;
    T *U_ = nullptr, *VT_ = nullptr;
    Int ldu_ = 1, ldvt_ = 1;
    T *kept_, *tau_, *work_;
    R *rwork_;
    Int *iwork_;
};

}  // namespace lapack_ai::cpu
