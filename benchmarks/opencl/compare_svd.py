#!/usr/bin/env python3
"""Singular value decompositions by opencl_svd beside PyTorch (gesvd, gesvdj) and JAX (polar), in one process.

usage: compare_svd.py path/to/liblapack_ai.so [--repeats R] [--json FILE] [--only square,values,batched,tall]
                      [--peers torch,jax|none] [--sizes 512,...] [--host]

Needs PyTorch with CUDA (and JAX for the polar method) and an NVIDIA device that OpenCL sees too. Operands are on the
device; each sample times one decomposition of either library, in turn, after a warm-up of each, and the table has
medians. Every result of ours is checked on the device: residual and orthogonality in units of n eps. --host also times
ours from and to host memory. With the option plugins.opencl_svd.log_phases (a file named by LAPACK_AI_CONFIG) the time
of each phase is printed too; the waits between them make the whole a little slower.
"""
import argparse
import ctypes
import json
import os
import statistics
import time

os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
import torch

F64, ROW = 2, 1


class Options(ctypes.Structure):
    _fields_ = [("size", ctypes.c_uint32), ("accuracy", ctypes.c_uint32), ("backend", ctypes.c_char_p),
                ("disable", ctypes.c_void_p), ("disable_count", ctypes.c_uint32), ("fallback", ctypes.c_uint32),
                ("threads", ctypes.c_int32), ("language", ctypes.c_uint32), ("timeout_ns", ctypes.c_uint64),
                ("backward_error", ctypes.c_double), ("site", ctypes.c_uint64)]


class Request(ctypes.Structure):
    _fields_ = [("size", ctypes.c_uint32), ("layout", ctypes.c_uint32), ("op", ctypes.c_char_p),
                ("dtype", ctypes.c_uint32), ("reserved", ctypes.c_uint32), ("dims", ctypes.c_void_p),
                ("flags", ctypes.c_char_p), ("scalars", ctypes.c_void_p), ("operands", ctypes.c_void_p),
                ("lds", ctypes.c_void_p), ("strides", ctypes.c_void_p), ("batch", ctypes.c_int64),
                ("pointer_arrays", ctypes.c_uint32), ("dim_count", ctypes.c_uint32), ("flag_count", ctypes.c_uint32),
                ("scalar_count", ctypes.c_uint32), ("operand_count", ctypes.c_uint32)]


class DeviceMatrix(ctypes.Structure):
    _fields_ = [("size", ctypes.c_uint32), ("dtype", ctypes.c_uint32), ("data", ctypes.c_void_p),
                ("rows", ctypes.c_int64), ("cols", ctypes.c_int64), ("ld", ctypes.c_int64)]


class Library:
    def __init__(self, path):
        self.lib = ctypes.CDLL(path)
        self.lib.lai_last_error.restype = ctypes.c_char_p
        self.lib.lai_execute.restype = ctypes.c_int64
        for name in ("create", "upload", "download", "release"):
            getattr(self.lib, "lai_device_" + name).restype = ctypes.c_int64
        self.log = []
        self.sink = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_uint32, ctypes.c_char_p)(
            lambda user, level, line: self.log.append(line.decode()))
        self.lib.lai_set_log_sink(self.sink, None)
        self.options = Options(size=ctypes.sizeof(Options), backend=b"opencl_svd", fallback=3)

    def require(self, answer):
        if answer != 0:
            raise RuntimeError(f"{answer}: {self.lib.lai_last_error().decode()}")

    def matrix(self, rows, cols):
        made = DeviceMatrix(size=ctypes.sizeof(DeviceMatrix))
        self.require(self.lib.lai_device_create(None, None, F64, ctypes.c_int64(rows), ctypes.c_int64(cols),
                                                ctypes.byref(made)))
        return made

    def upload(self, matrix, array):
        self.require(self.lib.lai_device_upload(ctypes.byref(matrix), 0, ctypes.c_void_p(array.ctypes.data),
                                                ctypes.c_int64(matrix.rows)))

    def download(self, matrix, array):
        self.require(self.lib.lai_device_download(ctypes.byref(matrix), 0, ctypes.c_void_p(array.ctypes.data),
                                                  ctypes.c_int64(matrix.rows)))

    def svd(self, m, n, job, a, s, u, vt, batch=1):
        """Column-major m x n matrices; addresses of the host or the device."""
        k = min(m, n)
        dims = (ctypes.c_int64 * 2)(m, n)
        operands = (ctypes.c_void_p * 4)(a, s, u, vt)
        strides = (ctypes.c_int64 * 4)(m * n, k, m * k, k * n)
        request = Request(size=ctypes.sizeof(Request), layout=0, op=b"gesvd", dtype=F64,
                          dims=ctypes.cast(dims, ctypes.c_void_p), flags=job.encode(),
                          operands=ctypes.cast(operands, ctypes.c_void_p),
                          strides=ctypes.cast(strides, ctypes.c_void_p) if batch > 1 else None,
                          batch=batch if batch > 1 else 0, dim_count=2, flag_count=2, operand_count=4)
        self.require(self.lib.lai_execute(None, ctypes.byref(request), ctypes.byref(self.options)))


def timed(run):
    torch.cuda.synchronize()
    start = time.perf_counter()
    run()
    torch.cuda.synchronize()
    return time.perf_counter() - start


def polar():
    """The polar method of JAX as a function of a torch tensor, or None."""
    try:
        import jax
        jax.config.update("jax_enable_x64", True)
        from jax.lax import linalg

        def make(full):
            return jax.jit(lambda x: linalg.svd(x, full_matrices=False, compute_uv=full,
                                                algorithm=linalg.SvdAlgorithm.POLAR))
        return jax, {True: make(True), False: make(False)}
    except Exception as error:
        print("no polar method:", error)
        return None


def judge(a, u, s, vt, m, n):
    """(residual, orthogonality of U, of V) in units of max(m, n) eps; row-major tensors hold the transposes."""
    eps, size = 2.220446049250313e-16, max(m, n)
    left, right = u.transpose(-1, -2), vt.transpose(-1, -2)
    whole = a.transpose(-1, -2)
    rest = torch.linalg.norm(whole - (left * s.unsqueeze(-2)) @ right, dim=(-2, -1)) / torch.linalg.norm(whole, dim=(-2, -1))
    one = torch.eye(min(m, n), dtype=torch.float64, device="cuda")
    first = torch.linalg.norm(left.transpose(-1, -2) @ left - one, dim=(-2, -1))
    second = torch.linalg.norm(right @ right.transpose(-1, -2) - one, dim=(-2, -1))
    return tuple(float(x.max()) / (size * eps) for x in (rest, first, second))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--json")
    parser.add_argument("--only", default="square,values,batched,tall")
    parser.add_argument("--peers", default="torch,jax")
    parser.add_argument("--sizes", default="512,1024,2048,4096")
    parser.add_argument("--host", action="store_true")
    arguments = parser.parse_args()
    library, rows = Library(arguments.library), []
    only, peers = arguments.only.split(","), arguments.peers.split(",")
    jax_polar = polar() if "jax" in peers else None
    sizes = [int(x) for x in arguments.sizes.split(",")]
    cases = []
    if "batched" in only:
        cases += [(4, 4, 10000, "SS"), (16, 16, 10000, "SS"), (32, 32, 10000, "SS"), (64, 64, 1000, "SS")]
    if "square" in only:
        cases += [(n, n, 1, "SS") for n in sizes]
    if "values" in only:
        cases += [(n, n, 1, "NN") for n in sizes]
    if "tall" in only:
        cases += [(100000, 64, 1, "SS"), (50000, 512, 1, "SS")]
    print(f"{'case':28}{'ours ms':>10}{'gesvd':>10}{'gesvdj':>10}{'polar':>10}{'host':>10}"
          f"{'residual':>10}{'U':>8}{'V':>8}", flush=True)
    for m, n, batch, job in cases:
        k = min(m, n)
        a = torch.randn((batch, n, m), dtype=torch.float64, device="cuda")  # column-major m x n matrices
        host = a.cpu().numpy()
        A, S, U, VT = (library.matrix(r, c * batch) for r, c in ((m, n), (k, 1), (m, k), (k, n)))
        library.upload(A, host)
        vectors = job != "NN"

        def ours():
            library.svd(m, n, job, A.data, S.data, U.data if vectors else None, VT.data if vectors else None, batch)

        row = {"case": f"{batch} of " * (batch > 1) + f"{m} x {n} {job}"}
        ours()
        samples = {"ours": [timed(ours) for _ in range(arguments.repeats)]}
        result = [torch.empty((batch, c, r), dtype=torch.float64).numpy() for r, c in ((k, 1), (m, k), (k, n))]
        for matrix, array in zip((S, U, VT), result):
            library.download(matrix, array)
        s, u, vt = (torch.from_numpy(x).cuda() for x in result)
        expected = torch.linalg.svdvals(a) if max(m, n) <= 4096 else None
        row["accuracy"] = judge(a, u, s.squeeze(1), vt, m, n) if vectors else (None, None, None)
        if expected is not None:
            row["values"] = float(((s.squeeze(1) - expected).abs().max(-1).values / expected.max(-1).values).max()) / (max(m, n) * 2.22e-16)
        del s, u, vt, expected
        if arguments.host:
            addresses = [x.ctypes.data for x in result]
            samples["host"] = [timed(lambda: library.svd(m, n, job, host.ctypes.data, addresses[0],
                                                         addresses[1] if vectors else None,
                                                         addresses[2] if vectors else None, batch))
                               for _ in range(arguments.repeats)]
        for matrix in (A, S, U, VT):
            library.lib.lai_device_release(ctypes.byref(matrix))
        x = a.transpose(-1, -2).contiguous()
        x = x if batch > 1 else x[0]
        slow = n >= 2048
        drivers = ("gesvdj",) if batch > 1 else ("gesvd", "gesvdj")  # gesvd takes 7.7 s for 10000 of 16 x 16
        for driver in drivers if "torch" in peers else ():
            def theirs():
                if vectors:
                    torch.linalg.svd(x, full_matrices=False, driver=driver)
                else:
                    torch.linalg.svdvals(x, driver=driver)
            theirs()
            samples[driver] = [timed(theirs) for _ in range(3 if slow else arguments.repeats)]
        if jax_polar and batch == 1:
            jax, method = jax_polar
            y = jax.dlpack.from_dlpack(x)
            run = method[vectors]
            jax.block_until_ready(run(y))
            samples["polar"] = [timed(lambda: jax.block_until_ready(run(y))) for _ in range(arguments.repeats)]
            del y
        row["ms"] = {name: 1e3 * statistics.median(values) for name, values in samples.items()}
        rows.append(row)

        def cell(value, width, form):
            return f"{'-' if value is None else format(value, form):>{width}}"

        print(f"{row['case']:28}" + "".join(cell(row["ms"].get(name), 10, ".2f")
                                            for name in ("ours", "gesvd", "gesvdj", "polar", "host")) +
              cell(row["accuracy"][0], 10, ".3f") + "".join(cell(v, 8, ".3f") for v in row["accuracy"][1:]) +
              f"  values {row.get('values', float('nan')):.3f}", flush=True)
        for line in [x for x in library.log if "reduction" in x][-1:]:
            print("   ", line, flush=True)
        library.log.clear()
        del a, x
    if arguments.json:
        with open(arguments.json, "w", encoding="utf-8") as file:
            json.dump(rows, file, indent=1)


if __name__ == "__main__":
    main()
