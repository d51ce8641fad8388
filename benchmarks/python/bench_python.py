#!/usr/bin/env python3
"""What a call from Python costs over the same call from C++, at 2 x 2; numpy.linalg beside it.

    bench_python [--json]

C++, lapack_py and NumPy take turns in one process, on one copy of the library; medians over the rounds, and of the differences.
"""
import ctypes
import json
import os
import platform
import statistics
import sys
import time
from pathlib import Path

BUILD = Path(__file__).absolute().parents[1]  # build/<preset>/bin/bench_python
sys.path.insert(0, str(BUILD / "python"))

import numpy as np  # noqa: E402

import lapack_py.linalg as la  # noqa: E402

ROUNDS, CALLS = 101, 200
TARGET = 20.0  # microseconds


def seconds_per_call(function):
    begin = time.perf_counter()
    for _ in range(CALLS):
        function()
    return (time.perf_counter() - begin) / CALLS


def measure(native, letter, ours, numpys):
    """Medians in microseconds: ours over C++, its spread, ours, C++, NumPy."""
    rounds = []
    for _ in range(ROUNDS):
        rounds.append((seconds_per_call(ours) * 1e6, native(letter, CALLS) * 1e6, seconds_per_call(numpys) * 1e6))
    over = sorted(mine - cxx for mine, cxx, _ in rounds[1:])
    spread = (over[len(over) // 10], over[-len(over) // 10])
    return (statistics.median(over), spread, *(statistics.median(column) for column in zip(*rounds)))


def main():
    library = ctypes.CDLL(str(BUILD / "bin" / "libbench_python_native.so"))
    native = lambda letter, calls: library.native_seconds(letter, calls)  # noqa: E731
    library.native_seconds.argtypes = [ctypes.c_char, ctypes.c_int64]
    library.native_seconds.restype = ctypes.c_double
    a, b = np.array([[4.0, 1.0], [1.0, 3.0]]), np.array([1.0, 2.0])
    figures = []
    for name, letter, ours, numpys in (
            ("solve", b"s", lambda: la.solve(a, b), lambda: np.linalg.solve(a, b)),
            ("matmul", b"m", lambda: la.matmul(a, a), lambda: np.matmul(a, a)),
            ("svd", b"v", lambda: la.svd(a), lambda: np.linalg.svd(a))):
        over, spread, mine, cxx, numpy_alone = measure(native, letter, ours, numpys)
        figures.append({
            "name": f"lapack_py.{name} over C++, 2 x 2", "value": round(over, 2), "unit": "us", "target": TARGET,
            "relation": "<=", "met": over <= TARGET,
            "baseline": f"C++ {cxx:.2f} us; lapack_py {mine:.2f} us, numpy.linalg {numpy_alone:.2f} us", "n": ROUNDS - 1,
            "low": round(spread[0], 2), "high": round(spread[1], 2)})
    if "--json" in sys.argv[1:]:
        machine = {"cpu": platform.processor() or platform.machine(), "cores": os.cpu_count(),
                   "python": platform.python_version(), "numpy": np.__version__}
        print(json.dumps({"machine": machine, "figures": figures}, indent=2))
    else:
        for figure in figures:
            print(f"{figure['name']:<32} {figure['value']:6.2f} us ({figure['low']} to {figure['high']}), target "
                  f"<= {TARGET:g}{'' if figure['met'] else ', MISSED'}; {figure['baseline']}")
    return 0 if all(figure["met"] for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
