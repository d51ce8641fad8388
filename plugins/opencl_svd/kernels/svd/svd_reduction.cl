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
// reduce_panel is the same two steps for all columns of a panel in one launch, with a barrier of all groups between
// them: a launch costs 6 us on an NVIDIA device, such a barrier one. It needs all its groups resident at once.
//
// The launcher promises: REAL, LANES, ROWS_PER_ITEM (0: columns are read twice, from the cache), PTX and WIDE (double)
// are defined; every group has ROWS * LANES items; with ROWS_PER_ITEM > 0 rows i0 to m fit ROWS_PER_ITEM * items; a
// group owns at most COLUMNS columns; groups of reduce_panel are not more than the device runs at once, and no other
// kernel that waits for its own groups runs beside it. A is scaled to a largest element near 1.
#pragma OPENCL EXTENSION cl_khr_fp64 : enable

typedef REAL real;

#define BLOCK 32          // columns of a panel
#define WIDTH (2 * BLOCK)  // columns of W and of Z
#define ROWS 32           // of a block of a column; LANES items share one
#define SHARE (WIDTH / LANES)
#define DOTS 72      // room for 1 + WIDTH partial sums a group
#define SUBSETS 7    // items that share one of them
#define COLUMNS 48   // of a group of reduce_row
#define SHARES 8     // items that share a column's corrections
#define PAD (WIDTH + 1)
#define GROUP __attribute__((reqd_work_group_size(ROWS * LANES, 1, 1)))
#define POOL 5312  // local memory of a group, in elements: the larger of the two steps' needs

// Where everything of one reduction stands: offsets in `work` and leading dimensions, in elements. One argument in
// place of thirty: at two launches a column, setting arguments is what the host would be busy with.
typedef struct {
    long lda, w, ldm, z, ldn, left, ld_left, right, ld_right, column, row, part, column_dots, row_dots, d, e, tau_left,
        tau_right, arrivals;
    int m, n;
} Layout;

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
#pragma unroll 16
            for (int g = t / DOTS; g < groups; g += SUBSETS) sum += partial[g * DOTS + v];
        scratch[t] = sum;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int v = id; v < DOTS; v += items) {
        real sum = (real)0;
        for (int s = 0; s < SUBSETS; ++s) sum += scratch[v + s * DOTS];
        out[v] = sum;
    }
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
// up to date into `column`, with partial sums of |tail|^2, V^T a and X^T a a block of rows.
static inline void column_step(const Layout at, const int i, const int j, const int row_groups, __global const real *A,
                               __global real *base, __local real *pool) {
    __local real *dots = pool, *scratch = dots + DOTS;
    __local real *left = scratch + DOTS * SUBSETS, *right = left + WIDTH;  // of W's columns in x and in the column
    __local real *sum_x = right + WIDTH, *sum_a = sum_x + LANES * ROWS;
    __local real *products = sum_a + LANES * ROWS, *folded = products + (WIDTH + 1) * (ROWS + 1);
    const int id = (int)get_local_id(0), items = (int)get_local_size(0);
    const int lane = id / ROWS, r0 = id % ROWS;
    const int m = at.m, n = at.n;
    const long lda = at.lda, ldw = at.ldm, ldz = at.ldn;
    __global real *W = base + at.w, *Z = base + at.z;
    __global real *column = base + at.column, *column_dots = base + at.column_dots;
    __global const real *row = base + at.row, *part = base + at.part;

    const int finish = j > 0, update = j < BLOCK && i < n;
    real beta = (real)0, tau = (real)0, inv = (real)0;
    sum_partials(base + at.row_dots, finish ? row_groups : 0, dots, scratch);
    if (finish) {
        const real alpha = row[i];
        reflector(alpha, dots[0], &beta, &tau, &inv);
        for (int c = (int)get_global_id(0); c < n; c += (int)get_global_size(0)) {
            const real u = c < i ? (real)0 : c == i ? (real)1 : row[c] * inv;
            Z[c + (BLOCK + j - 1) * ldz] = u;
            base[at.right + c + (i - 1) * at.ld_right] = u;
        }
        if (get_global_id(0) == 0) base[at.e + i - 1] = beta, base[at.tau_right + i - 1] = tau;
    }
    for (int l = id; l < WIDTH; l += items) {
        const int known = l < BLOCK ? l < j : l < BLOCK + j - 1;
        const real zi = known ? Z[i + l * ldz] : (real)0;
        left[l] = known ? (dots[1 + l] - beta * zi) * inv : (real)0;
        right[l] = zi;
    }
    barrier(CLK_LOCAL_MEM_FENCE);

    const int blocks = (m - i + ROWS - 1) / ROWS;
    for (int block = (int)get_group_id(0); block < blocks; block += (int)get_num_groups(0)) {
        const int r = i + block * ROWS + r0;
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
#pragma unroll 8
            for (int g = lane; g < row_groups; g += LANES) raw += part[g * at.ldm + r];
            if (lane == 0) raw = fma(-beta, ai, raw);
            x = fma(raw, inv, x);
        }
        sum_x[lane * ROWS + r0] = x;
        sum_a[lane * ROWS + r0] = value;
        barrier(CLK_LOCAL_MEM_FENCE);
        x = (real)0, value = ai;
        for (int l = 0; l < LANES; ++l) x += sum_x[l * ROWS + r0], value += sum_a[l * ROWS + r0];
        x *= tau;
        value = r < m ? value - x : (real)0;
        if (finish && lane == 0 && r < m) W[r + (BLOCK + j - 1) * ldw] = x;
        if (update && lane == 0 && r < m) column[r] = value;

        for (int t = 0; t < SHARE; ++t) {
            const int l = lane + t * LANES;
            const real wl = l == BLOCK + j - 1 && finish && r < m ? x : own[t];
            products[l * (ROWS + 1) + r0] = wl * value;
        }
        if (lane == 0) products[WIDTH * (ROWS + 1) + r0] = r > i ? value * value : (real)0;
        barrier(CLK_LOCAL_MEM_FENCE);
        for (int t = id; t < 4 * (WIDTH + 1); t += items) {
            const int l = t % (WIDTH + 1), quarter = t / (WIDTH + 1);
            real sum = (real)0;
            for (int k = 0; k < ROWS / 4; ++k) sum += products[l * (ROWS + 1) + quarter * (ROWS / 4) + k];
            folded[quarter * (WIDTH + 1) + l] = sum;
        }
        barrier(CLK_LOCAL_MEM_FENCE);
        if (update)
            for (int l = id; l <= WIDTH; l += items)
                column_dots[block * DOTS + (l == WIDTH ? 0 : l + 1)] = folded[l] + folded[l + WIDTH + 1] +
                                                                      folded[l + 2 * (WIDTH + 1)] +
                                                                      folded[l + 3 * (WIDTH + 1)];
    }
}

__kernel GROUP void reduce_column(const Layout at, const int i, const int j, const int row_groups,
                            __global const real *restrict a, const long a_offset, __global real *work,
                            const long work_offset) {
    __local real pool[POOL];
    column_step(at, i, j, row_groups, a + a_offset, work + work_offset, pool);
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
static inline void row_step(const Layout at, const int i0, const int j, const int columns, const int column_blocks,
                            __global const real *A, __global real *base, __local real *pool) {
    __local real *dots = pool, *scratch = dots + DOTS;
    __local real *at_v = scratch + DOTS * SUBSETS, *at_row = at_v + WIDTH;  // of Z's columns in y and in the row
    __local real *zs = at_row + WIDTH;
    __local real *fix_y = zs + COLUMNS * PAD, *fix_row = fix_y + COLUMNS, *new_row = fix_row + COLUMNS;
    __local real *parts_y = new_row + COLUMNS, *parts_row = parts_y + SHARES * COLUMNS;
    __local real *red = parts_row + SHARES * COLUMNS;  // 64 elements with PTX, else one an item
    const int id = (int)get_local_id(0), items = (int)get_local_size(0), group = (int)get_group_id(0);
    const int i = i0 + j, m = at.m, n = at.n;
    const long lda = at.lda, ldw = at.ldm, ldz = at.ldn;
    __global real *W = base + at.w, *Z = base + at.z;
    __global real *row = base + at.row, *part = base + at.part + group * at.ldm;
    __global const real *column = base + at.column;

    real beta, tau, inv;
    sum_partials(base + at.column_dots, column_blocks, dots, scratch);
    reflector(column[i], dots[0], &beta, &tau, &inv);
    for (int r = (int)get_global_id(0); r < m; r += (int)get_global_size(0)) {
        const real v = r < i ? (real)0 : r == i ? (real)1 : column[r] * inv;
        W[r + j * ldw] = v;
        base[at.left + r + i * at.ld_left] = v;
    }
    if (get_global_id(0) == 0) base[at.d + i] = beta, base[at.tau_left + i] = tau;

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
    for (int t = id; t < columns * SHARES; t += items) {
        const int c = t % columns, share = t / columns;
        real fy = (real)0, fr = (real)0;
        for (int l = share; l < WIDTH; l += SHARES) {
            fy = fma(zs[c * PAD + l], at_v[l], fy);
            fr = fma(zs[c * PAD + l], at_row[l], fr);
        }
        parts_y[share * COLUMNS + c] = fy;
        parts_row[share * COLUMNS + c] = fr;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int c = id; c < columns; c += items) {
        real fy = (real)0, fr = c < count ? A[i + (first + c) * lda] : (real)0;
        for (int share = 0; share < SHARES; ++share) fy += parts_y[share * COLUMNS + c], fr -= parts_row[share * COLUMNS + c];
        fix_y[c] = fy;
        fix_row[c] = fr;
    }
    barrier(CLK_LOCAL_MEM_FENCE);

#if ROWS_PER_ITEM > 0
    real v[ROWS_PER_ITEM], sum[ROWS_PER_ITEM], next[ROWS_PER_ITEM];
#pragma unroll
    for (int t = 0; t < ROWS_PER_ITEM; ++t) {
        const int r = i0 + id + t * items;
        v[t] = r == i ? (real)1 : r > i && r < m ? column[r] * inv : (real)0;
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
        if (r < m) part[r] = sum[t];
    }
#else
    for (int r = i + id; r < m; r += items) part[r] = (real)0;
    for (int c = 0; c < count; ++c) {
        __global const real *x = A + (first + c) * lda;
        real dot = (real)0;
        for (int r = i + id; r < m; r += items)
            dot = fma(x[r], r == i ? (real)1 : column[r] * inv, dot);
        const real y = tau * (group_sum(dot, red, c & 1) - fix_y[c]);
        const real element = fix_row[c] - y;
        if (id == 0) new_row[c] = element, zs[c * PAD + j] = y;
        for (int r = i + id; r < m; r += items) {
            __global real *p = part + r;
            *p = fma(element, x[r], *p);
        }
    }
#endif
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int c = id; c < count; c += items) {
        Z[first + c + j * ldz] = zs[c * PAD + j];
        row[first + c] = new_row[c];
    }
    for (int l = id; l <= WIDTH; l += items) {
        real sum_l = (real)0;
        if (l == 0)
            for (int c = 0; c < count; ++c) sum_l = first + c > i + 1 ? fma(new_row[c], new_row[c], sum_l) : sum_l;
        else
            for (int c = 0; c < count; ++c) sum_l = fma(zs[c * PAD + l - 1], new_row[c], sum_l);
        base[at.row_dots + group * DOTS + l] = sum_l;
    }
}

__kernel GROUP void reduce_row(const Layout at, const int i0, const int j, const int columns, const int column_blocks,
                         __global const real *restrict a, const long a_offset, __global real *work,
                         const long work_offset) {
    __local real pool[POOL];
    row_step(at, i0, j, columns, column_blocks, a + a_offset, work + work_offset, pool);
}

// All groups meet; what they wrote before is seen after. `meeting` counts from 1.
static inline void meet(volatile __global int *arrivals, const int meeting) {
    barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
#if PTX
    if (get_local_id(0) == 0) {
        const int expected = meeting * (int)get_num_groups(0);
        asm volatile("fence.acq_rel.gpu;" ::: "memory");
        atomic_inc(arrivals);
        while (*arrivals < expected) {
        }
        asm volatile("fence.acq_rel.gpu;" ::: "memory");
    }
    barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
#endif
}

// `count` columns from i0 on; `meetings` have been held since arrivals was zero. Without PTX there is one group.
__kernel GROUP void reduce_panel(const Layout at, const int i0, const int count, const int meetings,
                           __global const real *restrict a, const long a_offset, __global real *work,
                           const long work_offset) {
    __local real pool[POOL];
    __global real *base = work + work_offset;
    volatile __global int *arrivals = (volatile __global int *)(base + at.arrivals);
    const int groups = (int)get_num_groups(0), more = i0 + count < at.n;
    int row_groups = 0;
    for (int step = 0; step < 2 * count + more; ++step) {
        const int j = step / 2, i = i0 + j;
        if (step % 2 == 0) {
            column_step(at, i, j, row_groups, a + a_offset, base, pool);
        } else {
            const int trailing = at.n - i - 1, columns = max(1, (trailing + groups - 1) / groups);
            row_groups = max(1, (trailing + columns - 1) / columns);
            row_step(at, i0, j, columns, (at.m - i + ROWS - 1) / ROWS, a + a_offset, base, pool);
        }
        meet(arrivals, meetings + step + 1);
    }
}
