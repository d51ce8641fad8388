// Half precision and bfloat16 widened to float, for devices whose compilers do not reach matrix units: the
// product of the widened operands is gemm_tiled's. Bound by memory: 2 bytes read, 4 written an element.
//
// The launcher promises: BFLOAT is 0 or 1; the global size covers rows x cols.
__kernel void half_to_float(const int rows, const int cols, __global const ushort *restrict from, const long from_offset,
                            const long from_ld, __global float *restrict to, const long to_offset, const long to_ld) {
    const int i = (int)get_global_id(0), j = (int)get_global_id(1);
    if (i >= rows || j >= cols) return;
    const long at = from_offset + i + j * from_ld;
#if BFLOAT
    const float value = as_float((uint)from[at] << 16);
#else
    const float value = vload_half(at, (__global const half *)from);
#endif
    to[to_offset + i + j * to_ld] = value;
}
