#include "speed.hpp"

#include <algorithm>
#include <chrono>
#include <vector>

#include "lapack.hpp"
#include "threads.hpp"

namespace lapack_ai::cpu {
namespace {

struct Curve {
    double ratio;     // rate for large sizes on one thread, as a fraction of the product's
    double half;      // size at which half of that is reached
    double parallel;  // fraction of the time that more threads divide
    double overhead;  // seconds of a call on a tiny problem
};

// In the order of Kind. Fitted to OpenBLAS 0.3.21 (Haswell kernels) with `bench_cpu_fit` in
// docs/adr/0040-cpu-cost-prior.md.
constexpr Curve curves[] = {
    {1.00, 12, 0.95, 0.15e-6},  // product
    {0.75, 80, 0.85, 0.5e-6},   // lu
    {0.75, 90, 0.85, 0.5e-6},   // cholesky
    {0.60, 24, 0.80, 0.3e-6},   // triangular
    {0.60, 110, 0.80, 1e-6},    // orthogonal
    {0.35, 200, 0.60, 10e-6},   // svd_vectors
    {0.22, 90, 0.45, 5e-6},     // svd_values
    {0.40, 160, 0.55, 4e-6},    // eigen_vectors
    {0.22, 90, 0.40, 3e-6},     // eigen_values
    {0.20, 220, 0.35, 5e-6},    // general_eigen
    {0.10, 30, 0.30, 2e-6},     // estimate
};
static_assert(std::size(curves) == static_cast<std::size_t>(Kind::count));

constexpr double bytes_per_second = 8e9;  // one thread's share of memory; what a product cannot hide
constexpr double fork_join = 4e-6;        // waking and joining OpenMP's threads

}  // namespace

Speed::Speed() : flops_per_second_(1e9) {
    constexpr Int n = 96;
    const std::vector<double> A(n * n, 1.0 / n), B(n * n, 1.0);
    std::vector<double> C(n * n);
    const ThreadBudget one(1);
    double best = 1;
    for (int round = 0; round < 4; ++round) {  // the first wakes the library up
        const auto start = std::chrono::steady_clock::now();
        Lapack<double>::gemm('N', 'N', n, n, n, 1, A.data(), n, B.data(), n, 0, C.data(), n);
        const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
        if (round > 0) best = std::min(best, elapsed.count());
    }
    // At this size the product reaches n / (n + half) of what it reaches for large sizes.
    const double half = curves[static_cast<int>(Kind::product)].half;
    flops_per_second_ = 2.0 * n * n * n / std::max(best, 1e-9) * (n + half) / n;
}

double Speed::seconds(const Work &work, lai_dtype dtype, int threads) const noexcept {
    const Curve &curve = curves[static_cast<int>(work.kind)];
    const bool single = dtype == LAI_DTYPE_F32 || dtype == LAI_DTYPE_C32;
    const double flops = work.flops * (sdk::dtype_is_complex(dtype) ? 4 : 1) / (single ? 2 : 1);
    double compute =
        flops / (flops_per_second_ * curve.ratio) * (work.size + curve.half) / std::max(work.size, 1.0);
    if (threads > 1 && compute > 10 * fork_join)
        compute = compute * (1 - curve.parallel + curve.parallel / threads) + fork_join;
    return curve.overhead + compute +
           work.words * static_cast<double>(sdk::dtype_bytes(dtype)) / bytes_per_second;
}

}  // namespace lapack_ai::cpu
