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

F32, F64, OK = 1, 2, 0


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
    arguments = parser.parse_args()
    torch.backends.cuda.matmul.allow_tf32 = False
    runtime = Runtime(arguments.library)
    targets = {8192: 0.92, 4096: 0.90, 2048: 0.85, 1024: 0.85}
    cases = [(n, 1, F64, t, targets[n]) for n in (8192, 4096, 2048, 1024) for t in ("NN", "NT", "TN", "TT")]
    cases += [(n, 1, F32, "NN", None) for n in (8192, 4096, 2048, 1024)]
    cases += [(4, 10000, F64, "NN", None), (16, 10000, F64, "NN", 1.0), (32, 10000, F64, "NN", 1.0),
              (64, 1000, F64, "NN", 1.0)]
    rows = []
    print(f"{'case':34}{'ours':>12}{'cuBLAS':>12}{'ratio':>8}{'target':>8}{'difference':>12}")
    for n, count, dtype, trans, target in cases:
        ours, theirs, difference = compare(runtime, n, count, dtype, trans, arguments.repeats)
        name = f"{'d' if dtype == F64 else 's'}gemm {trans} n={n}" + (f" batch {count}" if count > 1 else "")
        flops = 2e-12 * n**3 * count
        rows.append({"name": name, "ours_seconds": ours, "cublas_seconds": theirs, "ratio": theirs / ours,
                     "target": target, "difference": float(difference)})
        print(f"{name:34}{flops / ours:9.2f} TF{flops / theirs:9.2f} TF{theirs / ours:8.3f}"
              f"{'' if target is None else target:>8}{difference:12.1e}", flush=True)
    if arguments.json:
        with open(arguments.json, "w", encoding="utf-8") as file:
            json.dump({"device": torch.cuda.get_device_name(0), "repeats": arguments.repeats, "figures": rows}, file)


if __name__ == "__main__":
    main()
