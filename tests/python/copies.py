"""Run by test_copies.py under count_allocations.c: allocations as large as A, by function and storage, for 2000 x 2000
by rows and 600 x 600 stored otherwise; prints JSON.

Each function runs once before it is counted, so that what the library keeps (workspace, threads' buffers) is there.
"""
import ctypes
import json
import sys

import numpy as np

import lapack_py.linalg as la

counter = ctypes.CDLL(None)
counter.count_from.argtypes = [ctypes.c_size_t]
counter.counted.restype = ctypes.c_long


def allocations(function, *arguments, **keywords):
    """How many allocations of A's size one call makes."""
    counter.count_from(arguments[0].nbytes)
    function(*arguments, **keywords)
    return counter.counted()


def stored(a):
    """`a` by rows, by columns, and by rows with gaps."""
    n = len(a)
    gaps = np.zeros((n, n + 8))
    gaps[:, :n] = a
    return {"C": np.ascontiguousarray(a), "F": np.asfortranarray(a), "gaps": gaps[:, :n]}


def count(n, storages):
    generator = np.random.default_rng(0)
    a = generator.standard_normal((n, n))
    a = a + a.T + 4 * np.sqrt(n) * np.eye(n)  # positive definite, so that everything applies
    b = generator.standard_normal(n)
    found = {}
    for storage in storages:
        A = stored(a)[storage]
        for name, arguments in (("solve", (A, b)), ("cholesky", (A,)), ("svdvals", (A,)), ("eigvalsh", (A,)), ("inv", (A,))):
            function = getattr(la, name)
            small = [x[:50] if x.ndim == 1 else x[:50, :50] for x in arguments]
            function(*small)
            found[f"{name} {storage}"] = allocations(function, *arguments)
            mine = A.copy(order="K") if storage != "gaps" else stored(a)["gaps"]
            found[f"{name} {storage} overwrite_a"] = allocations(function, mine, *arguments[1:], overwrite_a=True)
        for other, B in stored(a).items():
            found[f"matmul {storage} {other}"] = allocations(la.matmul, A, B)
    return found


json.dump({**count(2000, ["C"]), **count(600, ["F", "gaps"])}, sys.stdout)
