"""Every function on every element type and every way of storing a matrix, by residuals."""
import numpy as np
import pytest

import lapack_py.linalg as la
from matrices import DTYPES, assert_small, layouts, positive_definite, random

LAYOUTS = list(layouts(np.zeros((2, 2))))
# The precision of the arguments, not NumPy's double.
NATIVE = dict(accuracy="componentwise")

every_type = pytest.mark.parametrize("dtype", DTYPES)
every_layout = pytest.mark.parametrize("layout", LAYOUTS)


@every_type
@every_layout
def test_solve(dtype, layout):
    a, b = random((9, 9), dtype), random((9, 2), dtype, 1)
    x = la.solve(layouts(a)[layout], b, **NATIVE)
    assert x.dtype == np.dtype(dtype)
    assert_small(a @ x - b, np.linalg.norm(a) * np.linalg.norm(x), dtype, 9)
    vector = la.solve(layouts(a)[layout], b[:, 0], **NATIVE)
    assert_small(a @ vector - b[:, 0], np.linalg.norm(a) * np.linalg.norm(x), dtype, 9)


@every_type
@every_layout
@pytest.mark.parametrize("shape", [(7, 7), (11, 4), (4, 11), (1, 5), (5, 1)])
def test_svd(dtype, layout, shape):
    a = random(shape, dtype)
    for full in (False, True):
        u, s, vh = la.svd(layouts(a)[layout], full_matrices=full, **NATIVE)
        k = min(shape)
        assert u.shape == (shape[0], shape[0] if full else k) and vh.shape == (shape[1] if full else k, shape[1])
        assert_small((u[:, :k] * s) @ vh[:k] - a, s[0], dtype, max(shape))
        assert_small(u.conj().T @ u - np.eye(u.shape[1]), 1, dtype, max(shape))
        assert_small(vh @ vh.conj().T - np.eye(vh.shape[0]), 1, dtype, max(shape))
    assert_small(la.svdvals(layouts(a)[layout], **NATIVE) - s, s[0], dtype, max(shape))


@every_type
@every_layout
def test_matmul(dtype, layout):
    a, b = random((6, 4), dtype), random((4, 5), dtype, 1)
    exact = np.matmul(a.astype("D"), b.astype("D"))
    for other in LAYOUTS:
        product = la.matmul(layouts(a)[layout], layouts(b)[other])
        assert_small(product - exact, np.linalg.norm(a) * np.linalg.norm(b), dtype, 4)


@every_type
@every_layout
def test_eigh(dtype, layout):
    a = positive_definite(8, dtype)
    for uplo in "LU":
        w, v = la.eigh(layouts(a)[layout], uplo, **NATIVE)
        assert_small(a @ v - v * w, np.linalg.norm(a), dtype, 8)
        assert_small(v.conj().T @ v - np.eye(8), 1, dtype, 8)
        assert np.all(np.diff(w) >= 0)
        assert_small(la.eigvalsh(layouts(a)[layout], uplo, **NATIVE) - w, np.linalg.norm(a), dtype, 8)


@every_type
@every_layout
def test_eig(dtype, layout):
    a = random((8, 8), dtype)
    w, v = la.eig(layouts(a)[layout], **NATIVE)
    assert_small(a @ v - v * w, np.linalg.norm(a), dtype, 8)
    assert_small(np.linalg.norm(v, axis=0) - 1, 1, dtype, 8)
    apart = np.abs(la.eigvals(layouts(a)[layout], **NATIVE)[:, None] - w).min(axis=1)
    assert_small(apart, np.linalg.norm(a), dtype, 8, factor=1e3)


@every_type
@every_layout
def test_cholesky(dtype, layout):
    a = positive_definite(8, dtype)
    factor = la.cholesky(layouts(a)[layout], **NATIVE)
    assert_small(factor @ factor.conj().T - a, np.linalg.norm(a), dtype, 8)
    assert not np.triu(factor, 1).any()


@every_type
@every_layout
@pytest.mark.parametrize("shape", [(6, 6), (9, 4), (4, 9)])
def test_qr(dtype, layout, shape):
    a = random(shape, dtype)
    for mode in ("reduced", "complete"):
        q, r = la.qr(layouts(a)[layout], mode, **NATIVE)
        assert_small(q @ r - a, np.linalg.norm(a), dtype, max(shape))
        assert_small(q.conj().T @ q - np.eye(q.shape[1]), 1, dtype, max(shape))
        assert not np.tril(r, -1).any()
    assert_small(la.qr(a, "r", **NATIVE) - r[: min(shape)], np.linalg.norm(a), dtype, max(shape))


@every_type
@every_layout
def test_inverse_and_determinant(dtype, layout):
    a = random((7, 7), dtype)
    inverse = la.inv(layouts(a)[layout], **NATIVE)
    assert_small(a @ inverse - np.eye(7), np.linalg.cond(a), dtype, 7)
    sign, logarithm = la.slogdet(layouts(a)[layout], **NATIVE)
    exact = np.linalg.det(a.astype("D"))
    assert_small(sign * np.exp(logarithm) - exact, abs(exact) * np.linalg.cond(a), dtype, 7)
    assert_small(la.det(layouts(a)[layout], **NATIVE) - exact, abs(exact) * np.linalg.cond(a), dtype, 7)


@every_type
@every_layout
@pytest.mark.parametrize("shape", [(9, 4), (4, 9), (6, 6)])
def test_lstsq(dtype, layout, shape):
    a, b = random(shape, dtype), random((shape[0], 2), dtype, 1)
    x, residuals, rank, s = la.lstsq(layouts(a)[layout], b, rcond=None, **NATIVE)
    gradient = a.conj().T @ (a @ x - b)
    assert_small(gradient, s[0] ** 2 * np.linalg.norm(x) + s[0] * np.linalg.norm(b), dtype, max(shape))
    assert rank == min(shape) and len(residuals) == (2 if shape[0] > shape[1] else 0)
    if len(residuals):
        assert_small(residuals - np.sum(np.abs(a @ x - b) ** 2, axis=0), np.linalg.norm(b) ** 2, dtype, max(shape))


def test_stacks_broadcast():
    a, b = random((3, 1, 5, 5)), random((1, 4, 5, 2), seed=1)
    x = la.solve(a, b)
    assert x.shape == (3, 4, 5, 2)
    assert_small(a @ x - b, np.linalg.norm(a) * np.linalg.norm(x), "d", 5)
    product = la.matmul(a, b)
    assert_small(product - np.matmul(a, b), np.linalg.norm(a) * np.linalg.norm(b), "d", 5)


def test_single_precision_is_computed_in_double_unless_an_accuracy_is_asked_for():
    a = positive_definite(40, "d") / 40
    rough, fine = (la.inv(a.astype("f"), accuracy=accuracy) for accuracy in ("componentwise", None))
    exact = np.linalg.inv(a.astype("f").astype("d"))
    assert np.array_equal(fine, exact.astype("f")) or np.abs(fine - exact).max() <= np.finfo("f").eps * np.abs(exact).max()
    assert np.abs(rough - exact).max() > np.abs(fine - exact).max()
