// gemm, and each item of gemm_batch.
#pragma once

#include <algorithm>

#include "lapack.hpp"
#include "lapack_ai/sdk/plugin.hpp"
#include "work.hpp"
#include "workspace.hpp"

namespace lapack_ai::cpu {

template <typename T>
class Gemm {
  public:
    Gemm(const sdk::Call &call, Workspace &)
        : v_(call),
          m_(narrow(v_.m)),
          n_(narrow(v_.n)),
          k_(narrow(v_.k)),
          lda_(narrow_ld(v_.A.ld)),
          ldb_(narrow_ld(v_.B.ld)),
          ldc_(narrow_ld(v_.C.ld)) {}

    void run(lai_result &result) {
        Lapack<T>::gemm(v_.trans_a, v_.trans_b, m_, n_, k_, v_.alpha, v_.A.data, lda_, v_.B.data, ldb_,
                        v_.beta, v_.C.data, ldc_);
        result.algorithm = "gemm";
    }

    Work work() const {
        const double m = m_, n = n_, k = k_;
        return {Kind::product, 2 * m * n * k, m * k + k * n + 2 * m * n, std::min({m, n, k}), k + 2, "gemm"};
    }

  private:
    sdk::GemmView<T> v_;
    Int m_, n_, k_, lda_, ldb_, ldc_;
};

}  // namespace lapack_ai::cpu
