"""Systems of equations, inverses, least squares."""
import warnings

import numpy as np

from .. import _core, device
from .._arrays import (element_types, empty_by_columns, real_type, rounded, require_square, take,
                       wrapped, writable)
from .._run import run
from ..context import call_for

__all__ = ["solve", "inv", "lstsq", "tensorsolve", "tensorinv"]


def solve(a, b, *, overwrite_a=False, overwrite_b=False, on_error="raise",
          use_gpu=None, backend=None, accuracy=None, fallback=None):
    """Solves a x = b by LU with partial pivoting (LAPACK's gesv).

    Args:
        a: (..., n, n), square.
        b: (..., n) or (..., n, k). A one-axis less b is a stack of vectors, as in numpy.linalg.solve of NumPy 1.
        overwrite_a, overwrite_b: allow their memory to be used; their contents are lost. Saves a copy when LAPACK
            can take the array as it stands.
        on_error: for stacks: 'raise', or 'nan' to put NaN into the items that are singular and warn.
        use_gpu, backend, accuracy, fallback: see help(lapack_py.linalg).

    Returns:
        x of b's shape, broadcast over the leading axes.

    Raises:
        SingularMatrixError (a LinAlgError) with the diagnosis: which rows or columns are zero or dependent.
    """
    call = call_for(use_gpu, backend, accuracy, fallback)
    if device.is_on_device(a, b):
        return device.solve(call, a, b, overwrite_a, overwrite_b)
    a, _ = take(a)
    require_square(a)
    b, wrap = take(b)
    dtype, result = element_types(call, a, b)
    vectors = b.ndim == a.ndim - 1
    columns = b[..., np.newaxis] if vectors else b
    if columns.ndim < 2 or columns.shape[-2] != a.shape[-1]:
        raise ValueError(f"solve: b is {b.shape}: must have {a.shape[-1]} rows to fit a of shape {a.shape}")
    batch = a.shape[:-2]
    if batch != columns.shape[:-2]:
        batch = np.broadcast_shapes(batch, columns.shape[:-2])
        a = np.broadcast_to(a, batch + a.shape[-2:])
        columns = np.broadcast_to(columns, batch + columns.shape[-2:])
    x = writable(columns, dtype, overwrite_b)
    if x.size:
        factors = writable(a, dtype, overwrite_a)
        run(_core.gesv, call, factors, x, results=(x,), batch_shape=batch, on_error=on_error)
    x = rounded(x, result)
    return wrapped(x[..., 0] if vectors else x, wrap)


def inv(a, *, overwrite_a=False, on_error="raise", use_gpu=None, backend=None, accuracy=None, fallback=None):
    """The inverse of a square matrix (getrf, getri).

    Args:
        a: (..., n, n).
        overwrite_a: allow a's memory to become the result.
        on_error: for stacks: 'raise', or 'nan' to put NaN into the items that are singular and warn.
        use_gpu, backend, accuracy, fallback: see help(lapack_py.linalg).

    Returns:
        (..., n, n).

    Raises:
        SingularMatrixError (a LinAlgError) with the diagnosis.
    """
    call = call_for(use_gpu, backend, accuracy, fallback)
    if device.is_on_device(a):
        return device.inv(call, a, overwrite_a)
    a, wrap = take(a)
    require_square(a)
    dtype, result = element_types(call, a)
    x = writable(a, dtype, overwrite_a)
    if x.size:
        run(_core.inverse, call, x, results=(x,), batch_shape=x.shape[:-2], on_error=on_error)
    return wrapped(rounded(x, result), wrap)


def lstsq(a, b, rcond="warn", *, use_gpu=None, backend=None, accuracy=None, fallback=None):
    """Least squares of minimum norm by SVD (gelsd): the x that minimises |b - a x|.

    Args:
        a: (m, n), of any rank.
        b: (m,) or (m, k).
        rcond: singular values below rcond * s[0] count as zero. None: eps * max(m, n). "warn": -1, machine
            precision, with NumPy's FutureWarning.
        use_gpu, backend, accuracy, fallback: see help(lapack_py.linalg).

    Returns:
        (x, residuals, rank, s): x (n,) or (n, k); residuals (k,), the sums of squares, empty when rank < n or m <= n;
        s (min(m, n),), the singular values of a.

    Raises:
        ConvergenceError, NonFiniteInputError (LinAlgErrors).
    """
    call = call_for(use_gpu, backend, accuracy, fallback)
    a, _ = take(a)
    b, wrap = take(b)
    vector = b.ndim == 1
    columns = b[:, np.newaxis] if vector else b
    if a.ndim != 2 or columns.ndim != 2:
        wrong = a if a.ndim != 2 else columns
        raise np.linalg.LinAlgError(f"{wrong.ndim}-dimensional array given. Array must be two-dimensional")
    (m, n), k = a.shape, columns.shape[-1]
    if m != columns.shape[0]:
        raise np.linalg.LinAlgError("Incompatible dimensions")
    dtype, result = element_types(call, a, columns)
    real = real_type(dtype)
    rcond = _rank_tolerance(rcond, m, n, real)
    x = empty_by_columns((max(m, n), max(k, 1)), dtype)
    x[:m, :k] = columns
    x[m:] = 0
    x[:, k:] = 0
    s = np.empty(min(m, n), real)
    rank = np.zeros((), np.int64)
    if s.size:
        run(_core.gelsd, call, writable(a, dtype, column_major=True), x, s, float(rcond), rank)
    rank = int(rank)
    solution = x[:n, :k]
    if rank == n and m > n:
        residuals = np.sum(np.abs(x[n:m, :k]) ** 2, axis=0, dtype=real)
    else:
        residuals = np.array([], real)
    if vector:
        solution = solution[:, 0]
    solution = solution.astype(result) if m > n else rounded(solution, result)
    residuals, s = (rounded(values, real_type(result)) for values in (residuals, s))
    return wrapped(solution, wrap), wrapped(residuals, wrap), rank, s


def _rank_tolerance(rcond, m, n, real):
    if isinstance(rcond, str) and rcond == "warn":
        warnings.warn(
            "`rcond` parameter will change its default from -1 (machine precision) to None (eps * max(m, n)): pass "
            "one of them.",
            FutureWarning, stacklevel=3)
        return -1.0
    return np.finfo(real).eps * max(m, n) if rcond is None else rcond


def tensorsolve(a, b, axes=None, *, use_gpu=None, backend=None, accuracy=None, fallback=None):
    """Solves tensordot(a, x, x.ndim) = b.

    Args:
        a: b.shape + Q, where prod(Q) = prod(b.shape).
        b: any shape.
        axes: axes of a that are moved to its end first.
        use_gpu, backend, accuracy, fallback: see help(lapack_py.linalg).

    Returns:
        x of shape Q.
    """
    a, wrap = take(a)
    b, _ = take(b)
    if axes is not None:
        rest = [axis for axis in range(a.ndim) if axis not in axes]
        a = a.transpose(rest + list(axes))
    shape = a.shape[b.ndim:]
    unknowns = int(np.prod(shape, dtype=np.int64))
    if a.size != unknowns**2:
        raise np.linalg.LinAlgError(
            f"tensorsolve: a is {a.shape}: must hold as many unknowns as b of shape {b.shape} has entries")
    x = solve(a.reshape(unknowns, unknowns), b.ravel(), use_gpu=use_gpu, backend=backend, accuracy=accuracy,
              fallback=fallback)
    return wrapped(x.reshape(shape), wrap)


def tensorinv(a, ind=2, *, use_gpu=None, backend=None, accuracy=None, fallback=None):
    """The inverse for tensordot(.., .., ind): the first `ind` axes of a against the rest.

    Args:
        a: prod(a.shape[:ind]) = prod(a.shape[ind:]).
        ind: > 0.
        use_gpu, backend, accuracy, fallback: see help(lapack_py.linalg).

    Returns:
        a.shape[ind:] + a.shape[:ind].
    """
    a = np.asarray(a)
    if ind <= 0:
        raise ValueError(f"tensorinv: ind is {ind}: must be > 0")
    rows = int(np.prod(a.shape[ind:], dtype=np.int64))
    inverse = inv(a.reshape(rows, -1), use_gpu=use_gpu, backend=backend, accuracy=accuracy, fallback=fallback)
    return inverse.reshape(a.shape[ind:] + a.shape[:ind])
