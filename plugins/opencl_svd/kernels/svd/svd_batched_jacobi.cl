// Singular value decompositions of many small matrices by one-sided Jacobi, one matrix to a work-group.
//
// The columns of the p x q matrix G (p >= q) are made orthogonal by plane rotations; then their norms are the
// singular values, the normalised columns the long vectors, and the product of the rotations the short ones
// (Hestenes 1958; Demmel and Veselic 1992). A round rotates q / 2 disjoint pairs of columns, chosen by the
// round-robin tournament; `lanes` items share the rows of a pair. The larger column of a pair goes first
// (de Rijk 1989), which sorts the values and saves sweeps. The matrix is scaled by a power of two to a largest
// element in [1, 2), so squares neither overflow nor lose what matters. Columns that fall below eps * ||G|| have
// no direction of their own: their long vectors are completed to an orthonormal basis by Gram-Schmidt.
//
// The launcher promises: REAL, LOCAL_G, LOCAL_V defined; work-group of pairs * lanes items, pairs = (q + 1) / 2,
// lanes a power of two above 1; one work-group a matrix; local memory for G ((p | 1) * q), V ((q | 1) * q), norm2 (q), red (one
// an item), done (max(q, 1)); where LOCAL_G (LOCAL_V)
// is 0, g_work (v_work) has count * p * q (count * q * q) elements. Element (i, j) of matrix b stands at
// a[a_offset + b * a_stride + i * a_row + j * a_col], so a transposed matrix is only other strides.
#pragma OPENCL EXTENSION cl_khr_fp64 : enable

typedef REAL real;

// Odd leading dimensions spread the columns of different pairs over the banks of local memory.
#if LOCAL_G
#define G_SPACE __local
#define LDG (p | 1)
#else
#define G_SPACE __global
#define LDG p
#endif
#if LOCAL_V
#define V_SPACE __local
#define LDV (q | 1)
#else
#define V_SPACE __global
#define LDV q
#endif

#define SWEEPS 40
#define CONVERGED 0
#define NOT_CONVERGED 1
#define NOT_FINITE 2

#define STAGE 32

// Sum over the work-group; every item gets it. `red` holds one element an item.
static inline real group_sum(real x, __local real *red) {
    const int id = (int)get_local_id(0), items = (int)get_local_size(0);
    red[id] = x;
    barrier(CLK_LOCAL_MEM_FENCE);
    real sum = (real)0;
    if (id < STAGE)
        for (int i = id; i < items; i += STAGE) sum += red[i];
    barrier(CLK_LOCAL_MEM_FENCE);
    if (id < STAGE) red[id] = sum;
    barrier(CLK_LOCAL_MEM_FENCE);
    sum = (real)0;
    for (int i = 0; i < min(STAGE, items); ++i) sum += red[i];
    barrier(CLK_LOCAL_MEM_FENCE);
    return sum;
}

static inline real group_max(real x, __local real *red) {
    const int id = (int)get_local_id(0), items = (int)get_local_size(0);
    red[id] = x;
    barrier(CLK_LOCAL_MEM_FENCE);
    if (id < STAGE)
        for (int i = id; i < items; i += STAGE) x = fmax(x, red[i]);
    barrier(CLK_LOCAL_MEM_FENCE);
    if (id < STAGE) red[id] = x;
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int i = 0; i < min(STAGE, items); ++i) x = fmax(x, red[i]);
    barrier(CLK_LOCAL_MEM_FENCE);
    return x;
}

// norm2[j] := ||G(:, j)||^2 for all columns.
static inline void column_norms(G_SPACE const real *G, __local real *norm2, __local real *red, const int p,
                                const int q, const int lanes) {
    const int id = (int)get_local_id(0), pairs = (int)get_local_size(0) / lanes;
    const int lane = id % lanes;
    for (int round = 0; round < 2; ++round) {
        const int j = id / lanes + round * pairs;
        real sum = (real)0;
        if (j < q)
            for (int i = lane; i < p; i += lanes) sum = fma(G[i + j * LDG], G[i + j * LDG], sum);
        red[id] = sum;
        barrier(CLK_LOCAL_MEM_FENCE);
        if (lane == 0 && j < q) {
            for (int l = 1; l < lanes; ++l) sum += red[id + l];
            norm2[j] = sum;
        }
        barrier(CLK_LOCAL_MEM_FENCE);
    }
}

// Column j of G becomes a unit vector orthogonal to the columns whose `done` is set: the coordinate vector that
// they cover least, orthogonalised twice. The work of one item: it is rare, and barriers under a condition are
// what drivers for processors get wrong.
static inline void complete_column(G_SPACE real *G, __local const int *done, const int p, const int q, const int j) {
    int best = 0;
    real least = (real)INFINITY;
    for (int i = 0; i < p; ++i) {
        real covered = (real)0;
        for (int l = 0; l < q; ++l)
            if (done[l]) covered = fma(G[i + l * LDG], G[i + l * LDG], covered);
        if (covered < least) least = covered, best = i;
    }
    for (int i = 0; i < p; ++i) G[i + j * LDG] = i == best ? (real)1 : (real)0;
    for (int pass = 0; pass < 2; ++pass)
        for (int l = 0; l < q; ++l) {
            if (!done[l]) continue;
            real dot = (real)0;
            for (int i = 0; i < p; ++i) dot = fma(G[i + l * LDG], G[i + j * LDG], dot);
            for (int i = 0; i < p; ++i) G[i + j * LDG] = fma(-dot, G[i + l * LDG], G[i + j * LDG]);
        }
    real square = (real)0;
    for (int i = 0; i < p; ++i) square = fma(G[i + j * LDG], G[i + j * LDG], square);
    for (int i = 0; i < p; ++i) G[i + j * LDG] /= sqrt(square);
}

// s: q descending values a matrix. long_: p x q, short_: q x q, both by strides; written where wanted.
// status: one of the three above a matrix; the other results mean something where it is CONVERGED.
__kernel void svd_batched_jacobi(
    const int p, const int q, const int lanes, const real eps,                                                //
    __global const real *restrict a, const long a_offset, const long a_row, const long a_col, const long a_stride,  //
    __global real *restrict s, const long s_offset, const long s_stride,                                      //
    const int want_long, __global real *restrict long_, const long long_offset, const long long_row,
    const long long_col, const long long_stride,  //
    const int want_short, __global real *restrict short_, const long short_offset, const long short_row,
    const long short_col, const long short_stride,                                                            //
    __global int *restrict status, const long status_offset,                                                  //
    __global real *g_work, const long g_offset, __global real *v_work, const long v_offset,                   //
    __local real *g_local, __local real *v_local, __local real *norm2, __local real *red, __local int *done) {
    const int id = (int)get_local_id(0), items = (int)get_local_size(0);
    const long b = (long)get_group_id(0);
    const int pair = id / lanes, lane = id - pair * lanes;
    __global const real *A = a + a_offset + b * a_stride;
#if LOCAL_G
    __local real *G = g_local;
#else
    __global real *G = g_work + g_offset + b * p * q;
#endif
#if LOCAL_V
    __local real *V = v_local;
#else
    __global real *V = v_work + v_offset + b * q * q;
#endif

    // Scale and load; a matrix that is not finite is replaced by zero, so that all items go the same way.
    real largest = (real)0;
    for (int e = id; e < p * q; e += items) {
        const real x = fabs(A[(e % p) * a_row + (e / p) * a_col]);
        largest = isfinite(x) ? fmax(largest, x) : (real)INFINITY;
    }
    largest = group_max(largest, red);
    const int finite = isfinite(largest);
    const int exponent = finite && largest > (real)0 ? ilogb(largest) : 0;
    real square = (real)0;
    for (int e = id; e < p * q; e += items) {
        const real x = finite ? ldexp(A[(e % p) * a_row + (e / p) * a_col], -exponent) : (real)0;
        G[e % p + e / p * LDG] = x;
        square = fma(x, x, square);
    }
    if (want_short)
        for (int e = id; e < q * q; e += items) V[e % q + e / q * LDV] = e % q == e / q ? (real)1 : (real)0;
    const real floor2 = eps * eps * group_sum(square, red) / (real)q;
    const double tolerance2 = (double)eps * eps * p;
    barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);

    const int players = q + q % 2, others = players - 1;
    int converged = 0;
    for (int sweep = 0; sweep <= SWEEPS && !converged; ++sweep) {
        // Norms anew: what the rotations carried along has lost digits by cancellation.
        column_norms(G, norm2, red, p, q, lanes);
        if (id == 0) done[0] = 0;
        barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
        for (int round = 0; round < others; ++round) {
            int x = pair == 0 ? others : (round + pair) % others, y = pair == 0 ? round : (round - pair + others) % others;
            const int first = min(x, y), second = max(x, y);
            const int plays = 2 * pair < players && second < q;
            G_SPACE real *u = G + first * LDG, *w = G + second * LDG;
            real dot = (real)0;
            if (plays)
                for (int i = lane; i < p; i += lanes) dot = fma(u[i], w[i], dot);
            red[id] = dot;
            barrier(CLK_LOCAL_MEM_FENCE);
            real sn = (real)0, h = (real)0, alpha = (real)0, beta = (real)0;  // h: tangent of half the angle
            int swap = 0, rotate = 0;
            if (plays) {
                dot = (real)0;
                for (int l = 0; l < lanes; ++l) dot += red[pair * lanes + l];
                alpha = norm2[first], beta = norm2[second];
                rotate = fmin(alpha, beta) > floor2 && (double)dot * dot > tolerance2 * alpha * beta;
                if (rotate) {
                    const double gap = (double)beta - alpha, twice = 2.0 * dot;  // squares of floats may underflow
                    const real t = (real)((gap < 0.0 ? -twice : twice) / (fabs(gap) + sqrt(fma(gap, gap, twice * twice))));
                    const real c = rsqrt(fma(t, t, (real)1));
                    sn = c * t, h = sn / ((real)1 + c);
                    alpha -= t * dot, beta += t * dot;
                }
                swap = alpha < beta;
                if (rotate || swap) {
                    for (int i = lane; i < p; i += lanes) {
                        const real f = fma(-sn, fma(h, u[i], w[i]), u[i]), g = fma(sn, fma(-h, w[i], u[i]), w[i]);
                        u[i] = swap ? g : f, w[i] = swap ? f : g;
                    }
                    if (want_short) {
                        V_SPACE real *vu = V + first * LDV, *vw = V + second * LDV;
                        for (int i = lane; i < q; i += lanes) {
                            const real f = fma(-sn, fma(h, vu[i], vw[i]), vu[i]), g = fma(sn, fma(-h, vw[i], vu[i]), vw[i]);
                            vu[i] = swap ? g : f, vw[i] = swap ? f : g;
                        }
                    }
                    if (lane == 0 && rotate) atomic_or(done, 1);
                }
            }
            barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
            // Only now may the norms change: other lanes of the pair have read them.
            if (plays && lane == 0) norm2[first] = swap ? beta : alpha, norm2[second] = swap ? alpha : beta;
        }
        barrier(CLK_LOCAL_MEM_FENCE);
        converged = done[0] == 0;
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    // What hundreds of rotations did to the lengths of V's columns.
    if (want_short)
        for (int j = id; j < q; j += items) {
            real sum = (real)0;
            for (int i = 0; i < q; ++i) sum = fma(V[i + j * LDV], V[i + j * LDV], sum);
            sum = (real)1 / sqrt(sum);
            for (int i = 0; i < q; ++i) V[i + j * LDV] *= sum;
        }
    // The last sweep changed nothing but the order, and the norms with it.
    for (int j = id; j < q; j += items) done[j] = norm2[j] > floor2;
    barrier(CLK_LOCAL_MEM_FENCE);
    __global real *values = s + s_offset + b * s_stride;
    if (want_long)
        for (int e = id; e < p * q; e += items)
            if (done[e / p]) G[e % p + e / p * LDG] /= sqrt(norm2[e / p]);
    barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
    if (want_long && id == 0)
        for (int j = 0; j < q; ++j)
            if (!done[j]) {
                complete_column(G, done, p, q, j);
                done[j] = 1;
            }
    barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
    for (int j = id; j < q; j += items) {
        int place = 0;
        for (int i = 0; i < q; ++i) place += norm2[i] > norm2[j] || (norm2[i] == norm2[j] && i < j);
        values[place] = ldexp(sqrt(norm2[j]), exponent);
        done[j] = place;
    }
    barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
    if (want_long)
        for (int e = id; e < p * q; e += items)
            long_[long_offset + b * long_stride + (e % p) * long_row + done[e / p] * long_col] =
                G[e % p + e / p * LDG];
    if (want_short)
        for (int e = id; e < q * q; e += items)
            short_[short_offset + b * short_stride + (e % q) * short_row + done[e / q] * short_col] =
                V[e % q + e / q * LDV];
    if (id == 0) status[status_offset + b] = !finite ? NOT_FINITE : converged ? CONVERGED : NOT_CONVERGED;
}
