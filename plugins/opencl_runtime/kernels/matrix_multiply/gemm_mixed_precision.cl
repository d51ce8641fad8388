// Doubles multiplied in single precision: op(A) and op(B) are split into SLICES planes of small integers held in
// floats, so that products and sums of up to 1024 terms are exact in float; the sums are gathered in double. For
// devices whose double precision is a small fraction of their single precision.
//
// Element x of line i (a row of op(A), a column of op(B)) is 2^e_i * sum_p s_p 2^(-7 - 8p) with |s_p| <= 128, up to a
// remainder of 2^(e_i - 8 SLICES); e_i is the exponent of the line's largest element. Pairs of planes with p + q >=
// SLICES are left out: SLICES (SLICES + 1) / 2 products in float, and
//     |error_ij| <= 4.5 (SLICES + 1) 2^(-8 SLICES) k max_l |a_il| max_l |b_lj|
// beside the rounding of double. Lines that hold Inf or NaN give NaN. (After Ozaki, Ogita, Oishi and Rump, 2012.)
//
// The launcher promises: SLICES (2 to 7) is defined; line_exponents covers `lines`, split covers lines x k items,
// gemm_split has work-groups of (256, 1, 1), one for each 64 x 64 tile of C.
#pragma OPENCL EXTENSION cl_khr_fp64 : enable

#define TILE 64
#define DEPTH 16
#define PART 4
#define ITEMS 256
#define EXACT_TERMS 1024

__kernel void line_exponents(const int lines, const int k, __global const double *restrict x, const long x_offset,
                             const long line_step, const long k_step, __global int *restrict exponents,
                             const long exponents_offset) {
    const int i = (int)get_global_id(0);
    if (i >= lines) return;
    double largest = 0.0;
    for (int l = 0; l < k; ++l) {
        const double v = fabs(x[x_offset + i * line_step + l * k_step]);
        if (isfinite(v)) largest = fmax(largest, v);
    }
    int e = 0;
    frexp(largest, &e);
    exponents[exponents_offset + i] = e;
}

// Plane p of element (i, l) goes to slices[p * lines * k + l * lines + i].
__kernel void split(const int lines, const int k, __global const double *restrict x, const long x_offset,
                    const long line_step, const long k_step, __global const int *restrict exponents,
                    const long exponents_offset, __global float *restrict slices, const long slices_offset) {
    const int i = (int)get_global_id(0), l = (int)get_global_id(1);
    if (i >= lines || l >= k) return;
    double rest = ldexp(x[x_offset + i * line_step + l * k_step], 7 - exponents[exponents_offset + i]);
    __global float *to = slices + slices_offset + (long)l * lines + i;
    for (int p = 0; p < SLICES; ++p) {
        const double s = rint(rest);
        to[p * (long)lines * k] = (float)s;
        rest = (rest - s) * 256.0;
    }
}

__kernel __attribute__((reqd_work_group_size(ITEMS, 1, 1))) void gemm_split(
    const int m, const int n, const int k, const double alpha, const double beta,          //
    __global const float *restrict a, const long a_offset,                                //
    __global const float *restrict b, const long b_offset,                                //
    __global const int *restrict a_exponents, const long a_exponents_offset,              //
    __global const int *restrict b_exponents, const long b_exponents_offset,              //
    __global double *restrict c, const long c_offset, const long ldc, const int tiles_m) {
    __local float tile_a[DEPTH][TILE] __attribute__((aligned(16)));
    __local float tile_b[DEPTH][TILE] __attribute__((aligned(16)));
    const int row0 = (int)get_group_id(0) % tiles_m * TILE, col0 = (int)get_group_id(0) / tiles_m * TILE;
    const int id = (int)get_local_id(0), x = id % (TILE / PART), y = id / (TILE / PART);

    double acc[PART][PART];
    for (int j = 0; j < PART; ++j)
        for (int i = 0; i < PART; ++i) acc[j][i] = 0.0;

    // Least weights first. Within `span` of k the sums of all pairs of one weight stay exact in float.
    for (int weight = SLICES - 1; weight >= 0; --weight) {
        const int span = EXACT_TERMS / (weight + 1) / DEPTH * DEPTH;
        for (int k0 = 0; k0 < k; k0 += span) {
            const int k_end = min(k, k0 + span);
            float sum[PART][PART];
            for (int j = 0; j < PART; ++j)
                for (int i = 0; i < PART; ++i) sum[j][i] = 0.0f;
            for (int p = 0; p <= weight; ++p) {
                __global const float *plane_a = a + a_offset + p * (long)m * k;
                __global const float *plane_b = b + b_offset + (weight - p) * (long)n * k;
                for (int l0 = k0; l0 < k_end; l0 += DEPTH) {
                    for (int e = id; e < DEPTH * TILE; e += ITEMS) {
                        const int l = l0 + e / TILE, line = e % TILE;
                        tile_a[e / TILE][line] = l < k_end && row0 + line < m ? plane_a[(long)l * m + row0 + line] : 0.0f;
                        tile_b[e / TILE][line] = l < k_end && col0 + line < n ? plane_b[(long)l * n + col0 + line] : 0.0f;
                    }
                    barrier(CLK_LOCAL_MEM_FENCE);
                    for (int kk = 0; kk < DEPTH; ++kk) {
                        const float4 fa = *(__local const float4 *)&tile_a[kk][x * PART];
                        const float4 fb = *(__local const float4 *)&tile_b[kk][y * PART];
                        const float va[PART] = {fa.x, fa.y, fa.z, fa.w}, vb[PART] = {fb.x, fb.y, fb.z, fb.w};
                        for (int j = 0; j < PART; ++j)
                            for (int i = 0; i < PART; ++i) sum[j][i] = fma(va[i], vb[j], sum[j][i]);
                    }
                    barrier(CLK_LOCAL_MEM_FENCE);
                }
            }
            const double scale = ldexp(1.0, -14 - 8 * weight);
            for (int j = 0; j < PART; ++j)
                for (int i = 0; i < PART; ++i) acc[j][i] += scale * sum[j][i];
        }
    }

    for (int j = 0; j < PART; ++j)
        for (int i = 0; i < PART; ++i) {
            const int row = row0 + x * PART + i, col = col0 + y * PART + j;
            if (row >= m || col >= n) continue;
            const int e = a_exponents[a_exponents_offset + row] + b_exponents[b_exponents_offset + col];
            __global double *p = c + c_offset + row + col * ldc;
            const double value = alpha * ldexp(acc[j][i], e);
            *p = beta == 0.0 ? value : value + beta * *p;
        }
}
