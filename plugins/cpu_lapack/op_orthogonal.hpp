// Householder QR: geqrf, orgqr (ungqr), and gels, which stands on it.
#pragma once

#include <algorithm>

#include "driver.hpp"

namespace lapack_ai::cpu {

template <typename T>
class Geqrf {
  public:
    Geqrf(const sdk::Call &call, Workspace &workspace)
        : v_(call),
          m_(narrow(v_.m)),
          n_(narrow(v_.n)),
          lda_(narrow_ld(v_.A.ld)),
          lwork_(work_length(v_.n, v_.n * block_size)),
          work_(workspace.take<T>(lwork_)) {}

    void run(lai_result &result) {
        result.info = checked(Lapack<T>::geqrf(m_, n_, v_.A.data, lda_, v_.tau, work_, lwork_));
        result.algorithm = "geqrf";
    }
    Work work() const {
        const double least = std::min(m_, n_), most = std::max(m_, n_);
        return {Kind::orthogonal, 2 * least * least * (most - least / 3), 2 * least * most, least, most,
                "geqrf"};
    }

  private:
    sdk::GeqrfView<T> v_;
    Int m_, n_, lda_, lwork_;
    T *work_;
};

template <typename T>
class Orgqr {
  public:
    Orgqr(const sdk::Call &call, Workspace &workspace)
        : v_(call),
          m_(narrow(v_.m)),
          n_(narrow(v_.n)),
          k_(narrow(v_.k)),
          lda_(narrow_ld(v_.A.ld)),
          lwork_(work_length(v_.n, v_.n * block_size)),
          work_(workspace.take<T>(lwork_)) {}

    void run(lai_result &result) {
        result.info = checked(Lapack<T>::orgqr(m_, n_, k_, v_.A.data, lda_, v_.tau, work_, lwork_));
        result.algorithm = sdk::is_complex<T> ? "ungqr" : "orgqr";
    }
    Work work() const {
        const double m = m_, n = n_, k = k_;
        return {Kind::orthogonal, 4 * m * n * k - 2 * (m + n) * k * k + 4 * k * k * k / 3, 2 * m * n, k, m,
                "orgqr"};
    }

  private:
    sdk::OrgqrView<T> v_;
    Int m_, n_, k_, lda_, lwork_;
    T *work_;
};

// Full-rank least squares. Real T takes 'T' and treats 'C' alike, complex T takes 'C' and declines 'T', as
// LAPACK does.
template <typename T>
class Gels {
  public:
    Gels(const sdk::Call &call, Workspace &workspace)
        : v_(call),
          m_(narrow(v_.m)),
          n_(narrow(v_.n)),
          nrhs_(narrow(v_.nrhs)),
          lda_(narrow_ld(v_.A.ld)),
          ldb_(narrow_ld(v_.B.ld)),
          lwork_(least_length(std::min(v_.m, v_.n), std::max(std::min(v_.m, v_.n), v_.nrhs))),
          work_(workspace.take<T>(lwork_)) {
        if (sdk::is_complex<T> && v_.trans == 'T')
            throw sdk::Declined(LAI_REASON_FLAG, "complex gels knows trans N and C");
        if (!sdk::is_complex<T> && v_.trans == 'C') v_.trans = 'T';
    }

    void run(lai_result &result) {
        result.info = checked(
            Lapack<T>::gels(v_.trans, m_, n_, nrhs_, v_.A.data, lda_, v_.B.data, ldb_, work_, lwork_));
        result.algorithm = "gels";
    }
    Work work() const {
        const double least = std::min(m_, n_), most = std::max(m_, n_), nrhs = nrhs_;
        return {Kind::orthogonal,
                2 * least * least * (most - least / 3) + 4 * most * least * nrhs,
                2 * least * most + 2 * most * nrhs,
                least,
                most,
                "gels"};
    }

  private:
    static Int least_length(std::int64_t least, std::int64_t widest) {
        return work_length(least + widest, least + widest * block_size);
    }

    sdk::GelsView<T> v_;
    Int m_, n_, nrhs_, lda_, ldb_, lwork_;
    T *work_;
};

}  // namespace lapack_ai::cpu
