// C = alpha op(A) op(B) + beta C in double on NVIDIA's fp64 tensor cores, reached through inline PTX.
//
// A work-group computes one TM x TN tile of C; each of its warps a WM x WN part, as m16n8k8 products whose
// accumulators never leave registers. Tiles of A and B, eight deep, travel through rings of SA and SB local
// buffers by cp.async, spread among the products so that these hide them. While one step multiplies, the
// fragments of the next are read from local memory into registers, so a local buffer is free for a new copy a
// whole step before its products are done. Copies go through the first-level cache (.ca): two work-groups of a
// compute unit that share rows or columns then share the traffic, which is what bounds this kernel.
//
// Sums over k run in an order that suits the lanes; both operands agree, so the product is the same up to
// rounding. A lane's two rows of C are neighbours, which makes its stores 16 bytes wide.
//
// The launcher promises: TM, TN, WM, WN, SA, SB, TRANS_A, TRANS_B, VEC are defined; the work-group is
// (THREADS, 1, 1), the global size is (tiles * THREADS, batch); with VEC 2, lda, ldb, strides and offsets
// are even and the buffers 16-byte aligned. Edges are filled with zeros by cp.async; any m, n, k > 0 is right.
#pragma OPENCL EXTENSION cl_khr_fp64 : enable

#define TK 8
#define NT_M (WM / 16)
#define NT_N (WN / 8)
#define WARPS_M (TM / WM)
#define THREADS (32 * (TM / WM) * (TN / WN))

// An operand is "wide" where its m or n index runs fastest in memory, "deep" where k does. Wide tiles are kept
// as TK padded rows, deep ones as rows of eight. Lane t of a quad takes k = 2t and 2t + 1 (a deep B in one
// 16-byte read) unless A is deep: then k = t and t + 4, since the instruction wants A's rows, not its columns,
// in neighbouring registers. Padding and the exchange of row halves keep every read free of bank conflicts.
#define WIDE_A (!TRANS_A)
#define WIDE_B (TRANS_B)
#define SPLIT (TRANS_A)
#define PAD (SPLIT ? 4 : 2)
#define SIZE_A (WIDE_A ? TK * (TM + PAD) : TK * TM)
#define SIZE_B (WIDE_B ? TK * (TN + PAD) : TK * TN)
#define FIRST_K(t) (SPLIT ? (t) : 2 * (t))
#define SECOND_K(t) (SPLIT ? (t) + 4 : 2 * (t) + 1)
#define HALF_EXCHANGE(slot) (SPLIT ? 4 * (((slot) >> 1) & 1) : 0)

static inline uint window_address(__local const double *p) { return (uint)(ulong)p; }

static inline void copy_chunk(__local double *to, __global const double *from, int bytes) {
#if VEC == 2
    asm volatile("cp.async.ca.shared.global [%0], [%1], 16, %2;" ::"r"(window_address(to)), "l"(from), "r"(bytes)
                 : "memory");
#else
    asm volatile("cp.async.ca.shared.global [%0], [%1], 8, %2;" ::"r"(window_address(to)), "l"(from), "r"(bytes)
                 : "memory");
#endif
}

static inline void commit_copies(void) { asm volatile("cp.async.commit_group;" ::: "memory"); }

// A row's place among sixteen: rows 2g and 2g + 1 become the instruction's rows g and g + 8.
static inline int row_of_slot(int slot) { return (slot & ~15) + 2 * (slot & 7) + ((slot >> 3) & 1); }

// A tile's copies are spread over the work-group in chunks of VEC elements; an item's copies lie COPY_STRIDE
// rows (wide: of k; deep: of m or n) apart.
#define CHUNKS(wide, extent) ((wide) ? (extent) / VEC : TK / VEC)
#define COPY_STRIDE(wide, extent) (THREADS / CHUNKS(wide, extent))
#define COPIES_A (TM * TK / VEC / THREADS)
#define COPIES_B (TN * TK / VEC / THREADS)
#if TM *TK % (VEC * THREADS) || TN *TK % (VEC * THREADS)
#error "a tile must divide evenly among the items"
#endif

// One item's share in copying the tiles of one operand.
struct copier {
    __global const double *from;  // its first chunk in the tile to copy next
    int to;                       // that chunk's place in the local tile
    int fast, slow;               // that chunk's index in the direction that runs fastest in memory, and across
};

static inline struct copier new_copier(__global const double *tile, long ld, int wide, int extent, int paired) {
    const int id = (int)get_local_id(0), chunks = CHUNKS(wide, extent);
    struct copier p;
    p.fast = id % chunks * VEC;
    p.slow = id / chunks;
    p.to = wide ? p.slow * (extent + PAD) + p.fast : p.slow * TK + (p.fast ^ HALF_EXCHANGE(p.slow));
    if (paired) p.slow = row_of_slot(p.slow);
    p.from = tile + p.slow * ld + p.fast;
    return p;
}

// Starts copy i of the item; `left` rows or columns and k_left of k are real, the rest becomes zero.
static inline void copy(struct copier p, int i, __local double *tile, long ld, int wide, int extent, int paired,
                        int left, int k_left) {
    const int across = i * COPY_STRIDE(wide, extent);
    const int step = paired ? row_of_slot(across) : across;  // no carry: an item's first slot is below `across`
    const int bytes = p.slow + step < (wide ? k_left : left) ? 8 * clamp((wide ? left : k_left) - p.fast, 0, VEC) : 0;
    copy_chunk(tile + p.to + across * (wide ? extent + PAD : TK), p.from + step * ld, bytes);
}

// Where a lane's share of a fragment starts, in elements from the warp's part of a tile. The compiler must not
// see through it: it would merge the sum into ors and lose the immediate offsets of the reads that follow.
static inline int opaque(int x) {
    asm volatile("mov.u32 %0, %1;" : "=r"(x) : "r"(x));
    return x;
}
struct lane_offsets {
    int first, second;  // of its first and second k
};
static inline struct lane_offsets offsets_in(int wide, int extent) {
    const int lane = (int)get_local_id(0) & 31, g = lane >> 2, t = lane & 3;
    struct lane_offsets o;
    o.first = opaque(wide ? FIRST_K(t) * (extent + PAD) + 2 * g : g * TK + (FIRST_K(t) ^ HALF_EXCHANGE(g)));
    o.second = opaque(wide ? SECOND_K(t) * (extent + PAD) + 2 * g : g * TK + (SECOND_K(t) ^ HALF_EXCHANGE(g)));
    return o;
}

// Fragment mt of A: rows g and g + 8 of the instruction at the lane's first k, then at its second.
static inline void load_a(double f[4], __local const double *first, __local const double *second, int mt) {
#if WIDE_A
    const double2 x = *(__local const double2 *)(first + mt * 16), y = *(__local const double2 *)(second + mt * 16);
    f[0] = x.x, f[1] = x.y, f[2] = y.x, f[3] = y.y;
#else
    f[0] = first[mt * 16 * TK], f[1] = first[(mt * 16 + 8) * TK];
    f[2] = second[mt * 16 * TK], f[3] = second[(mt * 16 + 8) * TK];
#endif
}

// Fragment nt of B; a wide tile gives nt and nt + 1 in one read.
static inline void load_b(double f[NT_N][2], __local const double *first, __local const double *second, int nt) {
#if WIDE_B
    if (nt % 2) return;
    const double2 x = *(__local const double2 *)(first + nt * 8), y = *(__local const double2 *)(second + nt * 8);
    f[nt][0] = x.x, f[nt][1] = y.x, f[nt + 1][0] = x.y, f[nt + 1][1] = y.y;
#elif SPLIT
    f[nt][0] = first[nt * 8 * TK], f[nt][1] = second[nt * 8 * TK];
#else
    const double2 x = *(__local const double2 *)(first + nt * 8 * TK);
    f[nt][0] = x.x, f[nt][1] = x.y;
#endif
}

// The column of the warp's part that accumulator i (0 or 1) of fragment nt holds.
static inline int column_of(int nt, int i) {
    const int t = (int)get_local_id(0) & 3;
    return WIDE_B ? 16 * (nt / 2) + 2 * (2 * t + i) + nt % 2 : 8 * nt + 2 * t + i;
}

static inline void multiply(double c[4], const double a[4], const double b[2]) {
    asm volatile("mma.sync.aligned.m16n8k8.row.col.f64.f64.f64.f64 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
        : "+d"(c[0]), "+d"(c[1]), "+d"(c[2]), "+d"(c[3])
        : "d"(a[0]), "d"(a[1]), "d"(a[2]), "d"(a[3]), "d"(b[0]), "d"(b[1]));
}

__kernel __attribute__((reqd_work_group_size(THREADS, 1, 1))) void gemm_tensor(
    const int m, const int n, const int k, const double alpha, const double beta,              //
    __global const double *restrict a, const long a_offset, const long lda, const long a_stride,  //
    __global const double *restrict b, const long b_offset, const long ldb, const long b_stride,  //
    __global double *restrict c, const long c_offset, const long ldc, const long c_stride,        //
    const int tiles_m, const int tiles_n, const int group) {
    __local double tiles_a[SA * SIZE_A] __attribute__((aligned(16)));
    __local double tiles_b[SB * SIZE_B] __attribute__((aligned(16)));

    // Work-groups that run together share columns of A and B: `group` tile rows are swept column by column.
    const int tile = (int)get_group_id(0);
    const int band = tile / (group * tiles_n);
    const int band_rows = min(group, tiles_m - band * group);
    const int in_band = tile - band * group * tiles_n;
    const int row0 = (band * group + in_band % band_rows) * TM;
    const int col0 = (in_band / band_rows) * TN;
    const long problem = (long)get_group_id(1);

    const int warp = (int)get_local_id(0) >> 5;
    const int warp_row = (warp % WARPS_M) * WM;
    const int warp_col = (warp / WARPS_M) * WN;

    const int left_m = m - row0, left_n = n - col0;
    struct copier copier_a = new_copier(
        a + a_offset + problem * a_stride + (WIDE_A ? (long)row0 : row0 * lda), lda, WIDE_A, TM, !WIDE_A);
    struct copier copier_b = new_copier(
        b + b_offset + problem * b_stride + (WIDE_B ? (long)col0 : col0 * ldb), ldb, WIDE_B, TN, 0);
    const long step_a = WIDE_A ? TK * lda : TK;
    const long step_b = WIDE_B ? TK * ldb : TK;
    int k_left_a = k, k_left_b = k;

#define COPY_A(i, slot) copy(copier_a, i, tiles_a + (slot) * SIZE_A, lda, WIDE_A, TM, !WIDE_A, left_m, k_left_a)
#define COPY_B(i, slot) copy(copier_b, i, tiles_b + (slot) * SIZE_B, ldb, WIDE_B, TN, 0, left_n, k_left_b)
#define NEXT_A() (commit_copies(), copier_a.from += step_a, k_left_a -= TK)
#define NEXT_B() (commit_copies(), copier_b.from += step_b, k_left_b -= TK)

    // Copies are committed in the order they are needed: with SA = SB + 1, A runs one step ahead of B.
#pragma unroll
    for (int s = 0; s < SA; ++s) {
        if (s >= SA - SB) {
#pragma unroll
            for (int i = 0; i < COPIES_B; ++i) COPY_B(i, s - (SA - SB));
            NEXT_B();
        }
#pragma unroll
        for (int i = 0; i < COPIES_A; ++i) COPY_A(i, s);
        NEXT_A();
    }
// How many copies have been started before product number p of a step.
#define COPIES (COPIES_A + COPIES_B)
#define COPIES_AT(p) ((p) * 4 >= NT_M * NT_N * 3 ? COPIES : (p) * COPIES * 4 / (NT_M * NT_N * 3))
// Copies that may still be under way when the tiles of the next step must have landed.
#define IN_FLIGHT (2 * (SB - 2) + (SA - SB))

    double acc[NT_M][NT_N][4];
#pragma unroll
    for (int i = 0; i < NT_M; ++i)
#pragma unroll
        for (int j = 0; j < NT_N; ++j)
#pragma unroll
            for (int e = 0; e < 4; ++e) acc[i][j][e] = 0.0;

    double fa[NT_M][4], fb[2][NT_N][2];
    const struct lane_offsets lane_a = offsets_in(WIDE_A, TM), lane_b = offsets_in(WIDE_B, TN);
    __local const double *part_a = tiles_a + (WIDE_A ? warp_row : warp_row * TK);
    __local const double *part_b = tiles_b + (WIDE_B ? warp_col : warp_col * TK);
    asm volatile("cp.async.wait_group %0;" ::"n"(IN_FLIGHT + 2) : "memory");
    barrier(CLK_LOCAL_MEM_FENCE);
#pragma unroll
    for (int j = 0; j < NT_N; ++j) load_b(fb[0], part_b + lane_b.first, part_b + lane_b.second, j);
#pragma unroll
    for (int i = 0; i < NT_M; ++i) load_a(fa[i], part_a + lane_a.first, part_a + lane_a.second, i);

    int slot_a = 0, slot_b = 0;
    const int steps = (k + TK - 1) / TK;
    // Two steps a turn, so that both fragment sets have constant indices; a step past the end meets zeros.
    for (int step = 0; step < steps; step += 2) {
#pragma unroll
        for (int parity = 0; parity < 2; ++parity) {
            asm volatile("cp.async.wait_group %0;" ::"n"(IN_FLIGHT) : "memory");
            barrier(CLK_LOCAL_MEM_FENCE);
            // Copies into the tiles just used up are spread among the products, which hide them.
            const int free_a = slot_a, free_b = slot_b;
            slot_a = slot_a + 1 == SA ? 0 : slot_a + 1;
            slot_b = slot_b + 1 == SB ? 0 : slot_b + 1;
            __local const double *next_a = part_a + slot_a * SIZE_A, *next_b = part_b + slot_b * SIZE_B;
#pragma unroll
            for (int i = 0; i < NT_M; ++i) {
#pragma unroll
                for (int j = 0; j < NT_N; ++j) {
                    multiply(acc[i][j], fa[i], fb[parity][j]);
                    if (i == 0) load_b(fb[1 - parity], next_b + lane_b.first, next_b + lane_b.second, j);
#pragma unroll
                    for (int q = COPIES_AT(i * NT_N + j); q < COPIES_AT(i * NT_N + j + 1); ++q) {
                        if (q < COPIES_B) COPY_B(q, free_b);
                        if (q == COPIES_B - 1) NEXT_B();
                        if (q >= COPIES_B) COPY_A(q - COPIES_B, free_a);
                        if (q == COPIES_B + COPIES_A - 1) NEXT_A();
                    }
                }
                load_a(fa[i], next_a + lane_a.first, next_a + lane_a.second, i);
            }
        }
    }

    const int g = ((int)get_local_id(0) & 31) >> 2;
    __global double *to = c + c_offset + problem * c_stride + row0 + warp_row + 2 * g;
    const int rows = left_m - warp_row - 2 * g;
    const int paired = ((ldc | c_offset | c_stride) & 1) == 0;
#pragma unroll
    for (int j = 0; j < NT_N; ++j)
#pragma unroll
        for (int e = 0; e < 2; ++e) {
            const int col = warp_col + column_of(j, e);
            if (col < left_n) {
                __global double *column = to + (col0 + col) * ldc;
#pragma unroll
                for (int i = 0; i < NT_M; ++i) {
                    double2 value = (double2)(alpha * acc[i][j][e], alpha * acc[i][j][e + 2]);
                    if (paired && i * 16 + 1 < rows) {
                        __global double2 *p = (__global double2 *)(column + i * 16);
                        if (beta != 0.0) value += beta * *p;
                        *p = value;
                    } else {
                        if (i * 16 < rows) {
                            if (beta != 0.0) value.x += beta * column[i * 16];
                            column[i * 16] = value.x;
                        }
                        if (i * 16 + 1 < rows) {
                            if (beta != 0.0) value.y += beta * column[i * 16 + 1];
                            column[i * 16 + 1] = value.y;
                        }
                    }
                }
            }
        }
}
