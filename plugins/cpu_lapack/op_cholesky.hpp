// The Cholesky family: potrf, potrs, posv.
#pragma once

#include <algorithm>

#include "driver.hpp"

namespace lapack_ai::cpu {

template <typename T>
class Potrf {
  public:
    Potrf(const sdk::Call &call, Workspace &) : v_(call), n_(narrow(v_.n)), lda_(narrow_ld(v_.A.ld)) {}

    void run(lai_result &result) {
        result.info = checked(Lapack<T>::potrf(v_.uplo, n_, v_.A.data, lda_));
        result.algorithm = "potrf";
    }
    Work work() const {
        const double n = n_;
        return {Kind::cholesky, n * n * n / 3, n * n, n, n, "potrf"};
    }

  private:
    sdk::PotrfView<T> v_;
    Int n_, lda_;
};

template <typename T>
class Potrs {
  public:
    Potrs(const sdk::Call &call, Workspace &)
        : v_(call),
          n_(narrow(v_.n)),
          nrhs_(narrow(v_.nrhs)),
          lda_(narrow_ld(v_.A.ld)),
          ldb_(narrow_ld(v_.B.ld)) {}

    void run(lai_result &result) {
        result.info = checked(Lapack<T>::potrs(v_.uplo, n_, nrhs_, v_.A.data, lda_, v_.B.data, ldb_));
        result.algorithm = "potrs";
    }
    Work work() const {
        const double n = n_, nrhs = nrhs_;
        return {nrhs < 8 ? Kind::substitution : Kind::triangular,
                2 * n * n * nrhs,
                n * n / 2 + 2 * n * nrhs,
                nrhs < 8 ? n : std::min(n, nrhs),
                n,
                "potrs"};
    }

  private:
    sdk::PotrsView<T> v_;
    Int n_, nrhs_, lda_, ldb_;
};

template <typename T>
class Posv {
  public:
    Posv(const sdk::Call &call, Workspace &)
        : v_(call),
          n_(narrow(v_.n)),
          nrhs_(narrow(v_.nrhs)),
          lda_(narrow_ld(v_.A.ld)),
          ldb_(narrow_ld(v_.B.ld)) {}

    void run(lai_result &result) {
        result.info = checked(Lapack<T>::potrf(v_.uplo, n_, v_.A.data, lda_));
        if (result.info == 0) checked(Lapack<T>::potrs(v_.uplo, n_, nrhs_, v_.A.data, lda_, v_.B.data, ldb_));
        result.algorithm = "potrf, potrs";
    }
    Work work() const {
        const double n = n_, nrhs = nrhs_;
        return {Kind::cholesky, n * n * n / 3 + 2 * n * n * nrhs, n * n + 2 * n * nrhs, n, n, "potrf, potrs"};
    }

  private:
    sdk::PosvView<T> v_;
    Int n_, nrhs_, lda_, ldb_;
};

}  // namespace lapack_ai::cpu
