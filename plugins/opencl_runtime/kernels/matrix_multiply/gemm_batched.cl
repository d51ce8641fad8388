// Many small products in one launch: C_p = alpha op(A_p) op(B_p) + beta C_p, m and n at most SIDE.
//
// A work-group holds MATRICES whole problems, each on (SIDE / RM) * (SIDE / RN) items; every item keeps an
// RM x RN part of C in registers. A and B are read once, coalesced, DEPTH columns of k at a time. Bound by
// memory: (mk + kn + mn) elements move for 2 mnk operations.
//
// The launcher promises: SIDE, DEPTH, RM, RN, MATRICES, UNROLL, TRANS_A, TRANS_B, CONJ_A, CONJ_B,
// OFFSETS are defined;
// m, n <= SIDE; the global size is a multiple of the work-group (THREADS, 1, 1) that covers `count` problems.
// With OFFSETS 1 the three tables give each problem's place in elements, else offset + p * stride does.

#define DX (SIDE / RM)
#define DY (SIDE / RN)
#define PER_PROBLEM (DX * DY)
#define THREADS (PER_PROBLEM * MATRICES)
#define LD (SIDE + 1)

__kernel __attribute__((reqd_work_group_size(THREADS, 1, 1))) void gemm_batched(
    const int m, const int n, const int k, const scalar alpha, const scalar beta,                 //
    __global const scalar *restrict a, const long a_offset, const long lda, const long a_stride,  //
    __global const scalar *restrict b, const long b_offset, const long ldb, const long b_stride,  //
    __global scalar *restrict c, const long c_offset, const long ldc, const long c_stride,        //
    const int count
#if OFFSETS
    ,
    __global const long *restrict a_table, const long a_first,  //
    __global const long *restrict b_table, const long b_first,  //
    __global const long *restrict c_table, const long c_first
#endif
) {
    __local scalar tiles_a[MATRICES][DEPTH * LD];
    __local scalar tiles_b[MATRICES][DEPTH * LD];
    const int slot = (int)get_local_id(0) / PER_PROBLEM;
    const int id = (int)get_local_id(0) % PER_PROBLEM;
    const int x = id % DX, y = id / DX;
    const long problem = (long)get_group_id(0) * MATRICES + slot;
    const int live = problem < count;
#if OFFSETS
    __global const scalar *from_a = a + a_offset + (live ? a_table[a_first + problem] : 0);
    __global const scalar *from_b = b + b_offset + (live ? b_table[b_first + problem] : 0);
    __global scalar *to = c + c_offset + (live ? c_table[c_first + problem] : 0);
#else
    __global const scalar *from_a = a + a_offset + problem * a_stride;
    __global const scalar *from_b = b + b_offset + problem * b_stride;
    __global scalar *to = c + c_offset + problem * c_stride;
#endif

    scalar acc[RN][RM];
#pragma unroll
    for (int j = 0; j < RN; ++j)
#pragma unroll
        for (int i = 0; i < RM; ++i) acc[j][i] = zero();

    for (int k0 = 0; k0 < k; k0 += DEPTH) {
        const int k_left = k - k0;
#pragma unroll UNROLL
        for (int e = id; e < SIDE * DEPTH; e += PER_PROBLEM) {
            const int row = TRANS_A ? e / DEPTH : e % SIDE, depth = TRANS_A ? e % DEPTH : e / SIDE;
            scalar v = zero();
            if (live && row < m && depth < k_left)
                v = from_a[TRANS_A ? row * lda + k0 + depth : (k0 + depth) * lda + row];
            tiles_a[slot][depth * LD + row] = CONJ_A ? conjugate(v) : v;
        }
#pragma unroll UNROLL
        for (int e = id; e < SIDE * DEPTH; e += PER_PROBLEM) {
            const int col = TRANS_B ? e % SIDE : e / DEPTH, depth = TRANS_B ? e / SIDE : e % DEPTH;
            scalar v = zero();
            if (live && col < n && depth < k_left)
                v = from_b[TRANS_B ? (k0 + depth) * ldb + col : col * ldb + k0 + depth];
            tiles_b[slot][depth * LD + col] = CONJ_B ? conjugate(v) : v;
        }
        barrier(CLK_LOCAL_MEM_FENCE);
        const int depth_end = min(DEPTH, k_left);
        for (int kk = 0; kk < depth_end; ++kk) {
            scalar fa[RM], fb[RN];
#pragma unroll
            for (int i = 0; i < RM; ++i) fa[i] = tiles_a[slot][kk * LD + x + i * DX];
#pragma unroll
            for (int j = 0; j < RN; ++j) fb[j] = tiles_b[slot][kk * LD + y + j * DY];
#pragma unroll
            for (int j = 0; j < RN; ++j)
#pragma unroll
                for (int i = 0; i < RM; ++i) acc[j][i] = multiply_add(fa[i], fb[j], acc[j][i]);
        }
        barrier(CLK_LOCAL_MEM_FENCE);
    }

    if (!live) return;
#pragma unroll
    for (int j = 0; j < RN; ++j)
#pragma unroll
        for (int i = 0; i < RM; ++i) {
            const int row = x + i * DX, col = y + j * DY;
            if (row < m && col < n) {
                __global scalar *p = to + row + col * ldc;
                *p = scaled_update(alpha, acc[j][i], beta, p);
            }
        }
}
