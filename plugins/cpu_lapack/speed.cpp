#include "speed.hpp"

#include <algorithm>
#include <chrono>
#include <vector>

#include "lapack.hpp"
#include "library.hpp"
#include "threads.hpp"

namespace lapack_ai::cpu {
namespace {

constexpr double bytes_per_second = 30e9;  // operands are as a rule in some cache
constexpr double fork_join = 4e-6;         // waking and joining OpenMP's threads inside a factorisation
// A single product gives its threads their parts first; measured between calls that use one thread.
constexpr double product_fork_join = 15e-6;
// OpenBLAS runs products of up to this many multiplications on one thread (interface/gemm.c).
constexpr double product_alone = 262144;

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
    const double half = curve_of(Kind::product).half;
    flops_per_second_ = 2.0 * n * n * n / std::max(best, 1e-9) * (n + half) / n;
}

double Speed::seconds(const Work &work, lai_dtype dtype, int threads) const noexcept {
    const Curve &curve = curve_of(work.kind);
    const bool single = dtype == LAI_DTYPE_F32 || dtype == LAI_DTYPE_C32;
    const double flops = work.flops * (sdk::dtype_is_complex(dtype) ? 4 : 1) / (single ? 2 : 1);
    double compute =
        flops / (flops_per_second_ * curve.ratio) * (work.size + curve.half) / std::max(work.size, 1.0);
    const bool product = work.kind == Kind::product;
    if (threads > 1 && (product ? work.flops > 2 * product_alone : compute > 10 * fork_join))
        compute = compute * (1 - curve.parallel + curve.parallel / threads) +
                  (product ? product_fork_join : fork_join);
    return curve.overhead + compute +
           work.words * static_cast<double>(sdk::dtype_bytes(dtype)) / bytes_per_second;
}

}  // namespace lapack_ai::cpu
