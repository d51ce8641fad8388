// The phases in order, for a p x q matrix with p >= q.
#include "full_svd.hpp"

#include <chrono>
#include <cmath>

#include "iteration.hpp"
#include "postprocess.hpp"
#include "reduction.hpp"
#include "tall_qr.hpp"

namespace lapack_ai::opencl_svd {
namespace {

using opencl::Operation;

class PhaseClock {
  public:
    PhaseClock(Operation &op, bool measure)
        : op_(op), measure_(measure), last_(std::chrono::steady_clock::now()) {}
    void end(double &phase) {
        if (!measure_) return;
        op_.wait();
        const auto now = std::chrono::steady_clock::now();
        phase += std::chrono::duration<double>(now - last_).count();
        last_ = now;
    }

  private:
    Operation &op_;
    bool measure_;
    std::chrono::steady_clock::time_point last_;
};

template <typename T>
T *take(Operation &op, std::int64_t elements) {
    return op.temporary<T>(static_cast<std::uint64_t>(elements) * sizeof(T));
}

template <typename T>
void put_values(Operation &op, const std::vector<double> &values, int exponent, void *s) {
    std::vector<T> scaled;
    for (const double x : values) scaled.push_back(static_cast<T>(std::ldexp(x, exponent)));
    const std::uint64_t bytes = scaled.size() * sizeof(T);
    op.upload(s, bytes, scaled.data(), bytes, bytes, 1);
}

// to (p x q) := a (p x q) times x (q x q).
template <typename T>
void multiply(Operation &op, std::int64_t p, std::int64_t q, const T *a, std::int64_t lda, const T *x,
              T *to) {
    lai_ocl_gemm_call g{};
    g.size = sizeof g;
    g.dtype = sizeof(T) == 8 ? LAI_DTYPE_F64 : LAI_DTYPE_F32;
    g.trans_a = g.trans_b = 'N';
    g.m = p, g.n = q, g.k = q, g.count = 1;
    g.alpha.re = 1;
    g.a = a, g.lda = lda, g.b = x, g.ldb = q, g.c = to, g.ldc = p;
    op.gemm(g);
}

// All p long vectors need the reflectors of the whole matrix.
bool goes_through_qr(const SvdProblem &problem) {
    return is_tall(problem.p, problem.q) && problem.long_columns <= problem.q;
}

}  // namespace

template <typename T>
bool run_full(Operation &op, sdk::Host host, const sdk::Call &call, const SvdProblem &problem,
              const DeviceMatrix &A, const DeviceResults &results, Phases &phases) {
    const std::int64_t p = problem.p, q = problem.q, lda = p + p % 2;
    PhaseClock clock(op, phases.measure);
    T *const a = take<T>(op, lda * q);
    const ScaledMatrix scaled =
        load_scaled<T>(op, problem.m, problem.n, A.data, A.ld, problem.transposed, a, lda);
    if (!scaled.finite) return false;
    // A tall matrix leaves its triangle to the rest; its long vectors are Q times the triangle's. What
    // Cholesky cannot factor is loaded again and reduced as it is.
    T *core = a;
    std::int64_t core_rows = p, core_ld = lda;
    if (goes_through_qr(problem)) {
        T *const r = take<T>(op, q * q);
        if (cholesky_qr<T>(op, p, q, a, lda, r)) {
            core = r, core_rows = core_ld = q;
        } else {
            load_scaled<T>(op, problem.m, problem.n, A.data, A.ld, problem.transposed, a, lda);
        }
    }
    const bool factored = core != a;
    const Bidiagonal<T> b = reduce_to_bidiagonal<T>(op, core_rows, q, core, core_ld, problem.vectors());
    std::vector<double> d, e;
    fetch_bidiagonal(op, q, b.d, b.e, d, e);
    clock.end(phases.reduction);
    if (!problem.vectors()) {
        put_values<T>(op, bisect(op, d, e), scaled.exponent, results.s);
        clock.end(phases.iteration);
        return true;
    }
    const BidiagonalVectors inner = divide_and_conquer(op, host, call, std::move(d), std::move(e));
    put_values<T>(op, inner.values, scaled.exponent, results.s);
    auto *const order = take<std::int32_t>(op, q);
    op.upload(order, static_cast<std::uint64_t>(q) * 4, inner.order.data(), static_cast<std::uint64_t>(q) * 4,
              static_cast<std::uint64_t>(q) * 4, 1);
    clock.end(phases.iteration);

    // The side that is U's can be made in place, the one that is VT's is turned at the end.
    T *const u = static_cast<T *>(results.u), *const vt = static_cast<T *>(results.vt);
    if (const std::int64_t columns = problem.long_columns; columns > 0) {
        T *const whole = problem.transposed ? take<T>(op, p * columns) : u;
        T *const x = factored ? take<T>(op, q * q) : whole;
        arrange_vectors(op, q, inner.u, inner.ld, order, x, core_rows, columns, core_rows);
        apply_reflectors<T>(op, core_rows, q, b.left, b.ld_left, b.tau_left, x, core_rows, columns);
        if (factored) multiply(op, p, q, a, lda, x, whole);
        if (problem.transposed) transpose<T>(op, p, columns, whole, p, vt, columns);
    }
    if (problem.want_short) {
        T *const x = problem.transposed ? u : take<T>(op, q * q);
        arrange_vectors(op, q, inner.v, inner.ld, order, x, q, q, q);
        apply_reflectors<T>(op, q, q, b.right, b.ld_right, b.tau_right, x, q, q);
        if (!problem.transposed) transpose<T>(op, q, q, x, q, vt, q);
    }
    clock.end(phases.postprocess);
    return true;
}

std::uint64_t full_workspace(const SvdProblem &problem) {
    const std::int64_t p = problem.p, q = problem.q;
    std::uint64_t bytes = static_cast<std::uint64_t>((p + 1) * q) * problem.element +
                          reduction_workspace(p, q, problem.vectors(), problem.element);
    if (goes_through_qr(problem)) bytes += tall_workspace(p, q, problem.element);
    if (!problem.vectors()) return bytes;
    bytes += iteration_workspace(q);
    if (problem.long_columns > 0) bytes += reflector_workspace(q, problem.long_columns, problem.element);
    if (problem.want_short) bytes += reflector_workspace(q, q, problem.element);
    return bytes + static_cast<std::uint64_t>(problem.transposed ? p * problem.long_columns : q * q) *
                       problem.element;
}

#define LAI_INSTANTIATE(T)                                                                   \
    template bool run_full<T>(Operation &, sdk::Host, const sdk::Call &, const SvdProblem &, \
                              const DeviceMatrix &, const DeviceResults &, Phases &);
LAI_INSTANTIATE(float)
LAI_INSTANTIATE(double)
#undef LAI_INSTANTIATE

}  // namespace lapack_ai::opencl_svd
