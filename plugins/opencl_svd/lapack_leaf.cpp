// Calling dlasdq. xerbla_ is defined here so that the archive's own, which ends the process, stays out: all
// arguments are of this file's making, so there is nothing it could report.
#include "lapack_leaf.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "deflation.hpp"

extern "C" {
void dlasdq_(const char *uplo, const std::int32_t *sqre, const std::int32_t *n, const std::int32_t *ncvt,
             const std::int32_t *nru, const std::int32_t *ncc, double *d, double *e, double *vt,
             const std::int32_t *ldvt, double *u, const std::int32_t *ldu, double *c, const std::int32_t *ldc,
             double *work, std::int32_t *info, std::size_t uplo_length);
void xerbla_(const char *, const std::int32_t *, std::size_t) {}
}

namespace lapack_ai::opencl_svd {

bool decompose_leaf(std::int32_t n, std::int32_t sqre, const double *d, const double *e, double *values,
                    double *u, double *v, std::int64_t ld) {
    constexpr std::size_t side = leaf_rows + 1;
    std::array<double, side * side> vt{};
    std::array<double, side> off{};
    std::array<double, 4 * side + 4> work{};
    const std::int32_t columns = n + sqre, none = 0, ldvt = side, ldu = static_cast<std::int32_t>(ld);
    std::copy_n(d, n, values);
    std::copy_n(e, n - 1 + sqre, off.begin());
    for (std::int32_t i = 0; i < columns; ++i) vt[static_cast<std::size_t>(i) * (side + 1)] = 1;
    for (std::int32_t j = 0; j < n; ++j)
        for (std::int32_t i = 0; i < n; ++i) u[i + j * ld] = i == j;
    std::int32_t info = 0;
    dlasdq_("U", &sqre, &n, &columns, &n, &none, values, off.data(), vt.data(), &ldvt, u, &ldu, u, &ldu,
            work.data(), &info, 1);
    for (std::int32_t j = 0; j < columns; ++j)
        for (std::int32_t i = 0; i < columns; ++i)
            v[i + j * ld] = vt[static_cast<std::size_t>(j) + static_cast<std::size_t>(i) * side];
    return info == 0;
}

}  // namespace lapack_ai::opencl_svd
