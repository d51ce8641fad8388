"""What is copied: at most one copy of A, where LAPACK overwrites it; none with overwrite_a; none for products."""
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import lapack_py
import lapack_py.linalg as la
from lapack_py import _core
from matrices import layouts, random

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def allocations():
    """Counts in a process of its own, under the counting library."""
    library = os.environ["LAPACK_PY_COUNT_ALLOCATIONS"]
    done = subprocess.run([sys.executable, HERE / "copies.py"], capture_output=True, text=True,
                          env={**os.environ, "LD_PRELOAD": library})
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_products_allocate_their_result_alone(allocations):
    counts = {name: count for name, count in allocations.items() if name.startswith("matmul")}
    assert len(counts) == 9 and set(counts.values()) == {1}, counts


@pytest.mark.parametrize("function", ["solve", "cholesky", "svdvals", "eigvalsh", "inv"])
@pytest.mark.parametrize("storage", ["C", "F", "gaps"])
def test_a_is_copied_once_and_with_overwrite_a_never(allocations, function, storage):
    workspace = 1 if function == "svdvals" else 0  # dgesdd's own query asks for more than A's size
    assert allocations[f"{function} {storage}"] == 1 + workspace
    assert allocations[f"{function} {storage} overwrite_a"] == workspace


@pytest.mark.parametrize("storage", ["C", "F", "gaps between rows"])
@pytest.mark.parametrize("function", [la.inv, la.cholesky])
def test_with_overwrite_a_the_result_is_the_argument(function, storage):
    a = layouts(random((6, 6)) @ random((6, 6)).T + 6 * np.eye(6))[storage]
    expected, address = function(a), a.__array_interface__["data"][0]
    result = function(a, overwrite_a=True)
    assert result.__array_interface__["data"][0] == address
    np.testing.assert_array_equal(result, expected)


def test_arguments_are_not_changed_without_overwrite():
    for name, function in (("solve", lambda a: la.solve(a, np.ones(5))), ("svd", la.svd), ("eigh", la.eigh), ("eig", la.eig),
                           ("qr", la.qr), ("inv", la.inv), ("cholesky", la.cholesky), ("det", la.det),
                           ("lstsq", lambda a: la.lstsq(a, np.ones(5), rcond=None)), ("pinv", la.pinv)):
        for storage, a in layouts(random((5, 5)) @ random((5, 5)).T + 5 * np.eye(5)).items():
            before = a.copy()
            function(a)
            assert np.array_equal(a, before), (name, storage)


def test_which_arrays_go_in_as_they_stand():
    fits = {storage: _core.fits(a) for storage, a in layouts(random((5, 4))).items()}
    assert fits == {"C": True, "F": True, "gaps between rows": True, "both strides > 1": False,
                    "negative stride": False, "foreign byte order": False}
    record = np.zeros((4, 4), np.dtype([("x", "f8"), ("y", "f4")]))
    assert not _core.fits(record["x"])
    misaligned = np.frombuffer(bytearray(4 * 4 * 8 + 1), np.uint8)[1:].view("d").reshape(4, 4)
    assert not _core.fits(misaligned)
    np.testing.assert_allclose(la.solve(record["x"] + np.eye(4), np.ones(4)), np.ones(4))


def test_the_core_reports_no_copy_of_a_row_major_matrix():
    a, b = random((50, 50)), random(50)
    for function, arguments in ((la.solve, (a, b)), (la.svd, (a,)), (la.cholesky, (a @ a.T + 50 * np.eye(50),)),
                                (la.matmul, (a, a.T))):
        function(*arguments)
        assert not lapack_py.last_report()["copied"], function
