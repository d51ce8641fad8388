// The engine: carries out a plan. Inner products, and whatever has to be computed conventionally, go through
// `Services`, so the engine needs no library and no host.

#pragma once

#include <complex>
#include <cstdint>

#include "plan.hpp"
#include "scaling.hpp"

namespace lapack_ai::alpha_gemm {

/// C = alpha op(A) op(B) + beta C, column-major, in the element type of the plan. trans letters are N, T, C.
struct Gemm {
    char trans_a, trans_b;
    std::int64_t m, n, k;
    std::complex<double> alpha;
    const void *A;
    std::int64_t lda;
    const void *B;
    std::int64_t ldb;
    std::complex<double> beta;
    void *C;
    std::int64_t ldc;
};

/// What the engine asks of its surroundings. Implementations do not throw.
class Services {
  public:
    virtual ~Services() = default;
    /// A conventional product on one thread (inside a parallel item) or on the whole budget. False: it was
    /// not done.
    virtual bool multiply(const Gemm &product, bool one_thread) = 0;
    /// Runs task(context, item, worker) for item in [0, count), worker in [0, plan.threads); returns when all
    /// are done.
    virtual void parallel_for(std::int64_t count, void (*task)(void *, std::int64_t, std::int32_t),
                              void *context) = 0;
};

enum class Outcome {
    fast,          ///< computed by the scheme
    conventional,  ///< all or part recomputed conventionally: an operand is not finite, or the scheme could
                   ///< overflow
    failed,        ///< a product was not done; C is as it was
    failed_dirty   ///< a product was not done after columns of C had been written
};

/// Runs the plan on memory of plan.workspace_bytes, 64-byte aligned. T is the real type of the elements.
/// `scaling` must be none unless the plan was made with `scaled`. Any thread.
template <typename T>
Outcome run_plan(const Plan &plan, const Gemm &gemm, Scaling scaling, void *workspace, Services &services);

}  // namespace lapack_ai::alpha_gemm
