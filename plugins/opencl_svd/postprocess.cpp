// Blocks of reflectors in compact WY form, applied by products.
#include "postprocess.hpp"

#include <algorithm>

#include "kernel_table.hpp"
#include "reduction.hpp"
#include "svd_kernels.hpp"

namespace lapack_ai::opencl_svd {
namespace {

using opencl::address, opencl::Operation, opencl::value;

constexpr std::int64_t factor_side = 64;  // as in svd_postprocess.cl

template <typename T>
lai_ocl_kernel *postprocess_kernel(const char *name) {
    return kernel(kernels::svd_postprocess, real_option<T>(), name);
}

std::size_t round_up(std::int64_t x, std::int64_t unit) {
    return static_cast<std::size_t>((x + unit - 1) / unit * unit);
}

// Few reflectors are not worth wide blocks, whose factors cost more than they save.
std::int64_t block_width(std::int64_t count) {
    return count > 2 * reflector_block ? reflector_block : factor_side;
}

template <typename T>
lai_ocl_gemm_call product(char trans_a, std::int64_t m, std::int64_t n, std::int64_t k, double alpha,
                          const T *a, std::int64_t lda, const T *b, std::int64_t ldb, double beta, T *c,
                          std::int64_t ldc) {
    lai_ocl_gemm_call g{};
    g.size = sizeof g;
    g.dtype = sizeof(T) == 8 ? LAI_DTYPE_F64 : LAI_DTYPE_F32;
    g.trans_a = trans_a, g.trans_b = 'N';
    g.m = m, g.n = n, g.k = k, g.count = 1;
    g.alpha.re = alpha, g.beta.re = beta;
    g.a = a, g.lda = lda, g.b = b, g.ldb = ldb, g.c = c, g.ldc = ldc;
    return g;
}

// The triangular factors of all blocks, one behind the other.
template <typename T>
T *make_factors(Operation &op, std::int64_t m, std::int64_t count, std::int64_t width, const T *v,
                std::int64_t ldv, const T *tau) {
    const std::int64_t blocks = (count + width - 1) / width, square = width * width;
    const std::uint64_t bytes = static_cast<std::uint64_t>(blocks * square) * sizeof(T);
    T *const s = op.temporary<T>(bytes), *const t = op.temporary<T>(bytes), *const x = op.temporary<T>(bytes);
    op.zero(t, bytes);
    lai_ocl_gemm_call g = product<T>('T', width, width, m, 1, v, ldv, v, ldv, 0, s, width);
    g.count = blocks, g.stride_a = g.stride_b = width * ldv, g.stride_c = square;
    op.gemm(g);
    const auto reflectors = static_cast<std::int32_t>(count),
               per = static_cast<std::int32_t>(width / factor_side);
    op.launch(postprocess_kernel<T>("block_factors"), {static_cast<std::size_t>(blocks * per * factor_side)},
              {factor_side},
              {value(reflectors), value(per), address(s, sizeof(T)), value(width), address(tau, sizeof(T)),
               address(t, sizeof(T)), value(width)});
    // T of two neighbours: -T_1 S_12 T_2 beside their own.
    for (std::int64_t h = factor_side; h < width; h *= 2)
        for (std::int64_t at = 0; at < width; at += 2 * h) {
            const std::int64_t one = at + at * width, two = at + h + (at + h) * width,
                               beside = at + (at + h) * width;
            g = product<T>('N', h, h, h, 1, s + beside, width, t + two, width, 0, x, h);
            g.count = blocks, g.stride_a = g.stride_b = square, g.stride_c = h * h;
            op.gemm(g);
            g = product<T>('N', h, h, h, -1, t + one, width, x, h, 0, t + beside, width);
            g.count = blocks, g.stride_a = g.stride_c = square, g.stride_b = h * h;
            op.gemm(g);
        }
    return t;
}

}  // namespace

template <typename T>
void fetch_bidiagonal(Operation &op, std::int64_t n, const T *d, const T *e, std::vector<double> &host_d,
                      std::vector<double> &host_e) {
    const auto n32 = static_cast<std::int32_t>(n);
    const std::uint64_t bytes = 2 * static_cast<std::uint64_t>(n) * sizeof(double);
    void *const wide = op.temporary(bytes);
    op.launch(postprocess_kernel<T>("widen_bidiagonal"), {round_up(n, 64)}, {64},
              {value(n32), address(d, sizeof(T)), address(e, sizeof(T)), address(wide, 8)});
    std::vector<double> both(2 * static_cast<std::size_t>(n));
    op.download(both.data(), bytes, wide, bytes, bytes, 1);
    host_d.assign(both.begin(), both.begin() + n);
    host_e.assign(both.begin() + n, both.end() - 1);
}

template <typename T>
void arrange_vectors(Operation &op, std::int64_t n, const double *u, std::int64_t ldu,
                     const std::int32_t *order, T *out, std::int64_t rows, std::int64_t columns,
                     std::int64_t ldout) {
    const auto n32 = static_cast<std::int32_t>(n), rows32 = static_cast<std::int32_t>(rows),
               columns32 = static_cast<std::int32_t>(columns);
    op.launch(postprocess_kernel<T>("arrange_vectors"),
              {std::min<std::size_t>(round_up(rows, 64), 1024),
               static_cast<std::size_t>(std::min<std::int64_t>(columns, 32768))},
              {64, 1},
              {value(n32), value(rows32), value(columns32), address(u, 8), value(ldu), address(order, 4),
               address(out, sizeof(T)), value(ldout)});
}

template <typename T>
void apply_reflectors(Operation &op, std::int64_t m, std::int64_t count, const T *v, std::int64_t ldv,
                      const T *tau, T *c, std::int64_t ldc, std::int64_t columns) {
    const std::int64_t width = block_width(count);
    const T *const t = make_factors(op, m, count, width, v, ldv, tau);
    const std::uint64_t bytes = static_cast<std::uint64_t>(width * columns) * sizeof(T);
    T *const x = op.temporary<T>(bytes), *const y = op.temporary<T>(bytes);
    for (std::int64_t b = (count + width - 1) / width - 1; b >= 0; --b) {
        const std::int64_t first = b * width;
        const T *const block = v + first + first * ldv;
        op.gemm(product<T>('T', width, columns, m - first, 1, block, ldv, c + first, ldc, 0, x, width));
        op.gemm(
            product<T>('N', width, columns, width, 1, t + b * width * width, width, x, width, 0, y, width));
        op.gemm(product<T>('N', m - first, columns, width, -1, block, ldv, y, width, 1, c + first, ldc));
    }
}

template <typename T>
void transpose(Operation &op, std::int64_t rows, std::int64_t columns, const T *in, std::int64_t ldin, T *out,
               std::int64_t ldout) {
    const auto rows32 = static_cast<std::int32_t>(rows), columns32 = static_cast<std::int32_t>(columns);
    op.launch(postprocess_kernel<T>("transpose_vectors"), {round_up(rows, 32), round_up(columns, 32) / 4},
              {32, 8},
              {value(rows32), value(columns32), address(in, sizeof(T)), value(ldin), address(out, sizeof(T)),
               value(ldout)});
}

std::uint64_t reflector_workspace(std::int64_t count, std::int64_t columns, std::uint32_t element) {
    const std::int64_t width = block_width(count);
    return static_cast<std::uint64_t>(3 * (count + width) * width + 2 * width * columns) * element;
}

#define LAI_INSTANTIATE(T)                                                                                 \
    template void fetch_bidiagonal<T>(Operation &, std::int64_t, const T *, const T *,                     \
                                      std::vector<double> &, std::vector<double> &);                       \
    template void arrange_vectors<T>(Operation &, std::int64_t, const double *, std::int64_t,              \
                                     const std::int32_t *, T *, std::int64_t, std::int64_t, std::int64_t); \
    template void apply_reflectors<T>(Operation &, std::int64_t, std::int64_t, const T *, std::int64_t,    \
                                      const T *, T *, std::int64_t, std::int64_t);                         \
    template void transpose<T>(Operation &, std::int64_t, std::int64_t, const T *, std::int64_t, T *,      \
                               std::int64_t);
LAI_INSTANTIATE(float)
LAI_INSTANTIATE(double)
#undef LAI_INSTANTIATE

}  // namespace lapack_ai::opencl_svd
