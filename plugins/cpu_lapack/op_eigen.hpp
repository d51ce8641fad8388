// Eigenvalue ops: syev (heev for complex T) by divide and conquer, geev by the QR algorithm.
#pragma once

#include <algorithm>

#include "driver.hpp"
#include "finite.hpp"

namespace lapack_ai::cpu {

// syevd, or syev (QR iteration, linear workspace) from n = 32,767 on where syevd's 2 n^2 overflows INTEGER.
template <typename T>
class Syev {
    using R = sdk::RealOf<T>;

  public:
    Syev(const sdk::Call &call, Workspace &workspace)
        : v_(call),
          n_(narrow(v_.n)),
          lda_(narrow_ld(v_.A.ld)),
          divide_(square_length() <= int_max),
          lwork_(choose_lwork()),
          lrwork_(choose_lrwork()),
          liwork_(divide_ && v_.jobz == 'V' ? work_length(3 + 5 * v_.n, 0) : 1),
          work_(workspace.take<T>(lwork_)),
          rwork_(workspace.take<R>(lrwork_)),
          iwork_(workspace.take<Int>(liwork_)) {}

    bool refuses(lai_result &result) const {
        return !triangle_finite(v_.A, v_.uplo) && refuse_argument(result, 4, nonfinite);
    }

    void run(lai_result &result) {
        result.info = checked(
            divide_ ? Lapack<T>::syevd(v_.jobz, v_.uplo, n_, v_.A.data, lda_, v_.W, work_, lwork_, rwork_,
                                       lrwork_, iwork_, liwork_)
                    : Lapack<T>::syev(v_.jobz, v_.uplo, n_, v_.A.data, lda_, v_.W, work_, lwork_, rwork_));
        result.algorithm = algorithm();
    }

    Work work() const {
        const double n = n_;
        if (v_.jobz == 'N') return {Kind::eigen_values, 4 * n * n * n / 3, n * n, n, n, algorithm()};
        return {Kind::eigen_vectors, (divide_ ? 4.0 : 9.0) * n * n * n, 3 * n * n, n, n, algorithm()};
    }

  private:
    const char *algorithm() const {
        if (sdk::is_complex<T>) return divide_ ? "heevd" : "heev";
        return divide_ ? "syevd" : "syev";
    }
    // Longest n^2 array of syevd: work for real T, rwork for complex T.
    std::int64_t square_length() const { return v_.jobz == 'V' ? 1 + 6 * v_.n + 2 * v_.n * v_.n : 1; }
    Int choose_lwork() const {
        const std::int64_t blocks = v_.n * (block_size + 3) + 1;
        if (!divide_ || v_.jobz == 'N') return work_length(3 * v_.n + 1, blocks);
        const std::int64_t needed = sdk::is_complex<T> ? 2 * v_.n + v_.n * v_.n : square_length();
        return work_length(needed, blocks);
    }
    Int choose_lrwork() const {
        if (!sdk::is_complex<T>) return 1;
        return work_length(divide_ && v_.jobz == 'V' ? square_length() : 3 * v_.n + 1, 0);
    }

    sdk::SyevView<T> v_;
    Int n_, lda_;
    bool divide_;
    Int lwork_, lrwork_, liwork_;
    T *work_;
    R *rwork_;
    Int *iwork_;
};

template <typename T>
class Geev {
    using R = sdk::RealOf<T>;

  public:
    Geev(const sdk::Call &call, Workspace &workspace)
        : v_(call),
          n_(narrow(v_.n)),
          lda_(narrow_ld(v_.A.ld)),
          ldvl_(v_.jobvl == 'V' ? narrow_ld(v_.VL.ld) : 1),
          ldvr_(v_.jobvr == 'V' ? narrow_ld(v_.VR.ld) : 1),
          lwork_(work_length(4 * v_.n, v_.n * (2 * block_size + 4))),
          work_(workspace.take<T>(lwork_)),
          rwork_(workspace.take<R>(2 * v_.n)) {}

    bool refuses(lai_result &result) const {
        return !all_finite(v_.A) && refuse_argument(result, 4, nonfinite);
    }

    void run(lai_result &result) {
        T *const W = complex_eigenvalues();
        R *const wr = rwork_, *const wi = rwork_ + n_;  // real T has no other use for rwork
        result.info = checked(Lapack<T>::geev(v_.jobvl, v_.jobvr, n_, v_.A.data, lda_, W, wr, wi, v_.VL.data,
                                              ldvl_, v_.VR.data, ldvr_, work_, lwork_, rwork_));
        if constexpr (!sdk::is_complex<T>)
            for (Int i = 0; i < n_; ++i) v_.W[i] = {wr[i], wi[i]};
        result.algorithm = "geev";
    }

    Work work() const {
        const double n = n_;
        const bool vectors = v_.jobvl == 'V' || v_.jobvr == 'V';
        return {Kind::general_eigen, (vectors ? 25.0 : 10.0) * n * n * n, 3 * n * n, n, n, "geev"};
    }

  private:
    T *complex_eigenvalues() const {
        if constexpr (sdk::is_complex<T>)
            return v_.W;
        else
            return nullptr;
    }

    sdk::GeevView<T> v_;
    Int n_, lda_, ldvl_, ldvr_, lwork_;
    T *work_;
    R *rwork_;
};

}  // namespace lapack_ai::cpu
