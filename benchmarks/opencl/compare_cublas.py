#!/usr/bin/env python3
"""Matrix multiplication through the OpenCL runtime beside cuBLAS, in one process, call by call in turn.

usage: compare_cublas.py path/to/liblapack_ai_opencl_runtime.so [--repeats R] [--json FILE]

Needs PyTorch with CUDA and an NVIDIA device that OpenCL sees too. All operands are on the device and random; each
sample times the same number of products of either library, the two in turn, after a warm-up of both; the table has
medians and their ratio. Results are compared in double before anything is timed.
"""
import argparse
import ctypes
import json
import statistics
import time

import numpy
import torch

F32, F64, F16, BF16, OK = 1, 2, 7, 8, 0


class Scalar(ctypes.Structure):
    _fields_ = [("re", ctypes.c_double), ("im", ctypes.c_double)]


class GemmCall(ctypes.Structure):
    _fields_ = [("size", ctypes.c_uint32), ("dtype", ctypes.c_uint32), ("trans_a", ctypes.c_char),
                ("trans_b", ctypes.c_char), ("reserved", ctypes.c_uint16), ("slices", ctypes.c_uint32),
                ("m", ctypes.c_int64), ("n", ctypes.c_int64), ("k", ctypes.c_int64), ("count", ctypes.c_int64),
                ("alpha", Scalar), ("beta", Scalar),
                ("a", ctypes.c_void_p), ("lda", ctypes.c_int64), ("stride_a", ctypes.c_int64),
                ("b", ctypes.c_void_p), ("ldb", ctypes.c_int64), ("stride_b", ctypes.c_int64),
                ("c", ctypes.c_void_p), ("ldc", ctypes.c_int64), ("stride_c", ctypes.c_int64),
                ("table_a", ctypes.c_void_p), ("table_b", ctypes.c_void_p), ("table_c", ctypes.c_void_p)]


# Products of matrix fragments in registers and nothing else: what mma.sync gives at most.
PEAK_KERNEL = b"""
__kernel void peak(__global float *out, const long first, const int rounds) {
    uint a = get_global_id(0), b = a * 3;
    float c[8][4];
    for (int i = 0; i < 8; ++i) for (int e = 0; e < 4; ++e) c[i][e] = (float)(i + e);
    for (int r = 0; r < rounds; ++r)
#pragma unroll
        for (int i = 0; i < 8; ++i)
            asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, "
                "{%0,%1,%2,%3};" : "+f"(c[i][0]), "+f"(c[i][1]), "+f"(c[i][2]), "+f"(c[i][3])
                : "r"(a), "r"(b), "r"(a), "r"(b), "r"(a), "r"(b));
    float sum = 0;
    for (int i = 0; i < 8; ++i) for (int e = 0; e < 4; ++e) sum += c[i][e];
    if (sum == 12345.0f) out[first] = sum;
}"""


class Argument(ctypes.Structure):
    _fields_ = [("kind", ctypes.c_uint32), ("bytes", ctypes.c_uint32), ("data", ctypes.c_void_p)]


class Runtime:
    def __init__(self, path):
        self.lib = ctypes.CDLL(path)
        self.lib.lai_ocl_last_error.restype = ctypes.c_char_p
        reason = ctypes.create_string_buffer(512)
        if self.lib.lai_ocl_open(None, reason, 512) != OK:
            raise SystemExit("no OpenCL device: " + reason.value.decode())

    def require(self, status):
        if status != OK:
            raise RuntimeError(self.lib.lai_ocl_last_error().decode())

    def begin(self):
        op = ctypes.c_void_p()
        self.require(self.lib.lai_ocl_begin(ctypes.c_uint64(0), ctypes.byref(op)))
        return op

    def put(self, host):
        address = ctypes.c_void_p()
        size = ctypes.c_uint64(host.nbytes)
        self.require(self.lib.lai_ocl_alloc(size, 0, ctypes.byref(address)))
        op = self.begin()
        self.require(self.lib.lai_ocl_upload(op, address, size, host.ctypes.data_as(ctypes.c_void_p), size, size,
                                             ctypes.c_uint64(1), 0))
        self.lib.lai_ocl_end(op)
        return address

    def get(self, address, host):
        op = self.begin()
        size = ctypes.c_uint64(host.nbytes)
        self.require(self.lib.lai_ocl_download(op, host.ctypes.data_as(ctypes.c_void_p), size, address, size, size,
                                               ctypes.c_uint64(1), 0))
        self.lib.lai_ocl_end(op)

    def release(self, address):
        self.lib.lai_ocl_release(address)

    def gemm(self, call, times):
        op = self.begin()
        for _ in range(times):
            self.require(self.lib.lai_ocl_gemm(op, ctypes.byref(call)))
        self.require(self.lib.lai_ocl_wait(op))
        self.lib.lai_ocl_end(op)


def fastest(run, repeats=5):
    run()
    return min(timed(run) for _ in range(repeats))


def matrix_unit_peak(runtime):
    """FLOP/s of mma.sync on half precision from registers."""
    kernel = ctypes.c_void_p()
    runtime.require(runtime.lib.lai_ocl_get_kernel(PEAK_KERNEL, b"", b"peak", ctypes.byref(kernel)))
    out = runtime.put(numpy.zeros(16, dtype=numpy.float32))
    rounds, groups = ctypes.c_int32(20000), 132 * 8
    arguments = (Argument * 2)(Argument(1, 4, out), Argument(0, 4, ctypes.addressof(rounds)))
    global_size, local_size = (ctypes.c_size_t * 1)(groups * 256), (ctypes.c_size_t * 1)(256)

    def run():
        op = runtime.begin()
        runtime.require(runtime.lib.lai_ocl_launch(op, kernel, 1, global_size, local_size, arguments, 2))
        runtime.require(runtime.lib.lai_ocl_wait(op))
        runtime.lib.lai_ocl_end(op)

    seconds = fastest(run)
    runtime.release(out)
    return groups * 8 * 8 * rounds.value * 2 * 16 * 8 * 16 / seconds


def rate(runtime, n, dtype, trans="NN", slices=0):
    """(FLOP/s of one product of n x n matrices, relative difference from PyTorch's result)."""
    real = {F32: numpy.float32, F64: numpy.float64}.get(dtype, numpy.float16)
    random = numpy.random.default_rng(n)
    hosts = [(random.random((n, n), dtype=numpy.float32) - numpy.float32(0.5)).astype(real) for _ in range(2)]
    tensors = [torch.from_numpy(host).cuda() for host in hosts]
    if dtype == BF16:
        tensors = [t.to(torch.bfloat16) for t in tensors]
        hosts = [t.view(torch.int16).cpu().numpy() for t in tensors]
    result = numpy.empty((n, n), dtype=numpy.float64 if dtype == F64 else numpy.float32)
    a, b, c = runtime.put(hosts[0]), runtime.put(hosts[1]), runtime.put(result)
    call = GemmCall(size=ctypes.sizeof(GemmCall), dtype=dtype, trans_a=trans[0].encode(), trans_b=trans[1].encode(),
                    slices=slices, m=n, n=n, k=n, count=1, alpha=Scalar(1, 0), beta=Scalar(0, 0), a=a, lda=n,
                    stride_a=0, b=b, ldb=n, stride_b=0, c=c, ldc=n, stride_c=0)
    times = max(1, int(0.1 / (2e-14 * n**3)))
    seconds = fastest(lambda: runtime.gemm(call, times)) / times
    runtime.get(c, result)
    wide = [t.double().T if letter == "T" else t.double() for t, letter in zip(tensors, trans)]
    expected = (wide[1] @ wide[0]).cpu().numpy()
    for address in (a, b, c):
        runtime.release(address)
    return 2.0 * n**3 / seconds, float(numpy.linalg.norm(result - expected) / numpy.linalg.norm(expected))


def other_precisions(runtime, n):
    """Half precision against what the matrix units give, and doubles from slices of floats against sgemm."""
    rows = []
    peak = matrix_unit_peak(runtime)
    print(f"mma.sync peak, half precision: {peak * 1e-12:.0f} TFLOP/s")
    for dtype, letter in ((F16, "half"), (BF16, "bfloat16")):
        for trans in ("NN", "NT", "TN", "TT"):
            speed, difference = rate(runtime, n, dtype, trans)
            rows.append({"name": f"{letter} {trans} n={n}", "tflops": speed * 1e-12, "of_peak": speed / peak,
                         "target": 0.5, "difference": difference})
            print(f"{letter + ' ' + trans:14} n={n}: {speed * 1e-12:7.1f} TFLOP/s, {speed / peak:.3f} of the peak "
                  f"(target 0.5), difference {difference:.1e}", flush=True)
    single, _ = rate(runtime, n, F32)
    for slices in (4, 6, 7):
        speed, difference = rate(runtime, n, F64, slices=slices)
        ratio = speed * slices * (slices + 1) / 2 / single
        rows.append({"name": f"doubles from {slices} slices n={n}", "tflops": speed * 1e-12, "of_sgemm": ratio,
                     "target": 0.7, "difference": difference})
        print(f"doubles from {slices} slices n={n}: {speed * 1e-12:6.2f} TFLOP/s, {ratio:.3f} of sgemm "
              f"({single * 1e-12:.1f}) / products (target 0.7), difference {difference:.1e}", flush=True)
    return rows


def timed(run):
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def compare(runtime, n, count, dtype, trans, repeats):
    """Medians in seconds of one launch: (ours, cuBLAS, relative difference of the results)."""
    real = numpy.float64 if dtype == F64 else numpy.float32
    shape = (count, n, n) if count > 1 else (n, n)
    random = numpy.random.default_rng(n)
    # Row-major arrays read as column-major are the transposes, so cuBLAS computes B A where we compute A B.
    host_a, host_b = (random.random(shape, dtype=real) - real(0.5) for _ in range(2))
    host_c = numpy.empty(shape, dtype=real)
    a, b, c = runtime.put(host_a), runtime.put(host_b), runtime.put(host_c)
    call = GemmCall(size=ctypes.sizeof(GemmCall), dtype=dtype, trans_a=trans[0].encode(), trans_b=trans[1].encode(),
                    m=n, n=n, k=n, count=count, alpha=Scalar(1, 0), beta=Scalar(0, 0), a=a, lda=n, stride_a=n * n,
                    b=b, ldb=n, stride_b=n * n, c=c, ldc=n, stride_c=n * n)
    ta, tb = torch.from_numpy(host_a).cuda(), torch.from_numpy(host_b).cuda()
    out = torch.empty_like(ta)
    left = tb.transpose(-1, -2) if trans[1] == "T" else tb
    right = ta.transpose(-1, -2) if trans[0] == "T" else ta
    product = torch.bmm if count > 1 else torch.mm
    times = max(1, int(0.04 / max(2e-14 * n**3 * count, 5e-5)))

    def ours():
        runtime.gemm(call, times)

    def theirs():
        for _ in range(times):
            product(left, right, out=out)
        torch.cuda.synchronize()

    ours(), theirs()
    runtime.get(c, host_c)
    expected = out.cpu().numpy().astype(numpy.float64)
    difference = numpy.linalg.norm((host_c - expected).ravel()) / numpy.linalg.norm(expected.ravel())
    samples = [(timed(ours), timed(theirs)) for _ in range(repeats)]
    for address in (a, b, c):
        runtime.release(address)
    del ta, tb, out
    return tuple(statistics.median(s[i] for s in samples) / times for i in (0, 1)) + (difference,)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library")
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--json")
    parser.add_argument("--only", choices=["cublas", "others"], help="one of the two tables")
    parser.add_argument("--tune", type=float, metavar="SECONDS", help="choose tile sizes first, within this time")
    arguments = parser.parse_args()
    torch.backends.cuda.matmul.allow_tf32 = False
    runtime = Runtime(arguments.library)
    targets = {8192: 0.92, 4096: 0.90, 2048: 0.85, 1024: 0.85}
    cases = [(n, 1, F64, t, targets[n]) for n in (8192, 4096, 2048, 1024) for t in ("NN", "NT", "TN", "TT")]
    cases += [(n, 1, F32, "NN", None) for n in (8192, 4096, 2048, 1024)]
    cases += [(4, 10000, F64, "NN", None), (16, 10000, F64, "NN", 1.0), (32, 10000, F64, "NN", 1.0),
              (64, 1000, F64, "NN", 1.0)]
    if arguments.tune:
        text = ctypes.create_string_buffer(20000)
        runtime.require(runtime.lib.lai_ocl_tune(ctypes.c_double(arguments.tune), None, None, text, 20000))
        print(text.value.decode())
    rows = []
    if arguments.only == "others":
        cases = []
    print(f"{'case':34}{'ours':>12}{'cuBLAS':>12}{'ratio':>8}{'target':>8}{'difference':>12}")
    for n, count, dtype, trans, target in cases:
        ours, theirs, difference = compare(runtime, n, count, dtype, trans, arguments.repeats)
        name = f"{'d' if dtype == F64 else 's'}gemm {trans} n={n}" + (f" batch {count}" if count > 1 else "")
        flops = 2e-12 * n**3 * count
        rows.append({"name": name, "ours_seconds": ours, "cublas_seconds": theirs, "ratio": theirs / ours,
                     "target": target, "difference": float(difference)})
        print(f"{name:34}{flops / ours:9.2f} TF{flops / theirs:9.2f} TF{theirs / ours:8.3f}"
              f"{'' if target is None else target:>8}{difference:12.1e}", flush=True)
    if arguments.only != "cublas":
        rows += other_precisions(runtime, 8192)
    if arguments.json:
        with open(arguments.json, "w", encoding="utf-8") as file:
            json.dump({"device": torch.cuda.get_device_name(0), "repeats": arguments.repeats, "figures": rows}, file)


if __name__ == "__main__":
    main()
