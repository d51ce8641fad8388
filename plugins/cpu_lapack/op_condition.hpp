// Reciprocal condition estimates: gecon, pocon, trcon.
#pragma once

#include "driver.hpp"

namespace lapack_ai::cpu {

// The estimators' scratch: 4n elements and n integers or reals, enough for all three.
template <typename T>
struct EstimateScratch {
    EstimateScratch(Int n, Workspace &workspace)
        : work(workspace.take<T>(4 * std::int64_t{n})),
          rwork(workspace.take<sdk::RealOf<T>>(2 * std::int64_t{n})),
          iwork(workspace.take<Int>(n)) {}
    T *work;
    sdk::RealOf<T> *rwork;
    Int *iwork;
};

// About five solves with the factors; the estimate is seldom off by more than 3 (Higham 1988).
inline Work estimate_work(double n, const char *algorithm) {
    return {Kind::substitution, 20 * n * n, 5 * n * n, n, n, algorithm};
}

// A norm is a number >= 0; LAPACK's newer estimators object to NaN by INFO = -(its position), so does this.
template <typename R>
bool refuse_norm(R anorm, std::int64_t position, lai_result &result) {
    return !(anorm >= 0) && refuse_argument(result, position, "anorm must be a number >= 0");
}

template <typename T>
class Gecon {
  public:
    Gecon(const sdk::Call &call, Workspace &workspace)
        : v_(call), n_(narrow(v_.n)), lda_(narrow_ld(v_.A.ld)), scratch_(n_, workspace) {}

    bool refuses(lai_result &result) const { return refuse_norm(v_.anorm, 5, result); }
    void run(lai_result &result) {
        result.info = checked(Lapack<T>::gecon(v_.norm, n_, v_.A.data, lda_, v_.anorm, *v_.rcond,
                                               scratch_.work, scratch_.rwork, scratch_.iwork));
        result.algorithm = "gecon";
    }
    Work work() const { return estimate_work(n_, "gecon"); }

  private:
    sdk::GeconView<T> v_;
    Int n_, lda_;
    EstimateScratch<T> scratch_;
};

template <typename T>
class Pocon {
  public:
    Pocon(const sdk::Call &call, Workspace &workspace)
        : v_(call), n_(narrow(v_.n)), lda_(narrow_ld(v_.A.ld)), scratch_(n_, workspace) {}

    bool refuses(lai_result &result) const { return refuse_norm(v_.anorm, 5, result); }
    void run(lai_result &result) {
        result.info = checked(Lapack<T>::pocon(v_.uplo, n_, v_.A.data, lda_, v_.anorm, *v_.rcond,
                                               scratch_.work, scratch_.rwork, scratch_.iwork));
        result.algorithm = "pocon";
    }
    Work work() const { return estimate_work(n_, "pocon"); }

  private:
    sdk::PoconView<T> v_;
    Int n_, lda_;
    EstimateScratch<T> scratch_;
};

template <typename T>
class Trcon {
  public:
    Trcon(const sdk::Call &call, Workspace &workspace)
        : v_(call), n_(narrow(v_.n)), lda_(narrow_ld(v_.A.ld)), scratch_(n_, workspace) {}

    void run(lai_result &result) {
        result.info = checked(Lapack<T>::trcon(v_.norm, v_.uplo, v_.diag, n_, v_.A.data, lda_, *v_.rcond,
                                               scratch_.work, scratch_.rwork, scratch_.iwork));
        result.algorithm = "trcon";
    }
    Work work() const { return estimate_work(n_, "trcon"); }

  private:
    sdk::TrconView<T> v_;
    Int n_, lda_;
    EstimateScratch<T> scratch_;
};

}  // namespace lapack_ai::cpu
