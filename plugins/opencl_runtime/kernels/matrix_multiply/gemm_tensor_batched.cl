// Many products of middling size on NVIDIA's fp64 tensor cores: C_p = alpha op(A_p) op(B_p) + beta C_p.
//
// A warp computes one SIDE x SIDE block of one C as m16n8k8 products. It reads A and B straight from global
// memory into the registers the instruction wants: no element of a SIDE-sized problem is needed by two warps,
// so local memory would only add a trip. Lane t of a quad takes k = 2t and 2t + 1, lane rows are 2g and 2g + 1
// of a wide A; every 16-byte read of a warp then falls into whole 64- or 128-byte pieces. Bound by memory:
// (mk + kn + mn) elements move for 2 mnk operations.
//
// The launcher promises: SIDE (a multiple of 16), TRANS_A, TRANS_B, VEC, WARPS, UNROLL are defined; the work-group is
// (32 * WARPS, 1, 1), the global size covers count * blocks_m * blocks_n warps; with VEC 2, leading dimensions,
// strides and offsets of A and B are even and the buffers 16-byte aligned. Edges are guarded.
#pragma OPENCL EXTENSION cl_khr_fp64 : enable

#define NT_M (SIDE / 16)
#define NT_N (SIDE / 8)

// Elements (i, j) and (i + 1, j) of a column-major matrix with m rows, n columns; 0 outside. `whole` says that
// nothing here is outside.
static inline double2 pair_at(__global const double *x, long ld, int i, int j, int m, int n, int whole) {
    __global const double *p = x + i + j * ld;
#if VEC == 2
    if (whole || (j < n && i + 1 < m)) return *(__global const double2 *)p;
#else
    if (whole) return (double2)(p[0], p[1]);
#endif
    double2 v = (double2)(0.0, 0.0);
    if (j < n && i < m) v.x = p[0];
    if (j < n && i + 1 < m) v.y = p[1];
    return v;
}

static inline void multiply(double c[4], const double a[4], const double b[2]) {
    asm(
        "mma.sync.aligned.m16n8k8.row.col.f64.f64.f64.f64 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
        : "+d"(c[0]), "+d"(c[1]), "+d"(c[2]), "+d"(c[3])
        : "d"(a[0]), "d"(a[1]), "d"(a[2]), "d"(a[3]), "d"(b[0]), "d"(b[1]));
}

// One step of eight in k: reads both operands' fragments and multiplies them.
static inline void step(double acc[NT_M][NT_N][4], __global const double *A, long lda, __global const double *B,
                        long ldb, int row0, int col0, int k0, int m, int n, int k, int whole) {
    const int lane = (int)get_local_id(0) & 31, g = lane >> 2, t = lane & 3;
    double fa[NT_M][4], fb[NT_N][2];
    const int l = k0 + 2 * t;
#pragma unroll
    for (int i = 0; i < NT_M; ++i) {
        const int row = row0 + 16 * i + 2 * g;
#if TRANS_A
        const double2 x = pair_at(A, lda, l, row, k, m, whole), y = pair_at(A, lda, l, row + 1, k, m, whole);
        fa[i][0] = x.x, fa[i][1] = y.x, fa[i][2] = x.y, fa[i][3] = y.y;
#else
        const double2 x = pair_at(A, lda, row, l, m, k, whole), y = pair_at(A, lda, row, l + 1, m, k, whole);
        fa[i][0] = x.x, fa[i][1] = x.y, fa[i][2] = y.x, fa[i][3] = y.y;
#endif
    }
#pragma unroll
    for (int j = 0; j < NT_N; ++j) {
#if TRANS_B
        // Columns 2g and 2g + 1 serve fragments j and j + 1.
        if (j % 2 == 0) {
            const int col = col0 + 8 * j + 2 * g;
            const double2 x = pair_at(B, ldb, col, l, n, k, whole), y = pair_at(B, ldb, col, l + 1, n, k, whole);
            fb[j][0] = x.x, fb[j][1] = y.x, fb[j + 1][0] = x.y, fb[j + 1][1] = y.y;
        }
#else
        const double2 x = pair_at(B, ldb, l, col0 + 8 * j + g, k, n, whole);
        fb[j][0] = x.x, fb[j][1] = x.y;
#endif
    }
#pragma unroll
    for (int i = 0; i < NT_M; ++i)
#pragma unroll
        for (int j = 0; j < NT_N; ++j) multiply(acc[i][j], fa[i], fb[j]);
}

__kernel __attribute__((reqd_work_group_size(32 * WARPS, 1, 1))) void gemm_tensor_batched(
    const int m, const int n, const int k, const double alpha, const double beta,                 //
    __global const double *restrict a, const long a_offset, const long lda, const long a_stride,  //
    __global const double *restrict b, const long b_offset, const long ldb, const long b_stride,  //
    __global double *restrict c, const long c_offset, const long ldc, const long c_stride,        //
    const int count, const int blocks_m, const int blocks_n) {
    const long warp = (long)get_group_id(0) * WARPS + get_local_id(0) / 32;
    const int blocks = blocks_m * blocks_n;
    const long problem = warp / blocks;
    if (problem >= count) return;
    const int block = (int)(warp - problem * blocks);
    const int row0 = block % blocks_m * SIDE, col0 = block / blocks_m * SIDE;
    const int lane = (int)get_local_id(0) & 31, g = lane >> 2, t = lane & 3;
    __global const double *A = a + a_offset + problem * a_stride;
    __global const double *B = b + b_offset + problem * b_stride;
    __global double *C = c + c_offset + problem * c_stride;

    double acc[NT_M][NT_N][4];
#pragma unroll
    for (int i = 0; i < NT_M; ++i)
#pragma unroll
        for (int j = 0; j < NT_N; ++j)
#pragma unroll
            for (int e = 0; e < 4; ++e) acc[i][j][e] = 0.0;

    const int whole = row0 + SIDE <= m && col0 + SIDE <= n;
    const int whole_k = whole ? k / 8 * 8 : 0;
#pragma unroll UNROLL
    for (int k0 = 0; k0 < whole_k; k0 += 8) step(acc, A, lda, B, ldb, row0, col0, k0, m, n, k, 1);
    for (int k0 = whole_k; k0 < k; k0 += 8) step(acc, A, lda, B, ldb, row0, col0, k0, m, n, k, 0);

#pragma unroll
    for (int j = 0; j < NT_N; ++j)
#pragma unroll
        for (int e = 0; e < 2; ++e) {
            const int col = col0 + (TRANS_B ? 16 * (j / 2) + 2 * (2 * t + e) + j % 2 : 8 * j + 2 * t + e);
            if (col >= n) continue;
#pragma unroll
            for (int i = 0; i < NT_M; ++i) {
                const int row = row0 + 16 * i + 2 * g;
                __global double *p = C + row + col * ldc;
#pragma unroll
                for (int h = 0; h < 2; ++h)
                    if (row + h < m) {
                        const double value = alpha * acc[i][j][e + 2 * h];
                        p[h] = beta == 0.0 ? value : value + beta * p[h];
                    }
            }
        }
}
