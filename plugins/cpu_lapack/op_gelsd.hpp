// gelsd: minimum-norm least squares by a divide-and-conquer SVD.
#pragma once

#include <algorithm>

#include "driver.hpp"
#include "finite.hpp"

namespace lapack_ai::cpu {

template <typename T>
class Gelsd {
    using R = sdk::RealOf<T>;

  public:
    Gelsd(const sdk::Call &call, Workspace &workspace)
        : v_(call),
          m_(narrow(v_.m)),
          n_(narrow(v_.n)),
          nrhs_(narrow(v_.nrhs)),
          solved_(std::max<Int>(nrhs_, 1)),
          lda_(narrow_ld(v_.A.ld)),
          ldb_(nrhs_ > 0 ? narrow_ld(v_.B.ld) : narrow_ld(std::max(v_.m, v_.n))),
          least_(std::min(m_, n_)),
          levels_(levels(least_)),
          lwork_(choose_lwork()),
          work_(workspace.take<T>(lwork_)),
          rwork_(workspace.take<R>(sdk::is_complex<T> ? rwork_length() : 0)),
          iwork_(workspace.take<Int>(3 * least_ * levels_ + 11 * least_)),
          unasked_(workspace.take<T>(nrhs_ > 0 ? 0 : std::max(m_, n_))) {}

    bool refuses(lai_result &result) const {
        if (!all_finite(v_.A)) return refuse_argument(result, 4, nonfinite);
        // Only what holds right-hand sides: rows beyond m are output alone.
        return !all_finite(v_.B.block(0, 0, m_, nrhs_)) && refuse_argument(result, 6, nonfinite);
    }

    void run(lai_result &result) {
        Int rank = 0;
        if (least_ == 0)  // LAPACK returns without setting B; the minimum-norm solution is 0
            for (Int j = 0; j < nrhs_; ++j) std::fill_n(v_.B.column(j), std::max(m_, n_), T{});
        else
            result.info = checked(Lapack<T>::gelsd(m_, n_, solved_, v_.A.data, lda_, right_hand_sides(), ldb_,
                                                   v_.S, v_.rcond, rank, work_, lwork_, rwork_, iwork_));
        result.rank = rank;
        result.algorithm = "gelsd";
    }

    Work work() const {
        const double least = static_cast<double>(least_), most = std::max(m_, n_), nrhs = nrhs_;
        return {Kind::svd_vectors,
                2 * most * least * least + 4 * least * least * least + 8 * most * least * nrhs,
                2 * least * most + 2 * most * nrhs,
                least,
                most,
                "gelsd"};
    }

  private:
    // xLALSD refuses nrhs = 0, which xGELSD allows: S and the rank then come from solving for a zero column.
    T *right_hand_sides() const {
        if (nrhs_ > 0) return v_.B.data;
        std::fill_n(unasked_, std::max(m_, n_), T{});
        return unasked_;
    }

    static constexpr std::int64_t leaf_size = 25;  // ilaenv's SMLSIZ

    // Depth of the tree of subproblems, and one to spare for rounding.
    static std::int64_t levels(std::int64_t least) {
        std::int64_t count = 2;
        for (; least > leaf_size; least /= 2) ++count;
        return count;
    }
    Int choose_lwork() const {
        const std::int64_t most = std::max(m_, n_), nrhs = solved_, leaf = (leaf_size + 1) * (leaf_size + 1);
        const std::int64_t merge = sdk::is_complex<T> ? 2 * least_ + least_ * nrhs
                                                      : 12 * least_ + 2 * least_ * leaf_size +
                                                            8 * least_ * levels_ + least_ * nrhs + leaf;
        const std::int64_t needed = 3 * least_ + most + nrhs + merge;
        // Room for blocks, and for the square copy of a wide matrix's L.
        return work_length(needed, needed + (most + nrhs) * block_size + 4 * least_ + least_ * least_);
    }
    std::int64_t rwork_length() const {
        const std::int64_t nrhs = solved_, leaf = (leaf_size + 1) * (leaf_size + 1);
        return 10 * least_ + 2 * least_ * leaf_size + 8 * least_ * levels_ + 3 * leaf_size * nrhs +
               std::max(leaf, least_ * (1 + nrhs) + 2 * nrhs);
    }

    sdk::GelsdView<T> v_;
    Int m_, n_, nrhs_, solved_, lda_, ldb_;
    std::int64_t least_, levels_;
    Int lwork_;
    T *work_;
    R *rwork_;
    Int *iwork_;
    T *unasked_;
};

}  // namespace lapack_ai::cpu
