#include <cstdint>
#include <iterator>

#include "library.hpp"

extern "C" void ilaver_(std::int32_t *major, std::int32_t *minor, std::int32_t *patch);

namespace lapack_ai::cpu {
namespace {

// In the order of Kind. Fitted to bench_cost_prior --all (n = 8 to 500, double, AMD EPYC with reference
// LAPACK 3.11).
constexpr Curve curves[] = {
    {1.01, 0, 0, 0.14e-6},   // product
    {0.80, 2, 0, 0.41e-6},   // lu
    {0.94, 23, 0, 0.31e-6},  // cholesky
    {0.64, 12, 0, 0.14e-6},  // triangular
    {0.74, 0, 0, 0.53e-6},   // orthogonal
    {1.18, 23, 0, 3.3e-6},   // svd_vectors
    {0.69, 44, 0, 2e-6},     // svd_values
    {0.69, 44, 0, 1.5e-6},   // eigen_vectors
    {0.34, 12, 0, 1.5e-6},   // eigen_values
    {1.01, 15, 0, 3.3e-6},   // general_eigen
    {2.02, 44, 0, 0.24e-6},  // substitution
};
static_assert(std::size(curves) == static_cast<std::size_t>(Kind::count));

}  // namespace

const Curve &curve_of(Kind kind) noexcept {
    return curves[static_cast<std::size_t>(kind)];
}

std::string library_description() {
    std::int32_t major = 0, minor = 0, patch = 0;
    ilaver_(&major, &minor, &patch);
    return "reference LAPACK " + std::to_string(major) + "." + std::to_string(minor) + "." +
           std::to_string(patch);
}

}  // namespace lapack_ai::cpu
