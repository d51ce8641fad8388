"""Matrices that tests share, and how results are judged: scaled residuals in units of eps times size."""
import numpy as np

DTYPES = ["f", "d", "F", "D"]


def random(shape, dtype="d", seed=0):
    """Normal entries, complex for complex types."""
    generator = np.random.default_rng(seed)
    a = generator.standard_normal(shape)
    if np.dtype(dtype).kind == "c":
        a = a + 1j * generator.standard_normal(shape)
    return a.astype(dtype)


def positive_definite(n, dtype="d", seed=0):
    """A A^H + n I."""
    a = random((n, n), dtype, seed)
    return (a @ a.conj().T + n * np.eye(n)).astype(dtype)


def layouts(a):
    """The same values stored in ways that LAPACK can take as they stand, and in some that it cannot."""
    m, n = a.shape[-2:]
    gaps = np.zeros(a.shape[:-2] + (m, n + 3), a.dtype)
    gaps[..., :n] = a
    everywhere = np.zeros(a.shape[:-2] + (2 * m, 3 * n), a.dtype)
    everywhere[..., ::2, ::3] = a
    backwards = np.ascontiguousarray(a[..., ::-1, :])[..., ::-1, :]
    return {
        "C": np.ascontiguousarray(a),
        "F": np.ascontiguousarray(a.swapaxes(-1, -2)).swapaxes(-1, -2),
        "gaps between rows": gaps[..., :n],
        "both strides > 1": everywhere[..., ::2, ::3],
        "negative stride": backwards,
        "foreign byte order": a.astype(a.dtype.newbyteorder()),
    }


def assert_small(residual, scale, dtype, size, factor=20.0):
    """|residual| <= factor * eps * size * scale, by norms of everything."""
    bound = factor * np.finfo(dtype).eps * max(1, size) * float(scale)
    assert float(np.abs(residual).max(initial=0.0)) <= bound, (float(np.abs(residual).max()), bound)
