// The LU family: getrf, getrs, getri, gesv. The contract's pivots are int64, LAPACK's are int32: they pass
// through scratch.
#pragma once

#include <algorithm>

#include "driver.hpp"

namespace lapack_ai::cpu {

inline void widen(const Int *from, std::int64_t count, std::int64_t *to) {
    std::copy_n(from, count, to);
}
inline void narrow_pivots(const std::int64_t *from, std::int64_t count, Int *to) {
    std::transform(from, from + count, to, [](std::int64_t pivot) { return static_cast<Int>(pivot); });
}

template <typename T>
class Getrf {
  public:
    Getrf(const sdk::Call &call, Workspace &workspace)
        : v_(call),
          m_(narrow(v_.m)),
          n_(narrow(v_.n)),
          lda_(narrow_ld(v_.A.ld)),
          ipiv_(workspace.take<Int>(std::min(m_, n_))) {}

    void run(lai_result &result) {
        result.info = checked(Lapack<T>::getrf(m_, n_, v_.A.data, lda_, ipiv_));
        widen(ipiv_, std::min(m_, n_), v_.ipiv);
        result.algorithm = "getrf";
    }
    Work work() const {
        const double least = std::min(m_, n_), most = std::max(m_, n_);
        return {Kind::lu, least * least * (most - least / 3), 2 * least * most, least, least, "getrf"};
    }

  private:
    sdk::GetrfView<T> v_;
    Int m_, n_, lda_;
    Int *ipiv_;
};

template <typename T>
class Getrs {
  public:
    Getrs(const sdk::Call &call, Workspace &workspace)
        : v_(call),
          n_(narrow(v_.n)),
          nrhs_(narrow(v_.nrhs)),
          lda_(narrow_ld(v_.A.ld)),
          ldb_(narrow_ld(v_.B.ld)),
          ipiv_(workspace.take<Int>(n_)) {}

    void run(lai_result &result) {
        narrow_pivots(v_.ipiv, n_, ipiv_);
        result.info = checked(Lapack<T>::getrs(v_.trans, n_, nrhs_, v_.A.data, lda_, ipiv_, v_.B.data, ldb_));
        result.algorithm = "getrs";
    }
    Work work() const {
        const double n = n_, nrhs = nrhs_;
        return {nrhs < 8 ? Kind::substitution : Kind::triangular,
                2 * n * n * nrhs,
                n * n + 2 * n * nrhs,
                nrhs < 8 ? n : std::min(n, nrhs),
                n,
                "getrs"};
    }

  private:
    sdk::GetrsView<T> v_;
    Int n_, nrhs_, lda_, ldb_;
    Int *ipiv_;
};

template <typename T>
class Getri {
  public:
    Getri(const sdk::Call &call, Workspace &workspace)
        : v_(call),
          n_(narrow(v_.n)),
          lda_(narrow_ld(v_.A.ld)),
          lwork_(work_length(v_.n, v_.n * block_size)),
          ipiv_(workspace.take<Int>(n_)),
          work_(workspace.take<T>(lwork_)) {}

    void run(lai_result &result) {
        narrow_pivots(v_.ipiv, n_, ipiv_);
        result.info = checked(Lapack<T>::getri(n_, v_.A.data, lda_, ipiv_, work_, lwork_));
        result.algorithm = "getri";
    }
    Work work() const {
        const double n = n_;
        return {Kind::lu, 4 * n * n * n / 3, 2 * n * n, n, n, "getri"};
    }

  private:
    sdk::GetriView<T> v_;
    Int n_, lda_, lwork_;
    Int *ipiv_;
    T *work_;
};

// getrf and getrs rather than LAPACK's gesv, which cannot transpose. A singular U ends it as gesv does: LU
// and pivots stand, B is untouched.
template <typename T>
class Gesv {
  public:
    Gesv(const sdk::Call &call, Workspace &workspace)
        : v_(call),
          n_(narrow(v_.n)),
          nrhs_(narrow(v_.nrhs)),
          lda_(narrow_ld(v_.A.ld)),
          ldb_(narrow_ld(v_.B.ld)),
          ipiv_(workspace.take<Int>(n_)) {}

    void run(lai_result &result) {
        result.info = checked(Lapack<T>::getrf(n_, n_, v_.A.data, lda_, ipiv_));
        widen(ipiv_, n_, v_.ipiv);
        if (result.info == 0)
            checked(Lapack<T>::getrs(v_.trans, n_, nrhs_, v_.A.data, lda_, ipiv_, v_.B.data, ldb_));
        result.algorithm = "getrf, getrs";
    }
    Work work() const {
        const double n = n_, nrhs = nrhs_;
        return {Kind::lu,      2 * n * n * n / 3 + 2 * n * n * nrhs, 2 * n * n + 2 * n * nrhs, n, n,
                "getrf, getrs"};
    }

  private:
    sdk::GesvView<T> v_;
    Int n_, nrhs_, lda_, ldb_;
    Int *ipiv_;
};

}  // namespace lapack_ai::cpu
