// From the vectors of the bidiagonal matrix to those of the matrix: order, precision, reflectors, orientation.
//
// The products of the back-transformation are the runtime's; here are the copies around them and the triangular
// factor of a block of reflectors. Bound by memory: each element is read once and written once.
//
// The launcher promises: REAL is defined.
#pragma OPENCL EXTENSION cl_khr_fp64 : enable

typedef REAL real;

#define SIDE 64  // reflectors in one triangular factor

// out(:, c) := (u(:, source[c]), 0) for c < n, unit vectors beyond; out is rows x columns, u n x n.
__kernel void arrange_vectors(const int n, const int rows, const int columns,
                              __global const double *restrict u, const long u_offset, const long ldu,
                              __global const int *restrict source, const long source_offset,
                              __global real *restrict out, const long out_offset, const long ldout) {
    for (int c = (int)get_global_id(1); c < columns; c += (int)get_global_size(1))
        for (int r = (int)get_global_id(0); r < rows; r += (int)get_global_size(0)) {
            const double x = c < n ? (r < n ? u[u_offset + r + source[source_offset + c] * ldu] : 0.0) : (double)(r == c);
            out[out_offset + r + c * ldout] = (real)x;
        }
}

// out := in^T, in is rows x columns; groups of 32 x 8 items, a 32 x 32 tile each.
__kernel void transpose_vectors(const int rows, const int columns, __global const real *restrict in,
                                const long in_offset, const long ldin, __global real *restrict out,
                                const long out_offset, const long ldout) {
    __local real tile[32][33];
    const int x = (int)get_local_id(0), y = (int)get_local_id(1);
    const int row0 = (int)get_group_id(0) * 32, col0 = (int)get_group_id(1) * 32;
    for (int k = y; k < 32; k += 8)
        if (row0 + x < rows && col0 + k < columns) tile[k][x] = in[in_offset + row0 + x + (col0 + k) * ldin];
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int k = y; k < 32; k += 8)
        if (row0 + k < rows && col0 + x < columns) out[out_offset + col0 + x + (row0 + k) * ldout] = tile[x][k];
}

// d, e of the matrix's type to doubles, one behind the other: n of d, n of e (the last one unused).
__kernel void widen_bidiagonal(const int n, __global const real *restrict d, const long d_offset,
                               __global const real *restrict e, const long e_offset, __global double *restrict out,
                               const long out_offset) {
    const int i = (int)get_global_id(0);
    if (i < n) out[out_offset + i] = d[d_offset + i], out[out_offset + n + i] = i + 1 < n ? e[e_offset + i] : 0.0;
}

// Triangular factors T of I - V T V^T for blocks of SIDE reflectors, from their products S = V^T V (Schreiber and
// Van Loan 1989). Block b's T goes to the diagonal of factor b / per: element (at, at) with at = b % per * SIDE;
// S lies alike. Groups of SIDE items, a block each.
__kernel void block_factors(const int reflectors, const int per, __global const real *restrict s,
                            const long s_offset, const long lds, __global const real *restrict tau,
                            const long tau_offset, __global real *restrict t, const long t_offset, const long ldt) {
    __local real T[SIDE * (SIDE + 1) / 2 + SIDE];
    __local real column[SIDE];
    const int r = (int)get_local_id(0), b = (int)get_group_id(0);
    const long at = b % per * SIDE;
    __global const real *S = s + s_offset + (long)(b / per) * lds * lds + at + at * lds;
    __global real *out = t + t_offset + (long)(b / per) * ldt * ldt + at + at * ldt;
    for (int j = 0; j < SIDE; ++j) {
        const int index = b * SIDE + j;
        const real tau_j = index < reflectors ? tau[tau_offset + index] : (real)0;
        column[r] = r < j ? S[r + j * lds] : (real)0;
        barrier(CLK_LOCAL_MEM_FENCE);
        real x = (real)0;
        for (int l = r; l < j; ++l) x = fma(T[l * (l + 1) / 2 + r], column[l], x);
        x = r < j ? -tau_j * x : r == j ? tau_j : (real)0;
        if (r <= j) T[j * (j + 1) / 2 + r] = x;
        out[r + j * ldt] = x;
        barrier(CLK_LOCAL_MEM_FENCE);
    }
}
