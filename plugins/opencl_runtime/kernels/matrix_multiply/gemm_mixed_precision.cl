// Doubles multiplied in single precision: op(A) and op(B) are split into SLICES planes of small integers held in
// floats, so that products and sums of up to 1024 terms are exact in float; gemm_tiled multiplies the planes and
// adds its exact sums up in double (its WIDE_SUM), and `combine` gives the result its scale. For devices whose
// double precision is a small fraction of their single precision.
//
// Element x of line i (a row of op(A), a column of op(B)) is 2^e_i * sum_p s_p 2^(-7 - 8p) with |s_p| <= 128, up to a
// remainder of 2^(e_i - 8 SLICES); e_i is the exponent of the line's largest element. Pairs of planes with p + q >=
// SLICES are left out: SLICES (SLICES + 1) / 2 products in float, and
//     |error_ij| <= 4.5 (SLICES + 1) 2^(-8 SLICES) k max_l |a_il| max_l |b_lj|
// beside the rounding of double. Lines that hold Inf or NaN give NaN. (After Ozaki, Ogita, Oishi and Rump, 2012.)
//
// All pairs of one weight p + q are one product over a longer k: A's planes stand one behind the other along k, B's
// in reverse, so planes 0..w of A meet planes w..0 of B in one stretch of memory each.
//
// The launcher promises: SLICES (2 to 7) and REVERSED are defined; line_exponents covers `lines`, split covers
// lines x k items, combine m x n items.
#pragma OPENCL EXTENSION cl_khr_fp64 : enable

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

// Plane p of element (i, l) goes to slices[(place * k + l) * ld + i], place being p or, REVERSED, SLICES - 1 - p.
__kernel void split(const int lines, const int k, __global const double *restrict x, const long x_offset,
                    const long line_step, const long k_step, __global const int *restrict exponents,
                    const long exponents_offset, __global float *restrict slices, const long slices_offset,
                    const long ld) {
    const int i = (int)get_global_id(0), l = (int)get_global_id(1);
    if (i >= lines || l >= k) return;
    double rest = ldexp(x[x_offset + i * line_step + l * k_step], 7 - exponents[exponents_offset + i]);
    __global float *to = slices + slices_offset + i;
    for (int p = 0; p < SLICES; ++p) {
        const double s = rint(rest);
        to[((REVERSED ? SLICES - 1 - p : p) * (long)k + l) * ld] = (float)s;
        rest = (rest - s) * 256.0;
    }
}

__kernel void combine(const int m, const int n, const double alpha, const double beta,      //
                      __global const double *restrict sums, const long sums_offset,         //
                      __global const int *restrict a_exponents, const long a_first,         //
                      __global const int *restrict b_exponents, const long b_first,         //
                      __global double *restrict c, const long c_offset, const long ldc) {
    const int i = (int)get_global_id(0), j = (int)get_global_id(1);
    if (i >= m || j >= n) return;
    __global double *p = c + c_offset + i + j * ldc;
    const double value =
        alpha * ldexp(sums[sums_offset + i + j * (long)m], a_exponents[a_first + i] + b_exponents[b_first + j]);
    *p = beta == 0.0 ? value : value + beta * *p;
}
