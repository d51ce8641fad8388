// Moving matrices on the device: a transposed copy through local memory, so that both sides are read and
// written along memory.
//
// A work-group of 32 x 8 items moves a 32 x 32 tile; Bound
// by memory: each element is read once and written once. The local tile has one column of padding, which keeps
// the transposed reads free of bank conflicts.
//
// The launcher promises: the work-group is (32, 8, 1), the global size covers m x n in tiles of 32; `to` and
// `from` do not overlap.

#define TILE 32
#define ITEM_ROWS 8

// to(j, i) := from(i, j) for i < m, j < n; column-major, m the rows of `from`.
__kernel __attribute__((reqd_work_group_size(TILE, ITEM_ROWS, 1))) void transpose(
    const int m, const int n, __global const scalar *restrict from, const long from_offset, const long from_ld,
    __global scalar *restrict to, const long to_offset, const long to_ld) {
    __local scalar tile[TILE][TILE + 1];
    const int x = (int)get_local_id(0), y = (int)get_local_id(1);
    const int row0 = (int)get_group_id(0) * TILE, col0 = (int)get_group_id(1) * TILE;
#pragma unroll
    for (int j = y; j < TILE; j += ITEM_ROWS)
        if (row0 + x < m && col0 + j < n) tile[j][x] = from[from_offset + row0 + x + (col0 + j) * from_ld];
    barrier(CLK_LOCAL_MEM_FENCE);
#pragma unroll
    for (int i = y; i < TILE; i += ITEM_ROWS)
        if (row0 + i < m && col0 + x < n) to[to_offset + col0 + x + (row0 + i) * to_ld] = tile[x][i];
}
