// Singular value decomposition of an upper bidiagonal matrix by divide and conquer (Gu and Eisenstat 1995), the
// device's part: everything of O(n^2) beside the products, in double precision whatever the matrix is.
//
// A merge joins the decompositions of two neighbouring blocks, whose vectors stand on the diagonal of U and V
// (n x n, column-major), through the k x k matrix with row z and diagonal d (d_0 = 0). Its squared singular values
// are the roots of 1 + sum z_j^2 / (d_j^2 - s^2). The host deflates; the kernels here find each root as a
// distance to the nearest pole, so that every difference that follows is a difference of numbers that are known
// to full relative precision, then the z for which these roots are exact, and with it the vectors, which are so
// orthogonal without further ado. All merges of a level of the tree go in one launch, one in each value of the
// grid's second dimension.
//
// A merge is a row of MERGE_INTS ints: row0, nl, nr, sqre, k, rotations, first rotation. Arrays by pole are
// indexed from row0. The launcher promises that rows and columns of different merges do not overlap.
#pragma OPENCL EXTENSION cl_khr_fp64 : enable

#define MERGE_INTS 8
#define ROW0(t) merges[merges_offset + (t) * MERGE_INTS]
#define NL(t) merges[merges_offset + (t) * MERGE_INTS + 1]
#define NR(t) merges[merges_offset + (t) * MERGE_INTS + 2]
#define SQRE(t) merges[merges_offset + (t) * MERGE_INTS + 3]
#define POLES(t) merges[merges_offset + (t) * MERGE_INTS + 4]
#define ROTATIONS(t) merges[merges_offset + (t) * MERGE_INTS + 5]
#define FIRST_ROTATION(t) merges[merges_offset + (t) * MERGE_INTS + 6]

#define EPS 2.220446049250313e-16
#define MOST_STEPS 200

// Vectors of the leaves, packed side * side a leaf, to the diagonals of U and V: U n_l x n_l, V with sqre one more.
// A leaf is a row of ints: row0, n, sqre. Where another leaf follows, U's row between them is a unit vector.
__kernel void plant_leaves(const int n, const int side, __global const int *restrict leaves, const long leaves_offset,
                           __global const double *restrict packed, const long packed_offset,
                           __global double *restrict u, const long u_offset, const long ldu,
                           __global double *restrict v, const long v_offset, const long ldv) {
    const int leaf = (int)get_group_id(0);
    const int row0 = leaves[leaves_offset + 3 * leaf], size = leaves[leaves_offset + 3 * leaf + 1];
    const int sqre = leaves[leaves_offset + 3 * leaf + 2];
    __global const double *from = packed + packed_offset + (long)leaf * 2 * side * side;
    for (int t = (int)get_local_id(0); t < side * side; t += (int)get_local_size(0)) {
        const int i = t % side, j = t / side;
        if (i < size && j < size) u[u_offset + row0 + i + (row0 + j) * ldu] = from[t];
        if (i < size + sqre && j < size + sqre) v[v_offset + row0 + i + (row0 + j) * ldv] = from[side * side + t];
        if (t == 0 && row0 + size < n) u[u_offset + row0 + size + (row0 + size) * ldu] = 1.0;
    }
}

// The rows of V that couple the blocks of each merge: the last of the left one, the first of the right one.
__kernel void coupling_rows(__global const int *restrict merges, const long merges_offset,
                            __global const double *restrict v, const long v_offset, const long ldv,
                            __global double *restrict z, const long z_offset) {
    const int t = (int)get_global_id(1);
    const int row0 = ROW0(t), nl = NL(t), columns = nl + 1 + NR(t) + SQRE(t);
    for (int c = (int)get_global_id(0); c < columns; c += (int)get_global_size(0))
        z[z_offset + row0 + c] = v[v_offset + row0 + (c <= nl ? nl : nl + 1) + (row0 + c) * ldv];
}

// The host's rotations of columns (p, q), in order; `on_u` is 0 where only V's columns turn. An item has a row.
__kernel void rotate_columns(__global const int *restrict merges, const long merges_offset,
                             __global const int *restrict pairs, const long pairs_offset,  // p, q, on_u
                             __global const double *restrict angles, const long angles_offset,  // c, s
                             __global double *restrict u, const long u_offset, const long ldu,
                             __global double *restrict v, const long v_offset, const long ldv) {
    const int t = (int)get_global_id(1);
    const int row0 = ROW0(t), rows = NL(t) + NR(t) + 1, last = FIRST_ROTATION(t) + ROTATIONS(t);
    for (int r = (int)get_global_id(0); r < rows + SQRE(t); r += (int)get_global_size(0))
        for (int k = FIRST_ROTATION(t); k < last; ++k) {
            const int p = pairs[pairs_offset + 3 * k], q = pairs[pairs_offset + 3 * k + 1];
            const double c = angles[angles_offset + 2 * k], s = angles[angles_offset + 2 * k + 1];
            __global double *vp = v + v_offset + row0 + r + p * ldv, *vq = v + v_offset + row0 + r + q * ldv;
            const double x = *vp, y = *vq;
            *vp = c * x + s * y, *vq = c * y - s * x;
            if (r < rows && pairs[pairs_offset + 3 * k + 2]) {
                __global double *up = u + u_offset + row0 + r + p * ldu, *uq = u + u_offset + row0 + r + q * ldu;
                const double f = *up, g = *uq;
                *up = c * f + s * g, *uq = c * g - s * f;
            }
        }
}

// to(:, row0 + c) := from(:, source[row0 + c]) over each merge's rows, `extra` times sqre of them more than columns.
// `identity` != 0: the deflated columns alone, each to where it stands.
__kernel void gather_columns(__global const int *restrict merges, const long merges_offset,
                             __global const int *restrict source, const long source_offset, const int identity,
                             const int extra, __global const double *restrict from, const long from_offset,
                             const long from_ld, __global double *restrict to, const long to_offset, const long to_ld) {
    const int t = (int)get_global_id(2), row0 = ROW0(t), columns = NL(t) + NR(t) + 1;
    const int rows = columns + extra * SQRE(t);
    for (int c = (int)get_global_id(1) + (identity ? POLES(t) : 0); c < columns; c += (int)get_global_size(1))
        for (int r = (int)get_global_id(0); r < rows; r += (int)get_global_size(0))
            to[to_offset + row0 + r + (row0 + c) * to_ld] =
                from[from_offset + row0 + r + (identity ? row0 + c : source[source_offset + row0 + c]) * from_ld];
}

// Root i of each merge: its distance eta to the square of pole `shift`, and the singular value.
__kernel void secular_roots(__global const int *restrict merges, const long merges_offset,
                            __global const double *restrict poles, const long poles_offset,
                            __global const double *restrict zs, const long zs_offset,
                            __global int *restrict shifts, const long shifts_offset,
                            __global double *restrict etas, const long etas_offset,
                            __global double *restrict sigma, const long sigma_offset) {
    const int t = (int)get_global_id(1), i = (int)get_global_id(0), k = POLES(t), row0 = ROW0(t);
    if (i >= k) return;
    __global const double *d = poles + poles_offset + row0, *z = zs + zs_offset + row0;
    double lo = 0.0, hi = 0.0, left = 0.0, right = 0.0;
    int shift = i;
    if (i + 1 < k) {
        const double gap = (d[i + 1] - d[i]) * (d[i + 1] + d[i]);
        double f = 1.0;
        for (int j = 0; j < k; ++j) f += z[j] * z[j] / ((d[j] - d[i]) * (d[j] + d[i]) - 0.5 * gap);
        shift = f >= 0.0 ? i : i + 1;
        if (shift == i)
            hi = 0.5 * gap, right = gap;
        else
            lo = -0.5 * gap, left = -gap;
    } else {  // up to d_k^2 + |z|^2; a second pole without weight stands behind
        for (int j = 0; j < k; ++j) hi += z[j] * z[j];
        hi *= 1.0 + 8.0 * EPS;
        right = 2.0 * hi;
    }
    const double centre = d[shift];
    double y = 0.5 * (lo + hi);
    for (int step = 0; step < MOST_STEPS; ++step) {
        double psi = 0.0, dpsi = 0.0, phi = 0.0, dphi = 0.0;
        for (int j = 0; j <= i; ++j) {
            const double q = z[j] / ((d[j] - centre) * (d[j] + centre) - y);
            psi += z[j] * q, dpsi += q * q;
        }
        for (int j = i + 1; j < k; ++j) {
            const double q = z[j] / ((d[j] - centre) * (d[j] + centre) - y);
            phi += z[j] * q, dphi += q * q;
        }
        const double f = 1.0 + psi + phi;
        if (fabs(f) <= 2.0 * EPS * (1.0 + fabs(psi) + fabs(phi))) break;
        if (f < 0.0)
            lo = y;
        else
            hi = y;
        if (hi - lo <= 2.0 * EPS * fmax(fabs(lo), fabs(hi))) break;
        // A rational function with the two nearest poles and the slopes of both sums (Li 1993).
        const double d1 = left - y, d2 = right - y;
        const double c = f - d1 * dpsi - d2 * dphi;
        const double a = (d1 + d2) * f - d1 * d2 * (dpsi + dphi), b = d1 * d2 * f;
        const double root = sqrt(fabs(a * a - 4.0 * b * c));
        double move = a <= 0.0 ? (a - root) / (2.0 * c) : 2.0 * b / (a + root);
        if (!(f * move < 0.0)) move = -f / (dpsi + dphi);
        const double next = y + move;
        const int inside = next > lo && next < hi;
        if (inside && fabs(move) <= EPS * fabs(y)) {
            y = next;
            break;
        }
        y = inside ? next : 0.5 * (lo + hi);
    }
    shifts[shifts_offset + row0 + i] = shift;
    etas[etas_offset + row0 + i] = y;
    sigma[sigma_offset + row0 + i] = centre + y / (centre + sqrt(centre * centre + y));
}

// s_i^2 - d_j^2 for root i, from its distance to its own pole.
static inline double distance2(__global const double *d, __global const int *shift, __global const double *eta,
                               const int i, const int j) {
    const double centre = d[shift[i]];
    return eta[i] - (d[j] - centre) * (d[j] + centre);
}

// The z whose roots are exactly those found (Gu and Eisenstat), with the sign of the given one.
__kernel void secular_weights(__global const int *restrict merges, const long merges_offset,
                              __global const double *restrict poles, const long poles_offset,
                              __global const double *restrict zs, const long zs_offset,
                              __global const int *restrict shifts, const long shifts_offset,
                              __global const double *restrict etas, const long etas_offset,
                              __global double *restrict weights, const long weights_offset) {
    const int t = (int)get_global_id(1), j = (int)get_global_id(0), k = POLES(t), row0 = ROW0(t);
    if (j >= k) return;
    __global const double *d = poles + poles_offset + row0, *eta = etas + etas_offset + row0;
    __global const int *shift = shifts + shifts_offset + row0;
    double product = distance2(d, shift, eta, k - 1, j);
    for (int i = 0; i < j; ++i) product *= distance2(d, shift, eta, i, j) / ((d[i] - d[j]) * (d[i] + d[j]));
    for (int i = j; i < k - 1; ++i)
        product *= distance2(d, shift, eta, i, j) / ((d[i + 1] - d[j]) * (d[i + 1] + d[j]));
    weights[weights_offset + row0 + j] = copysign(sqrt(fabs(product)), zs[zs_offset + row0 + j]);
}

// Column i of the vectors of each merge's small matrix, normalised; its rows go where the gathered columns are
// (`place`). left != 0: left vectors, else right ones. Groups of one dimension, a column each.
__kernel void secular_vectors(__global const int *restrict merges, const long merges_offset, const int left,
                              __global const double *restrict poles, const long poles_offset,
                              __global const double *restrict weights, const long weights_offset,
                              __global const int *restrict shifts, const long shifts_offset,
                              __global const double *restrict etas, const long etas_offset,
                              __global const int *restrict place, const long place_offset,
                              __global double *restrict q, const long q_offset, const long ldq,
                              __local double *red) {
    const int t = (int)get_group_id(1), i = (int)get_group_id(0), row0 = ROW0(t);
    const int id = (int)get_local_id(0), items = (int)get_local_size(0);
    const int k = i < POLES(t) ? POLES(t) : 0;
    __global const double *d = poles + poles_offset + row0, *eta = etas + etas_offset + row0;
    __global const double *z = weights + weights_offset + row0;
    __global const int *shift = shifts + shifts_offset + row0;
    double sum = 0.0;
    for (int j = id; j < k; j += items) {
        const double v = left && j == 0 ? -1.0 : (left ? d[j] : 1.0) * z[j] / -distance2(d, shift, eta, i, j);
        sum = fma(v, v, sum);
    }
    red[id] = sum;
    barrier(CLK_LOCAL_MEM_FENCE);
    sum = 0.0;
    for (int j = 0; j < items; ++j) sum += red[j];
    const double scale = 1.0 / sqrt(sum);
    for (int j = id; j < k; j += items) {
        const double v = left && j == 0 ? -1.0 : (left ? d[j] : 1.0) * z[j] / -distance2(d, shift, eta, i, j);
        q[q_offset + row0 + place[place_offset + row0 + j] + (row0 + i) * ldq] = v * scale;
    }
}

// Singular value number i from below, by bisection on the number of values under a bound, counted from the
// differential form of B^T B - s^2, which is accurate whatever the grading (Fernando 1998). bound >= ||B||.
__kernel void bisect_values(const int n, const double bound, __global const double *restrict d, const long d_offset,
                            __global const double *restrict e, const long e_offset,
                            __global double *restrict values, const long values_offset) {
    const int i = (int)get_global_id(0);
    if (i >= n) return;
    double lo = 0.0, hi = bound;
    for (int step = 0; step < 64; ++step) {
        const double middle = 0.5 * (lo + hi), square = middle * middle;
        int below = 0;
        double t = -square;
        for (int j = 0; j < n; ++j) {
            const double dj = d[d_offset + j], ej = j + 1 < n ? e[e_offset + j] : 0.0;
            double pivot = fma(dj, dj, t);
            below += pivot < 0.0;
            if (fabs(pivot) < 1e-290) pivot = pivot < 0.0 ? -1e-290 : 1e-290;
            t = ej * ej * (t / pivot) - square;
        }
        if (below > i)
            hi = middle;
        else
            lo = middle;
    }
    values[values_offset + n - 1 - i] = 0.5 * (lo + hi);
}
