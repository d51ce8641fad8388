// Reduction of an m x n matrix (m >= n) to upper bidiagonal form, blocked as LAPACK's dlabrd, with both
// matrix-vector products of a column in one pass over the trailing matrix.
//
// Column i of a panel costs two kernels. reduce_column finishes x, the left update vector of the row before,
// brings column i up to date and leaves the partial sums from which everyone makes the reflector v.
// reduce_row lets each work-group own columns of the trailing matrix: an item keeps its rows of a column in
// registers, the group takes the dot product with v, which gives an element y of the right update vector and
// with it the new element of row i, and adds the column times that element to its part of A * row (the BLAS 2.5
// operator of Howell, Demmel, Fulton, Hammarling and Marmol, 2008: the matrix is read once). The reflector u of
// the row is row - beta e_1 up to a factor, so A u follows from A * row without a second pass.
// Bytes: 8/3 n^3 for a square matrix of doubles, of which nothing is read twice; about 2 (groups / columns) more
// for the partial sums.
//
// The panel's updates stay in W = [V X] and Z = [Y U]: the true trailing matrix is A - W Z^T, and a product of
// the runtime makes it so after BLOCK columns. V and U are also kept for the back-transformation, in VL and UR.
//
// The launcher promises: REAL, ROWS_PER_ITEM (0: columns are read twice, from the cache) and PTX are defined;
// reduce_column has ROWS * LANES items a group; with ROWS_PER_ITEM > 0 rows i0 to m fit ROWS_PER_ITEM * items,
// and a group of reduce_row has at most COLUMNS columns. A is scaled to a largest element near 1.
#pragma OPENCL EXTENSION cl_khr_fp64 : enable

typedef REAL real;

#define BLOCK 32          // columns of a panel
#define WIDTH (2 * BLOCK)  // columns of W and of Z
#define ROWS 32           // of a group of reduce_column
#define LANES 8           // items that share such a row
#define SHARE (WIDTH / LANES)
#define DOTS 72      // room for 1 + WIDTH partial sums a group
#define SUBSETS 3    // items that share one of them
#define COLUMNS 64   // of a group of reduce_row
#define PAD (WIDTH + 1)

// A reflector I - tau w w^T with w = 1 at the head and inv * x below it turns (alpha, x) into (beta, 0). A tail
// whose square cannot be told from underflow is taken for zero: with ||A|| near 1 that is far below eps.
#define TINY (sizeof(real) == 8 ? (real)1e-270 : (real)1e-25f)
static inline void reflector(const real alpha, const real tail2, real *beta, real *tau, real *inv) {
    const int flat = !(tail2 > TINY);
    const real length = sqrt(alpha * alpha + tail2);
    *beta = flat ? alpha : alpha > (real)0 ? -length : length;
    *tau = flat ? (real)0 : (*beta - alpha) / *beta;
    *inv = flat ? (real)0 : (real)1 / (alpha - *beta);
}

// out[v] := sum over groups of partial[g][v], v < 1 + WIDTH. `scratch` holds DOTS * SUBSETS elements.
static inline void sum_partials(__global const real *partial, const int groups, __local real *out,
                                __local real *scratch) {
    const int id = (int)get_local_id(0), items = (int)get_local_size(0);
    for (int t = id; t < DOTS * SUBSETS; t += items) {
        const int v = t % DOTS;
        real sum = (real)0;
        if (v <= WIDTH)
#pragma unroll 8
            for (int g = t / DOTS; g < groups; g += SUBSETS) sum += partial[g * DOTS + v];
        scratch[t] = sum;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int v = id; v < DOTS; v += items) out[v] = scratch[v] + scratch[v + DOTS] + scratch[v + 2 * DOTS];
    barrier(CLK_LOCAL_MEM_FENCE);
}

// Largest absolute value of each group's share of an m x n matrix; infinite where an element is not finite.
__kernel void largest_element(const int m, const int n, __global const real *restrict a, const long a_offset,
                              const long lda, __global real *restrict largest, const long largest_offset,
                              __local real *red) {
    const int id = (int)get_local_id(0), items = (int)get_local_size(0);
    real most = (real)0;
    for (int j = (int)get_group_id(0); j < n; j += (int)get_num_groups(0))
        for (int i = id; i < m; i += items) {
            const real x = fabs(a[a_offset + i + j * lda]);
            most = isfinite(x) ? fmax(most, x) : (real)INFINITY;
        }
    red[id] = most;
    barrier(CLK_LOCAL_MEM_FENCE);
    if (id == 0) {
        for (int i = 1; i < items; ++i) most = fmax(most, red[i]);
        largest[largest_offset + get_group_id(0)] = most;
    }
}

// to(i, j) := 2^exponent * from(i, j), or of from(j, i) where `turned`; `to` is m x n. Groups of 32 x 8 items, a
// 32 x 32 tile each.
__kernel void load_matrix(const int m, const int n, const int turned, const int exponent,
                          __global const real *restrict from, const long from_offset, const long from_ld,
                          __global real *restrict to, const long to_offset, const long to_ld) {
    __local real tile[32][33];
    const int x = (int)get_local_id(0), y = (int)get_local_id(1);
    const int row0 = (int)get_group_id(0) * 32, col0 = (int)get_group_id(1) * 32;
    for (int k = y; k < 32; k += 8) {
        const int i = turned ? row0 + k : row0 + x, j = turned ? col0 + x : col0 + k;
        if (i < m && j < n) tile[k][x] = ldexp(from[from_offset + (turned ? j + i * from_ld : i + j * from_ld)], exponent);
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int k = y; k < 32; k += 8)
        if (row0 + x < m && col0 + k < n)
            to[to_offset + row0 + x + (col0 + k) * to_ld] = turned ? tile[x][k] : tile[k][x];
}

// Column i = i0 + j. j > 0: finishes x of row i - 1, writes U's column j - 1. j < BLOCK and i < n: brings column i
// up to date into `column`, with partial sums of |tail|^2, V^T a and X^T a a group.
__kernel void reduce_column(
    const int m, const int n, const int i, const int j,                                              //
    __global const real *restrict a, const long a_offset, const long lda,                            //
    __global real *restrict w, const long w_offset, const long ldw,                                  //
    __global real *restrict z, const long z_offset, const long ldz,                                  //
    __global real *restrict ur, const long ur_offset, const long ldur,                               //
    __global real *restrict column, const long column_offset,                                        //
    __global const real *restrict row, const long row_offset,                                        //
    __global const real *restrict part, const long part_offset, const long ldpart,                   //
    __global const real *restrict row_dots, const long row_dots_offset, const int row_groups,        //
    __global real *restrict column_dots, const long column_dots_offset,                              //
    __global real *restrict e, const long e_offset, __global real *restrict taup, const long taup_offset) {
    __local real dots[DOTS], scratch[DOTS * SUBSETS];
    __local real left[WIDTH], right[WIDTH];  // coefficients of W's columns in x and in the column
    __local real sum_x[LANES][ROWS], sum_a[LANES][ROWS];
    __local real products[WIDTH + 1][ROWS + 1];
    __local real folded[4][WIDTH + 1];
    const int id = (int)get_local_id(0), group = (int)get_group_id(0);
    const int lane = id / ROWS, r0 = id % ROWS, r = i + group * ROWS + r0;
    __global const real *A = a + a_offset;
    __global real *W = w + w_offset, *Z = z + z_offset;

    const int finish = j > 0, update = j < BLOCK && i < n;
    real beta = (real)0, tau = (real)0, inv = (real)0;
    sum_partials(row_dots + row_dots_offset, finish ? row_groups : 0, dots, scratch);
    if (finish) {
        const real alpha = row[row_offset + i];
        reflector(alpha, dots[0], &beta, &tau, &inv);
        for (int c = (int)get_global_id(0); c < n; c += (int)get_global_size(0)) {
            const real u = c < i ? (real)0 : c == i ? (real)1 : row[row_offset + c] * inv;
            Z[c + (BLOCK + j - 1) * ldz] = u;
            ur[ur_offset + c + (i - 1) * ldur] = u;
        }
        if (group == 0 && id == 0) e[e_offset + i - 1] = beta, taup[taup_offset + i - 1] = tau;
    }
    if (id < WIDTH) {
        const int known = id < BLOCK ? id < j : id < BLOCK + j - 1;
        const real zi = known ? Z[i + id * ldz] : (real)0;
        left[id] = known ? (dots[1 + id] - beta * zi) * inv : (real)0;
        right[id] = zi;
    }
    barrier(CLK_LOCAL_MEM_FENCE);

    real own[SHARE];
    real x = (real)0, value = (real)0;
    const real ai = r < m && i < n ? A[r + i * lda] : (real)0;
    for (int t = 0; t < SHARE; ++t) {
        const int l = lane + t * LANES;
        const int known = l < BLOCK ? l < j : l < BLOCK + j - 1;
        own[t] = r < m && known ? W[r + l * ldw] : (real)0;
        x = fma(-own[t], left[l], x);
        value = fma(-own[t], right[l], value);
    }
    if (finish && r < m) {
        real raw = (real)0;
#pragma unroll 4
        for (int g = lane; g < row_groups; g += LANES) raw += part[part_offset + g * ldpart + r];
        if (lane == 0) raw = fma(-beta, ai, raw);
        x = fma(raw, inv, x);
    }
    sum_x[lane][r0] = x;
    sum_a[lane][r0] = value;
    barrier(CLK_LOCAL_MEM_FENCE);
    x = (real)0, value = ai;
    for (int l = 0; l < LANES; ++l) x += sum_x[l][r0], value += sum_a[l][r0];
    x *= tau;
    value = r < m ? value - x : (real)0;
    if (finish && lane == 0 && r < m) W[r + (BLOCK + j - 1) * ldw] = x;
    if (update && lane == 0 && r < m) column[column_offset + r] = value;

    for (int t = 0; t < SHARE; ++t) {
        const int l = lane + t * LANES;
        const real wl = l == BLOCK + j - 1 && finish && r < m ? x : own[t];
        products[l][r0] = wl * value;
    }
    if (lane == 0) products[WIDTH][r0] = r > i ? value * value : (real)0;
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int t = id; t < 4 * (WIDTH + 1); t += ROWS * LANES) {
        const int l = t % (WIDTH + 1), quarter = t / (WIDTH + 1);
        real sum = (real)0;
        for (int k = 0; k < ROWS / 4; ++k) sum += products[l][quarter * (ROWS / 4) + k];
        folded[quarter][l] = sum;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    if (update && id <= WIDTH)
        column_dots[column_dots_offset + group * DOTS + (id == WIDTH ? 0 : id + 1)] =
            folded[0][id] + folded[1][id] + folded[2][id] + folded[3][id];
}

#if PTX
static inline real shuffle_xor(const real x, const int mask) {
#define SHUFFLE(word) asm volatile("shfl.sync.bfly.b32 %0, %0, %1, 0x1f, 0xffffffff;" : "+r"(word) : "r"(mask))
#if WIDE
    int2 words = as_int2(x);
    SHUFFLE(words.x);
    SHUFFLE(words.y);
    return as_double(words);
#else
    int word = as_int(x);
    SHUFFLE(word);
    return as_float(word);
#endif
}
// Sum over the group, for every item. `red` is two buffers that calls take in turn, so one barrier suffices.
static inline real group_sum(real x, __local real *red, const int turn) {
    const int id = (int)get_local_id(0), warps = (int)get_local_size(0) / 32;
    for (int mask = 16; mask > 0; mask >>= 1) x += shuffle_xor(x, mask);
    if (id % 32 == 0) red[turn * 32 + id / 32] = x;
    barrier(CLK_LOCAL_MEM_FENCE);
    x = (real)0;
#pragma unroll 16
    for (int i = 0; i < warps; ++i) x += red[turn * 32 + i];
    return x;
}
#else
static inline real group_sum(real x, __local real *red, const int turn) {
    const int id = (int)get_local_id(0), items = (int)get_local_size(0);
    red[id] = x;
    barrier(CLK_LOCAL_MEM_FENCE);
    if (id == 0) {
        for (int i = 1; i < items; ++i) x += red[i];
        red[0] = x;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    x = red[0];
    barrier(CLK_LOCAL_MEM_FENCE);
    return x;
}
#endif

// Row i = i0 + j: the reflector v of column i, then one pass over columns i + 1 to n. Writes v to W and VL, y to Z,
// the new row, and each group's part of A * row with its partial sums of |tail|^2, Y^T row and U^T row.
// `red` holds 64 elements with PTX, else one an item.
__kernel void reduce_row(
    const int m, const int n, const int i0, const int j, const int columns,                  //
    __global const real *restrict a, const long a_offset, const long lda,                    //
    __global real *restrict w, const long w_offset, const long ldw,                          //
    __global real *restrict z, const long z_offset, const long ldz,                          //
    __global real *restrict vl, const long vl_offset, const long ldvl,                       //
    __global const real *restrict column, const long column_offset,                          //
    __global real *restrict row, const long row_offset,                                      //
    __global real *restrict part, const long part_offset, const long ldpart,                 //
    __global const real *restrict column_dots, const long column_dots_offset, const int column_groups,  //
    __global real *restrict row_dots, const long row_dots_offset,                            //
    __global real *restrict d, const long d_offset, __global real *restrict tauq, const long tauq_offset,
    __local real *red) {
    __local real dots[DOTS], scratch[DOTS * SUBSETS];
    __local real at_v[WIDTH], at_row[WIDTH];  // coefficients of Z's columns in y and in the row
    __local real zs[COLUMNS * PAD];
    __local real fix_y[COLUMNS], fix_row[COLUMNS], new_row[COLUMNS];
    const int id = (int)get_local_id(0), items = (int)get_local_size(0), group = (int)get_group_id(0);
    const int i = i0 + j;
    __global const real *A = a + a_offset;
    __global real *W = w + w_offset, *Z = z + z_offset;

    real beta, tau, inv;
    sum_partials(column_dots + column_dots_offset, column_groups, dots, scratch);
    reflector(column[column_offset + i], dots[0], &beta, &tau, &inv);
    for (int r = (int)get_global_id(0); r < m; r += (int)get_global_size(0)) {
        const real v = r < i ? (real)0 : r == i ? (real)1 : column[column_offset + r] * inv;
        W[r + j * ldw] = v;
        vl[vl_offset + r + i * ldvl] = v;
    }
    if (group == 0 && id == 0) d[d_offset + i] = beta, tauq[tauq_offset + i] = tau;

    const int first = i + 1 + group * columns, count = max(0, min(columns, n - first));
    for (int l = id; l < WIDTH; l += items) {
        const int known = l % BLOCK < j;
        const real wi = known ? W[i + l * ldw] : (real)0;
        at_v[l] = known ? (dots[1 + l] - beta * wi) * inv : (real)0;
        at_row[l] = wi;
    }
    for (int t = id; t < columns * WIDTH; t += items) {
        const int c = t % columns, l = t / columns;
        zs[c * PAD + l] = c < count && l % BLOCK < j ? Z[first + c + l * ldz] : (real)0;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int c = id; c < columns; c += items) {
        real fy = (real)0, fr = (real)0;
        for (int l = 0; l < WIDTH; ++l) {
            fy = fma(zs[c * PAD + l], at_v[l], fy);
            fr = fma(zs[c * PAD + l], at_row[l], fr);
        }
        fix_y[c] = fy;
        fix_row[c] = (c < count ? A[i + (first + c) * lda] : (real)0) - fr;
    }
    barrier(CLK_LOCAL_MEM_FENCE);

#if ROWS_PER_ITEM > 0
    real v[ROWS_PER_ITEM], sum[ROWS_PER_ITEM], next[ROWS_PER_ITEM];
#pragma unroll
    for (int t = 0; t < ROWS_PER_ITEM; ++t) {
        const int r = i0 + id + t * items;
        v[t] = r == i ? (real)1 : r > i && r < m ? column[column_offset + r] * inv : (real)0;
        sum[t] = (real)0;
        next[t] = count > 0 && r < m ? A[r + first * lda] : (real)0;
    }
    for (int c = 0; c < count; ++c) {
        real x[ROWS_PER_ITEM];
        real dot = (real)0;
#pragma unroll
        for (int t = 0; t < ROWS_PER_ITEM; ++t) {
            x[t] = next[t];
            dot = fma(x[t], v[t], dot);
        }
        if (c + 1 < count)  // under way while the group adds up
#pragma unroll
            for (int t = 0; t < ROWS_PER_ITEM; ++t) {
                const int r = i0 + id + t * items;
                next[t] = r < m ? A[r + (first + c + 1) * lda] : (real)0;
            }
        const real y = tau * (group_sum(dot, red, c & 1) - fix_y[c]);
        const real element = fix_row[c] - y;
        if (id == 0) new_row[c] = element, zs[c * PAD + j] = y;
#pragma unroll
        for (int t = 0; t < ROWS_PER_ITEM; ++t) sum[t] = fma(element, x[t], sum[t]);
    }
#pragma unroll
    for (int t = 0; t < ROWS_PER_ITEM; ++t) {
        const int r = i0 + id + t * items;
        if (r < m) part[part_offset + group * ldpart + r] = sum[t];
    }
#else
    for (int r = i + id; r < m; r += items) part[part_offset + group * ldpart + r] = (real)0;
    for (int c = 0; c < count; ++c) {
        __global const real *x = A + (first + c) * lda;
        real dot = (real)0;
        for (int r = i + id; r < m; r += items)
            dot = fma(x[r], r == i ? (real)1 : column[column_offset + r] * inv, dot);
        const real y = tau * (group_sum(dot, red, c & 1) - fix_y[c]);
        const real element = fix_row[c] - y;
        if (id == 0) new_row[c] = element, zs[c * PAD + j] = y;
        for (int r = i + id; r < m; r += items) {
            __global real *p = part + part_offset + group * ldpart + r;
            *p = fma(element, x[r], *p);
        }
    }
#endif
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int c = id; c < count; c += items) {
        Z[first + c + j * ldz] = zs[c * PAD + j];
        row[row_offset + first + c] = new_row[c];
    }
    for (int l = id; l <= WIDTH; l += items) {
        real sum_l = (real)0;
        if (l == 0)
            for (int c = 0; c < count; ++c) sum_l = first + c > i + 1 ? fma(new_row[c], new_row[c], sum_l) : sum_l;
        else
            for (int c = 0; c < count; ++c) sum_l = fma(zs[c * PAD + l - 1], new_row[c], sum_l);
        row_dots[row_dots_offset + group * DOTS + l] = sum_l;
    }
}
