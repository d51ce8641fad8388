// C = alpha op(A) op(B) + beta C for every precision and every device: the portable path, plain fma.
//
// A work-group of (TM / RM) * (TN / RN) items computes one TM x TN tile of C, each item RM x RN of it, in
// steps of TK. Two local buffers: while one is multiplied, the next tile travels from global memory through
// registers into the other, so there is one barrier a step.
//
// With WIDE_SUM 1 (real floats only) C is in double and the float product is added to it: alpha scales exactly, beta
// is 0 or 1. gemm_mixed_precision stands on it.
//
// The launcher promises: TM, TN, TK, RM, RN, UNROLL, TRANS_A, TRANS_B, CONJ_A, CONJ_B are defined; RM and RN are
// multiples of CHUNK; the work-group is (THREADS, 1, 1), the global size (tiles * THREADS, batch). Any m, n
// > 0, k >= 0, leading dimension and offset is right; edges are guarded.

#if WIDE_SUM
#pragma OPENCL EXTENSION cl_khr_fp64 : enable
typedef double result;
static inline double updated(scalar alpha, scalar sum, scalar beta, __global const double *old) {
    const double value = (double)alpha * (double)sum;
    return beta == 0.0f ? value : *old + value;
}
#else
typedef scalar result;
#define updated scaled_update
#endif

#define DX (TM / RM)
#define DY (TN / RN)
#define THREADS (DX * DY)
#define LD_A (TM + CHUNK)
#define LD_B (TN + CHUNK)
#define PER_A ((TM * TK + THREADS - 1) / THREADS)
#define PER_B ((TN * TK + THREADS - 1) / THREADS)

// Which element of an extent x TK tile the item's i-th copy is: the index that runs fastest in memory varies
// fastest over items. Wide: m or n runs fastest; deep: k does.
#define COPY_ROW(wide, extent, id) ((wide) ? (id) % (extent) : (id) / TK)
#define COPY_DEPTH(wide, extent, id) ((wide) ? (id) / (extent) : (id) % TK)

#define FETCH(regs, per, extent, wide, conj, from, ld, left, k_left)                              \
    _Pragma("unroll") for (int i = 0; i < per; ++i) {                                             \
        const int id = lid + i * THREADS;                                                         \
        const int row = COPY_ROW(wide, extent, id), depth = COPY_DEPTH(wide, extent, id);         \
        scalar x = zero();                                                                        \
        if (row < (left) && depth < (k_left) && ((extent * TK) % THREADS == 0 || id < extent * TK)) \
            x = (wide) ? (from)[depth * (ld) + row] : (from)[row * (ld) + depth];                 \
        regs[i] = (conj) ? conjugate(x) : x;                                                      \
    }

#define PLACE(to, regs, per, extent, wide, ld_local)                                               \
    _Pragma("unroll") for (int i = 0; i < per; ++i) {                                              \
        const int id = lid + i * THREADS;                                                          \
        if ((extent * TK) % THREADS == 0 || id < extent * TK)                                      \
            (to)[COPY_DEPTH(wide, extent, id) * (ld_local) + COPY_ROW(wide, extent, id)] = regs[i]; \
    }

// Reads `count` elements in 16-byte chunks that lie `stride` chunks apart.
#define READ_CHUNKS(to, from, count, stride)                         \
    _Pragma("unroll") for (int q = 0; q < (count) / CHUNK; ++q)      \
        *(chunk_bits *)(to + q * CHUNK) = *(__local const chunk_bits *)((from) + q * (stride) * CHUNK);

__kernel __attribute__((reqd_work_group_size(THREADS, 1, 1))) void gemm_tiled(
    const int m, const int n, const int k, const scalar alpha, const scalar beta,                 //
    __global const scalar *restrict a, const long a_offset, const long lda, const long a_stride,  //
    __global const scalar *restrict b, const long b_offset, const long ldb, const long b_stride,  //
    __global result *restrict c, const long c_offset, const long ldc, const long c_stride,        //
    const int tiles_m, const int tiles_n, const int group) {
    __local scalar tile_a[2][TK * LD_A] __attribute__((aligned(16)));
    __local scalar tile_b[2][TK * LD_B] __attribute__((aligned(16)));

    const int tile = (int)get_group_id(0);
    const int band = tile / (group * tiles_n);
    const int band_rows = min(group, tiles_m - band * group);
    const int in_band = tile - band * group * tiles_n;
    const int row0 = (band * group + in_band % band_rows) * TM;
    const int col0 = (in_band / band_rows) * TN;
    const long problem = (long)get_group_id(1);

    const int lid = (int)get_local_id(0);
    const int x = lid % DX, y = lid / DX;
    const int left_m = m - row0, left_n = n - col0;
    __global const scalar *from_a = a + a_offset + problem * a_stride + (TRANS_A ? row0 * lda : (long)row0);
    __global const scalar *from_b = b + b_offset + problem * b_stride + (TRANS_B ? (long)col0 : col0 * ldb);
    const long step_a = TRANS_A ? TK : TK * lda;
    const long step_b = TRANS_B ? TK * ldb : TK;

    scalar acc[RN][RM];
#pragma unroll
    for (int j = 0; j < RN; ++j)
#pragma unroll
        for (int i = 0; i < RM; ++i) acc[j][i] = zero();

    scalar regs_a[PER_A], regs_b[PER_B];
    FETCH(regs_a, PER_A, TM, !TRANS_A, CONJ_A, from_a, lda, left_m, k)
    FETCH(regs_b, PER_B, TN, TRANS_B, CONJ_B, from_b, ldb, left_n, k)
    PLACE(tile_a[0], regs_a, PER_A, TM, !TRANS_A, LD_A)
    PLACE(tile_b[0], regs_b, PER_B, TN, TRANS_B, LD_B)
    barrier(CLK_LOCAL_MEM_FENCE);

    int now = 0;
    for (int k_left = k; k_left > 0; k_left -= TK) {
        const int more = k_left > TK;
        if (more) {
            from_a += step_a;
            from_b += step_b;
            FETCH(regs_a, PER_A, TM, !TRANS_A, CONJ_A, from_a, lda, left_m, k_left - TK)
            FETCH(regs_b, PER_B, TN, TRANS_B, CONJ_B, from_b, ldb, left_n, k_left - TK)
        }
#pragma unroll UNROLL
        for (int kk = 0; kk < TK; ++kk) {
            scalar fa[RM] __attribute__((aligned(16)));
            scalar fb[RN] __attribute__((aligned(16)));
            READ_CHUNKS(fa, tile_a[now] + kk * LD_A + x * CHUNK, RM, DX)
            READ_CHUNKS(fb, tile_b[now] + kk * LD_B + y * CHUNK, RN, DY)
#pragma unroll
            for (int j = 0; j < RN; ++j)
#pragma unroll
                for (int i = 0; i < RM; ++i) acc[j][i] = multiply_add(fa[i], fb[j], acc[j][i]);
        }
        if (more) {
            PLACE(tile_a[1 - now], regs_a, PER_A, TM, !TRANS_A, LD_A)
            PLACE(tile_b[1 - now], regs_b, PER_B, TN, TRANS_B, LD_B)
        }
        barrier(CLK_LOCAL_MEM_FENCE);
        now = 1 - now;
    }

    __global result *to = c + c_offset + problem * c_stride + row0 + col0 * ldc;
#pragma unroll
    for (int j = 0; j < RN; ++j) {
        const int col = (j / CHUNK) * DY * CHUNK + y * CHUNK + j % CHUNK;
#pragma unroll
        for (int i = 0; i < RM; ++i) {
            const int row = (i / CHUNK) * DX * CHUNK + x * CHUNK + i % CHUNK;
            if (row < left_m && col < left_n) {
                __global result *p = to + row + col * ldc;
                *p = updated(alpha, acc[j][i], beta, p);
            }
        }
    }
}
