// C = alpha op(A) op(B) + beta C with A and B in half precision or bfloat16 and all sums and C in float, on
// NVIDIA's tensor cores through inline PTX.
//
// A work-group of WARPS_M x WARPS_N warps computes one TM x TN tile of C, a warp WM x WN of it as m16n8k16
// products whose accumulators stay in registers. Tiles TK deep travel through a ring of STAGES local buffers by
// 16-byte cp.async; ldmatrix reads the fragments, with .trans where k does not run along memory. Chunks of 16
// bytes are exchanged within a row by an XOR of the row's number, so that the eight rows of an ldmatrix lie in
// different banks. Copies go through the first-level cache (.ca), where two work-groups of a unit that share rows or
// columns meet: the second-level cache bounds this kernel.
//
// The launcher promises: TM, TN, TK (16 or 32), WM, WN, STAGES, BFLOAT, TRANS_A, TRANS_B are defined; the work-group
// is (THREADS, 1, 1),
// the global size is (tiles * THREADS, batch); leading dimensions, strides and offsets of A and B are multiples of 8
// elements and the buffers 16-byte aligned. Edges are filled with zeros; any m, n, k > 0 is right.

#define WARPS_M (TM / WM)
#define THREADS (32 * WARPS_M * (TN / WN))
#define NT_M (WM / 16)
#define NT_N (WN / 8)
#define CHUNK 8  // elements of 16 bytes

// An operand is wide where m or n runs along memory (rows of a tile are values of k), else deep.
#define WIDE_A (!TRANS_A)
#define WIDE_B (TRANS_B)
#define ROWS(wide, extent) ((wide) ? TK : (extent))
#define ROW_CHUNKS(wide, extent) (((wide) ? (extent) : TK) / CHUNK)
#define TILE_CHUNKS(extent) ((extent) * TK / CHUNK)

typedef uint4 chunk;

static inline uint window_address(__local const chunk *p) { return (uint)(ulong)p; }

// Where chunk c of row r stands. A row of eight chunks or more covers all banks; shorter ones share them with
// their neighbours, so the exchange begins with the rows that would meet.
static inline int place(int r, int c, int row_chunks) {
    return r * row_chunks + (row_chunks >= 8 ? c ^ (r & 7) : row_chunks == 4 ? c ^ (r >> 1 & 3) : c ^ (r >> 2 & 1));
}

static inline void copy_chunk(__local chunk *to, __global const ushort *from, int bytes) {
    asm volatile("cp.async.ca.shared.global [%0], [%1], 16, %2;" ::"r"(window_address(to)), "l"(from), "r"(bytes)
                 : "memory");
}

// Starts the copies of one tile: `along` elements are left in the direction of memory, `across` rows.
static inline void copy_tile(__local chunk *tile, __global const ushort *from, long ld, int wide, int extent, int along,
                             int across) {
    const int chunks = ROW_CHUNKS(wide, extent);
#pragma unroll
    for (int i = 0; i < TILE_CHUNKS(extent) / THREADS; ++i) {
        const int id = (int)get_local_id(0) + i * THREADS, r = id / chunks, c = id % chunks;
        const int bytes = r < across ? 2 * clamp(along - c * CHUNK, 0, CHUNK) : 0;
        copy_chunk(tile + place(r, c, chunks), bytes > 0 ? from + r * ld + c * CHUNK : from, bytes);
    }
}

static inline void read_matrices(uint f[4], __local const chunk *at) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];"
                 : "=r"(f[0]), "=r"(f[1]), "=r"(f[2]), "=r"(f[3])
                 : "r"(window_address(at))
                 : "memory");
}
static inline void read_matrices_turned(uint f[4], __local const chunk *at) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0,%1,%2,%3}, [%4];"
                 : "=r"(f[0]), "=r"(f[1]), "=r"(f[2]), "=r"(f[3])
                 : "r"(window_address(at))
                 : "memory");
}

// The 16 x 16 block of A at (row, k), in the order of the instruction's four registers: rows 0-7 and 8-15 at
// k 0-7, then at k 8-15.
static inline void load_a(uint f[4], __local const chunk *tile, int row, int k) {
    const int lane = (int)get_local_id(0) & 31, in = lane & 7, q = lane >> 3;
#if WIDE_A
    read_matrices_turned(f, tile + place(k + in + 8 * (q >> 1), row / CHUNK + (q & 1), ROW_CHUNKS(1, TM)));
#else
    read_matrices(f, tile + place(row + in + 8 * (q & 1), k / CHUNK + (q >> 1), ROW_CHUNKS(0, TM)));
#endif
}

// Two 16 x 8 blocks of B at (k, col) and (k, col + 8): k 0-7 and 8-15 of the first, then of the second.
static inline void load_b(uint f[4], __local const chunk *tile, int k, int col) {
    const int lane = (int)get_local_id(0) & 31, in = lane & 7, q = lane >> 3;
#if WIDE_B
    read_matrices_turned(f, tile + place(k + in + 8 * (q & 1), col / CHUNK + (q >> 1), ROW_CHUNKS(1, TN)));
#else
    read_matrices(f, tile + place(col + in + 8 * (q >> 1), k / CHUNK + (q & 1), ROW_CHUNKS(0, TN)));
#endif
}

#if BFLOAT
#define PRODUCT "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32"
#else
#define PRODUCT "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32"
#endif
static inline void multiply(float c[4], const uint a[4], uint b0, uint b1) {
    asm(PRODUCT " {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
        : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}

__kernel __attribute__((reqd_work_group_size(THREADS, 1, 1))) void gemm_half(
    const int m, const int n, const int k, const float alpha, const float beta,                   //
    __global const ushort *restrict a, const long a_offset, const long lda, const long a_stride,  //
    __global const ushort *restrict b, const long b_offset, const long ldb, const long b_stride,  //
    __global float *restrict c, const long c_offset, const long ldc, const long c_stride,         //
    const int tiles_m, const int tiles_n, const int group) {
    __local chunk tiles_a[STAGES][TILE_CHUNKS(TM)] __attribute__((aligned(128)));
    __local chunk tiles_b[STAGES][TILE_CHUNKS(TN)] __attribute__((aligned(128)));

    const int tile = (int)get_group_id(0);
    const int band = tile / (group * tiles_n);
    const int band_rows = min(group, tiles_m - band * group);
    const int in_band = tile - band * group * tiles_n;
    const int row0 = (band * group + in_band % band_rows) * TM;
    const int col0 = (in_band / band_rows) * TN;
    const long problem = (long)get_group_id(1);
    __global const ushort *A = a + a_offset + problem * a_stride + (TRANS_A ? row0 * lda : (long)row0);
    __global const ushort *B = b + b_offset + problem * b_stride + (TRANS_B ? (long)col0 : col0 * ldb);
    const long step_a = WIDE_A ? TK * lda : TK, step_b = WIDE_B ? TK * ldb : TK;
    const int left_m = m - row0, left_n = n - col0, steps = (k + TK - 1) / TK;

#define COPY_STEP(s)                                                                                             \
    if ((s) < steps) {                                                                                           \
        const int k_left = k - (s) * TK;                                                                         \
        copy_tile(tiles_a[(s) % STAGES], A + (s) * step_a, lda, WIDE_A, TM, WIDE_A ? left_m : k_left,            \
                  WIDE_A ? k_left : left_m);                                                                     \
        copy_tile(tiles_b[(s) % STAGES], B + (s) * step_b, ldb, WIDE_B, TN, WIDE_B ? left_n : k_left,            \
                  WIDE_B ? k_left : left_n);                                                                     \
    }                                                                                                            \
    asm volatile("cp.async.commit_group;" ::: "memory");

    float acc[NT_M][NT_N][4];
#pragma unroll
    for (int i = 0; i < NT_M; ++i)
#pragma unroll
        for (int j = 0; j < NT_N; ++j)
#pragma unroll
            for (int e = 0; e < 4; ++e) acc[i][j][e] = 0.0f;

    const int warp = (int)get_local_id(0) / 32;
    const int warp_row = warp % WARPS_M * WM, warp_col = warp / WARPS_M * WN;
#pragma unroll
    for (int s = 0; s < STAGES - 1; ++s) {
        COPY_STEP(s)
    }

    for (int s = 0; s < steps; ++s) {
        asm volatile("cp.async.wait_group %0;" ::"n"(STAGES - 2) : "memory");
        barrier(CLK_LOCAL_MEM_FENCE);
        COPY_STEP(s + STAGES - 1)
        __local const chunk *tile_a = tiles_a[s % STAGES], *tile_b = tiles_b[s % STAGES];
#pragma unroll
        for (int kk = 0; kk < TK; kk += 16) {
            uint fa[NT_M][4], fb[NT_N / 2][4];
#pragma unroll
            for (int i = 0; i < NT_M; ++i) load_a(fa[i], tile_a, warp_row + 16 * i, kk);
#pragma unroll
            for (int j = 0; j < NT_N / 2; ++j) load_b(fb[j], tile_b, kk, warp_col + 16 * j);
#pragma unroll
            for (int i = 0; i < NT_M; ++i)
#pragma unroll
                for (int j = 0; j < NT_N; ++j)
                    multiply(acc[i][j], fa[i], fb[j / 2][2 * (j % 2)], fb[j / 2][2 * (j % 2) + 1]);
        }
    }

    const int lane = (int)get_local_id(0) & 31, g = lane >> 2, t = lane & 3;
    __global float *C = c + c_offset + problem * c_stride;
#pragma unroll
    for (int i = 0; i < NT_M; ++i)
#pragma unroll
        for (int j = 0; j < NT_N; ++j)
#pragma unroll
            for (int e = 0; e < 4; ++e) {
                const int row = row0 + warp_row + 16 * i + g + 8 * (e / 2);
                const int col = col0 + warp_col + 8 * j + 2 * t + e % 2;
                if (row < m && col < n) {
                    __global float *p = C + row + col * ldc;
                    const float value = alpha * acc[i][j][e];
                    *p = beta == 0.0f ? value : fma(beta, *p, value);
                }
            }
}
