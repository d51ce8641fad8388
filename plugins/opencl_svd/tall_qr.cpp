// Gram matrices by slices of rows, blocked Cholesky, blocked substitution.
#include "tall_qr.hpp"

#include <algorithm>
#include <vector>

#include "kernel_table.hpp"
#include "svd_kernels.hpp"

namespace lapack_ai::opencl_svd {
namespace {

using opencl::address, opencl::local_memory, opencl::Operation, opencl::value;

constexpr std::int64_t block = 32;  // SIDE of svd_qr.cl

template <typename T>
lai_ocl_kernel *qr_kernel(const char *name) {
    return kernel(kernels::svd_qr, real_option<T>(), name);
}

std::size_t round_up(std::int64_t x, std::int64_t unit) {
    return static_cast<std::size_t>((x + unit - 1) / unit * unit);
}

// Rows are cut so that a product with a small result still fills the device.
std::int64_t slices_of(std::int64_t p, std::int64_t q) {
    const std::int64_t tiles = ((q + 63) / 64) * ((q + 63) / 64);
    return std::clamp<std::int64_t>(256 / tiles, 1, std::max<std::int64_t>(1, p / 256));
}

template <typename T>
lai_ocl_gemm_call product(char trans_a, char trans_b, std::int64_t m, std::int64_t n, std::int64_t k,
                          double alpha, const T *a, std::int64_t lda, const T *b, std::int64_t ldb,
                          double beta, T *c, std::int64_t ldc) {
    lai_ocl_gemm_call g{};
    g.size = sizeof g;
    g.dtype = sizeof(T) == 8 ? LAI_DTYPE_F64 : LAI_DTYPE_F32;
    g.trans_a = trans_a, g.trans_b = trans_b;
    g.m = m, g.n = n, g.k = k, g.count = 1;
    g.alpha.re = alpha, g.beta.re = beta;
    g.a = a, g.lda = lda, g.b = b, g.ldb = ldb, g.c = c, g.ldc = ldc;
    return g;
}

// g := a^T a. `part` has room for one q x q matrix more than there are slices.
template <typename T>
void gram(Operation &op, std::int64_t p, std::int64_t q, const T *a, std::int64_t lda, T *part, T *g) {
    const std::int64_t slices = slices_of(p, q), rows = p / slices / 2 * 2, rest = p - slices * rows;
    lai_ocl_gemm_call call = product<T>('T', 'N', q, q, rows, 1, a, lda, a, lda, 0, part, q);
    call.count = slices, call.stride_a = call.stride_b = rows, call.stride_c = q * q;
    op.gemm(call);
    const T *const last = a + slices * rows;
    if (rest > 0)
        op.gemm(product<T>('T', 'N', q, q, rest, 1, last, lda, last, lda, 0, part + slices * q * q, q));
    const auto n = static_cast<std::int32_t>(q), count = static_cast<std::int32_t>(slices + (rest > 0));
    op.launch(qr_kernel<T>("sum_slices"), {std::min<std::size_t>(round_up(q * q, 64), 1 << 16)}, {64},
              {value(n), value(count), address(part, sizeof(T)), address(g, sizeof(T))});
}

// Rows of x times L^-T for one diagonal block of L.
template <typename T>
void solve_block(Operation &op, std::int64_t rows, std::int64_t side, const T *l, std::int64_t ldl, T *x,
                 std::int64_t ldx) {
    if (rows == 0) return;
    const auto rows32 = static_cast<std::int32_t>(rows), side32 = static_cast<std::int32_t>(side);
    op.launch(
        qr_kernel<T>("solve_rows"), {round_up(rows, 64)}, {64},
        {value(rows32), value(side32), address(l, sizeof(T)), value(ldl), address(x, sizeof(T)), value(ldx)});
}

// g = L L^T in place: L in the lower triangle, zeros in the upper one.
template <typename T>
void cholesky(Operation &op, std::int64_t q, T *g) {
    for (std::int64_t j = 0; j < q; j += block) {
        const std::int64_t side = std::min(block, q - j), below = q - j - side;
        const auto side32 = static_cast<std::int32_t>(side);
        T *const diagonal = g + j + j * q, *const panel = diagonal + side;
        op.launch(qr_kernel<T>("cholesky_block"), {block}, {block},
                  {value(side32), address(diagonal, sizeof(T)), value(q)});
        if (below == 0) break;
        solve_block(op, below, side, diagonal, q, panel, q);
        op.gemm(product<T>('N', 'T', below, below, side, -1, panel, q, panel, q, 1,
                           diagonal + side + side * q, q));
    }
    for (std::int64_t j = block; j < q; j += block) {
        // What the updates left above the diagonal blocks.
        const std::int64_t side = std::min(block, q - j);
        op.gemm(product<T>('N', 'N', j, side, 0, 0, g, q, g, q, 0, g + j * q, q));
    }
}

// a := a L^-T.
template <typename T>
void solve(Operation &op, std::int64_t p, std::int64_t q, const T *l, T *a, std::int64_t lda) {
    for (std::int64_t j = 0; j < q; j += block) {
        const std::int64_t side = std::min(block, q - j);
        if (j > 0) op.gemm(product<T>('N', 'T', p, side, j, -1, a, lda, l + j, q, 1, a + j * lda, lda));
        solve_block(op, p, side, l + j + j * q, q, a + j * lda, lda);
    }
}

template <typename T>
T deviation(Operation &op, std::int64_t q, const T *g) {
    const std::size_t items = 64, groups = static_cast<std::size_t>(std::min<std::int64_t>(q, 256));
    const auto n = static_cast<std::int32_t>(q);
    void *const worst = op.temporary(groups * sizeof(T));
    op.launch(qr_kernel<T>("deviation_from_identity"), {groups * items}, {items},
              {value(n), address(g, sizeof(T)), address(worst, sizeof(T)),
               local_memory(static_cast<std::uint32_t>(items * sizeof(T)))});
    std::vector<T> all(groups);
    op.download(all.data(), groups * sizeof(T), worst, groups * sizeof(T), groups * sizeof(T), 1);
    return *std::max_element(all.begin(), all.end());
}

}  // namespace

bool is_tall(std::int64_t p, std::int64_t q) {
    return q >= 2 && p >= 8 * q / 5;  // below, the factorisation costs more than the rows it saves
}

template <typename T>
bool cholesky_qr(Operation &op, std::int64_t p, std::int64_t q, T *a, std::int64_t lda, T *r) {
    const std::uint64_t square = static_cast<std::uint64_t>(q * q) * sizeof(T);
    T *const first = op.temporary<T>(square), *const second = op.temporary<T>(square);
    T *const part = op.temporary<T>(square * static_cast<std::uint64_t>(slices_of(p, q) + 1));
    gram(op, p, q, a, lda, part, first);
    cholesky(op, q, first);
    solve(op, p, q, first, a, lda);
    gram(op, p, q, a, lda, part, second);
    // Half of what the theory allows: the second pass then leaves only rounding.
    constexpr T nearly_orthogonal = T(0.25);
    if (!(deviation(op, q, second) * static_cast<T>(q) <= nearly_orthogonal)) return false;
    cholesky(op, q, second);
    solve(op, p, q, second, a, lda);
    op.gemm(product<T>('T', 'T', q, q, q, 1, second, q, first, q, 0, r, q));
    return true;
}

std::uint64_t tall_workspace(std::int64_t p, std::int64_t q, std::uint32_t element) {
    return static_cast<std::uint64_t>(q * q * (slices_of(p, q) + 5)) * element;
}

template bool cholesky_qr<float>(Operation &, std::int64_t, std::int64_t, float *, std::int64_t, float *);
template bool cholesky_qr<double>(Operation &, std::int64_t, std::int64_t, double *, std::int64_t, double *);

}  // namespace lapack_ai::opencl_svd
