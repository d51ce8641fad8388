// QR factorisation of a tall matrix by Cholesky, twice (Yamamoto, Nakatsukasa, Yanagisawa and Fukaya 2015): the
// pieces between the products, which are the runtime's.
//
// G = A^T A = L L^T, Q = A L^-T, and the same again on Q. Rows of Q come from substitution, not from an inverse: each
// row then solves a nearby system exactly, and A - Q R stays at the level of rounding whatever the condition. Whether
// Q is orthogonal shows in its own Gram matrix, which the second pass forms anyway.
//
// The launcher promises: REAL is defined; a block has at most SIDE columns.
#pragma OPENCL EXTENSION cl_khr_fp64 : enable

typedef REAL real;

#define SIDE 32

// g := sum of `slices` n x n matrices, one behind the other.
__kernel void sum_slices(const int n, const int slices, __global const real *restrict part, const long part_offset,
                         __global real *restrict g, const long g_offset) {
    const long elements = (long)n * n;
    for (long t = (long)get_global_id(0); t < elements; t += (long)get_global_size(0)) {
        real sum = (real)0;
        for (int s = 0; s < slices; ++s) sum += part[part_offset + s * elements + t];
        g[g_offset + t] = sum;
    }
}

// worst[group] := largest |G - I| of the group's columns of an n x n G.
__kernel void deviation_from_identity(const int n, __global const real *restrict g, const long g_offset,
                                      __global real *restrict worst, const long worst_offset, __local real *red) {
    const int id = (int)get_local_id(0), items = (int)get_local_size(0);
    real most = (real)0;
    for (int j = (int)get_group_id(0); j < n; j += (int)get_num_groups(0))
        for (int i = id; i < n; i += items) {
            const real x = fabs(g[g_offset + i + (long)j * n] - (i == j ? (real)1 : (real)0));
            most = isfinite(x) ? fmax(most, x) : (real)INFINITY;
        }
    red[id] = most;
    barrier(CLK_LOCAL_MEM_FENCE);
    if (id == 0) {
        for (int i = 1; i < items; ++i) most = fmax(most, red[i]);
        worst[worst_offset + get_group_id(0)] = most;
    }
}

// Cholesky factor of the leading `side` x side block at g, in place: L below, zeros above. One group of SIDE items. A
// pivot that is not positive becomes infinite, so what follows is no number and shows in the deviation.
__kernel void cholesky_block(const int side, __global real *restrict g, const long g_offset, const long ldg) {
    __local real L[SIDE][SIDE + 1];
    const int r = (int)get_local_id(0);
    __global real *G = g + g_offset;
    for (int c = 0; c < SIDE; ++c) L[r][c] = r < side && c < side ? G[r + c * ldg] : r == c ? (real)1 : (real)0;
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int c = 0; c < SIDE; ++c) {
        const real pivot = L[c][c];
        const real root = pivot > (real)0 ? sqrt(pivot) : (real)INFINITY;
        barrier(CLK_LOCAL_MEM_FENCE);
        L[r][c] = r > c ? L[r][c] / root : r == c ? root : (real)0;
        barrier(CLK_LOCAL_MEM_FENCE);
        for (int k = c + 1; k <= r; ++k) L[r][k] = fma(-L[r][c], L[k][c], L[r][k]);
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    for (int c = 0; c < side; ++c)
        if (r < side) G[r + c * ldg] = L[r][c];
}

// x := x L^-T for `rows` rows of `side` columns; an item has a row.
__kernel void solve_rows(const int rows, const int side, __global const real *restrict l, const long l_offset,
                         const long ldl, __global real *restrict x, const long x_offset, const long ldx) {
    __local real L[SIDE][SIDE];
    const int id = (int)get_local_id(0), items = (int)get_local_size(0);
    for (int t = id; t < SIDE * SIDE; t += items) {
        const int i = t % SIDE, j = t / SIDE;
        L[j][i] = i < side && j < side ? l[l_offset + i + j * ldl] : i == j ? (real)1 : (real)0;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    const int r = (int)get_global_id(0);
    __global real *X = x + x_offset + r;
    real own[SIDE];
#pragma unroll
    for (int j = 0; j < SIDE; ++j) own[j] = r < rows && j < side ? X[j * ldx] : (real)0;
#pragma unroll
    for (int j = 0; j < SIDE; ++j) {
        own[j] /= L[j][j];
#pragma unroll
        for (int k = j + 1; k < SIDE; ++k) own[k] = fma(-own[j], L[j][k], own[k]);
    }
#pragma unroll
    for (int j = 0; j < SIDE; ++j)
        if (r < rows && j < side) X[j * ldx] = own[j];
}
