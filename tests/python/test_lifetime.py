"""References, threads, arrays of others: nothing leaks, nothing races, device memory outlives what sees it."""
import gc
import multiprocessing
import sys
import threading
import time
import tracemalloc

import numpy as np
import pytest

import lapack_py
import lapack_py.linalg as la
from matrices import assert_small, positive_definite, random

CALLS = 1_000_000


def functions():
    a, b = positive_definite(2), random((2, 2), seed=1)
    singular = np.ones((2, 2))

    def refused():
        try:
            la.solve(singular, b)
        except la.LinAlgError:
            pass

    return a, b, {
        # share of the million, call: the cheap ones carry most of it
        "core": (0.90, None),
        "solve": (0.01, lambda: la.solve(a, b)), "inv": (0.01, lambda: la.inv(a)),
        "matmul": (0.02, lambda: la.matmul(a, b)), "cholesky": (0.01, lambda: la.cholesky(a)),
        "svd": (0.01, lambda: la.svd(a)), "eigh": (0.01, lambda: la.eigh(a)), "eig": (0.005, lambda: la.eig(a)),
        "qr": (0.01, lambda: la.qr(a)), "det": (0.01, lambda: la.det(a)),
        "lstsq": (0.004, lambda: la.lstsq(a, b, rcond=None)), "refused": (0.001, refused),
    }


def test_a_million_calls_leave_references_and_memory_as_they_were():
    a, b, calls = functions()
    context = lapack_py.current_context()
    core, c = context.plain.core, np.empty((2, 2))
    gemm = lapack_py._core.gemm
    watched = [a, b, c, core, context, None, np.dtype("d")]

    def run(share):
        for name, (part, call) in calls.items():
            count = int(CALLS * part * share)
            if call is None:
                for _ in range(count):
                    gemm(core, a, b, c)
            else:
                for _ in range(count):
                    call()

    run(0.001)
    gc.collect()
    tracemalloc.start()
    run(0.001)
    gc.collect()
    before, bytes_before = [sys.getrefcount(x) for x in watched], tracemalloc.get_traced_memory()[0]
    run(0.002)
    gc.collect()
    grown = tracemalloc.get_traced_memory()[0] - bytes_before
    tracemalloc.stop()
    run(0.996)
    gc.collect()
    after = [sys.getrefcount(x) for x in watched]
    assert all(abs(x - y) <= 20 for x, y in zip(before, after)), (before, after)
    assert grown < 16 * 1024


def test_sixteen_threads_at_once():
    failures = []

    def work(seed):
        try:
            a, b = random((60, 60), "dfDF"[seed % 4], seed), random((60, 3), "dfDF"[seed % 4], seed + 100)
            for _ in range(20):
                x = la.solve(a, b, accuracy="componentwise")
                assert_small(a @ x - b, np.linalg.norm(a) * np.linalg.norm(x), a.dtype, 60)
                u, s, vh = la.svd(a, accuracy="componentwise")
                assert_small((u * s) @ vh - a, s[0], a.dtype, 60)
                with pytest.raises(la.LinAlgError):
                    la.inv(np.ones((3, 3)))
                assert lapack_py.last_report()["op"] == "getrf"
        except BaseException as error:  # to be seen in the main thread
            failures.append(error)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, failures[0]


def solved_in_a_child(seed):
    a = random((80, 80), seed=seed)
    return float(np.abs(a @ la.solve(a, np.ones(80)) - 1).max())


def test_a_forked_pool_computes():
    la.solve(random((80, 80)), np.ones(80))  # the library has threads before the fork
    with multiprocessing.get_context("fork").Pool(2) as pool:
        residuals = pool.map_async(solved_in_a_child, range(8)).get(timeout=60)
    assert max(residuals) < 1e-9


def test_the_gil_is_released():
    """Another thread must get to run while a product of some 100 ms is under way."""
    a = random((1500, 1500))
    la.matmul(a[:100, :100], a[:100, :100])
    ticks, busy = [0], threading.Event()

    def tick():
        busy.wait()
        while busy.is_set():
            ticks[0] += 1
            time.sleep(0.001)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1000)  # a thread gives way only when it releases the GIL by itself
    thread = threading.Thread(target=tick)
    thread.start()
    try:
        busy.set()
        la.matmul(a, a)
        during = ticks[0]
        busy.clear()
    finally:
        sys.setswitchinterval(interval)
        busy.clear()
        thread.join()
    assert during > 0


def device_or_none():
    try:
        return lapack_py.to_device(np.eye(2)).device
    except lapack_py.GPUUnavailableError:
        return None


needs_device = pytest.mark.skipif(device_or_none() is None, reason="no OpenCL device on this machine")


@needs_device
def test_device_arrays():
    a, b = positive_definite(20), random((20, 3))
    A, B = lapack_py.to_device(a), lapack_py.to_device(np.asfortranarray(b))
    assert A.shape == (20, 20) and A.dtype == np.float64 and A.nbytes == 3200
    np.testing.assert_array_equal(A.to_host(), a)
    np.testing.assert_array_equal(A[2:5, 1:].to_host(), a[2:5, 1:])
    assert_small((A @ B).to_host() - a @ b, np.linalg.norm(a) * np.linalg.norm(b), "d", 20)
    x = la.solve(A, B).to_host()
    assert_small(a @ x - b, np.linalg.norm(a) * np.linalg.norm(x), "d", 20)
    assert_small(la.inv(A).to_host() @ a - np.eye(20), np.linalg.cond(a), "d", 20)
    factor = np.tril(la.cholesky(A).to_host())
    assert_small(factor @ factor.T - a, np.linalg.norm(a), "d", 20)
    w, V = la.eigh(A)
    v = V.to_host()
    assert_small(a @ v - v * w, np.linalg.norm(a), "d", 20)
    U, s, VH = la.svd(A, full_matrices=False)
    assert_small((U.to_host() * s) @ VH.to_host() - a, s[0], "d", 20)
    np.testing.assert_array_equal(A.to_host(), a)  # nothing above has changed it
    with pytest.raises(TypeError, match="to_host"):
        np.asarray(A)
    with pytest.raises(TypeError, match="to_device"):
        la.matmul(A, b)
    with pytest.raises(ValueError):
        A @ lapack_py.to_device(np.ones((3, 3)))
    with pytest.raises(lapack_py.GPUUnavailableError):
        lapack_py.to_device(a, device="opencl:none")


@needs_device
def test_a_view_keeps_the_memory_alive():
    for _ in range(200):
        view = lapack_py.to_device(np.full((64, 64), 7.0))[3:9, 5:8]
        again = view[1:, :]
        del view
        gc.collect()
        other = lapack_py.to_device(np.zeros((64, 64)))
        np.testing.assert_array_equal(again.to_host(), np.full((5, 3), 7.0))
        del other


class Foreign:
    """An array of another library."""

    def __init__(self, a, protocol):
        self.a = a
        if protocol == "__array_interface__":
            self.__array_interface__ = a.__array_interface__
        else:
            self.__class__ = type("Exporter", (Foreign,), {
                "__dlpack__": lambda self, stream=None: self.a.__dlpack__(),
                "__dlpack_device__": lambda self: self.a.__dlpack_device__()})


@pytest.mark.parametrize("protocol", ["__array_interface__", "__dlpack__"])
def test_arrays_of_other_libraries_are_read_in_place(protocol):
    a = positive_definite(6)
    foreign = Foreign(a, protocol)
    assert lapack_py._arrays.asarray(foreign).__array_interface__["data"][0] == a.__array_interface__["data"][0]
    np.testing.assert_array_equal(la.inv(foreign), la.inv(a))


@pytest.mark.filterwarnings("ignore:the matrix subclass")
def test_subclasses_come_back():
    matrix = np.matrix(positive_definite(3))
    assert isinstance(la.inv(matrix), np.matrix) and isinstance(la.cholesky(matrix), np.matrix)
    assert isinstance(la.svd(matrix)[0], np.matrix) and isinstance(la.matmul(matrix, matrix), np.matrix)
