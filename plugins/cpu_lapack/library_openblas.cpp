#include "library.hpp"

#include <iterator>

extern "C" {
char *openblas_get_config();
char *openblas_get_corename();
}

namespace lapack_ai::cpu {
namespace {

// In the order of Kind. Fitted to bench_cost_prior --all (n = 8 to 500, double, AMD EPYC with OpenBLAS
// 0.3.21's Haswell kernels; parallel: what two threads gained at n = 500).
constexpr Curve curves[] = {
    {1.15, 3, 0.80, 0.09e-6},    // product
    {0.94, 108, 0.50, 0.31e-6},  // lu
    {1.18, 108, 0.20, 0.24e-6},  // cholesky
    {1.09, 56, 0.90, 0.24e-6},   // triangular
    {1.18, 265, 0.00, 0.53e-6},  // orthogonal
    {1.74, 517, 0.10, 2e-6},     // svd_vectors
    {0.64, 414, 0.10, 2e-6},     // svd_values
    {1.09, 646, 0.10, 1.5e-6},   // eigen_vectors
    {0.80, 646, 0.10, 1.2e-6},   // eigen_values
    {0.74, 212, 0.00, 0.1e-6},   // general_eigen
    {2.02, 414, 0.00, 0.24e-6},  // substitution
};
static_assert(std::size(curves) == static_cast<std::size_t>(Kind::count));

}  // namespace

const Curve &curve_of(Kind kind) noexcept {
    return curves[static_cast<std::size_t>(kind)];
}

std::string library_description() {
    return std::string(openblas_get_config()) + ", kernels " + openblas_get_corename();
}

}  // namespace lapack_ai::cpu
