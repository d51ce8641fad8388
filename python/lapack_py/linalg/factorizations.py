"""Cholesky, QR, and determinants by LU."""
import numpy as np

from .. import _core, device
from .._arrays import (element_types, empty_by_columns, real_type, require_square, require_stack, rounded,
                       stored_by_rows, take, wrapped, writable)
from .._run import run
from ..context import call_for

__all__ = ["cholesky", "qr", "det", "slogdet"]


def cholesky(a, *, overwrite_a=False, on_error="raise", use_gpu=None, backend=None, accuracy=None, fallback=None):
    """The lower Cholesky factor L of a Hermitian positive definite matrix, a = L L^H (LAPACK's potrf).

    Args:
        a: (..., n, n); the lower triangle is read.
        overwrite_a: allow a's memory to become L.
        on_error: for stacks: 'raise', or 'nan' to put NaN into the items that fail and warn.
        use_gpu, backend, accuracy, fallback: see help(lapack_py.linalg).

    Returns:
        L (..., n, n), zero above the diagonal.

    Raises:
        NotPositiveDefiniteError (a LinAlgError), which tells indefinite from semidefinite.
    """
    call = call_for(use_gpu, backend, accuracy, fallback)
    if device.is_on_device(a):
        return device.cholesky(call, a, overwrite_a)
    a, wrap = take(a)
    require_square(a)
    dtype, result = element_types(call, a)
    factor = writable(a, dtype, overwrite_a)
    if factor.size:
        run(_core.potrf, call, factor, results=(factor,), batch_shape=a.shape[:-2], on_error=on_error)
        _core.clear_above_diagonal(factor)
    return wrapped(rounded(factor, result), wrap)


def qr(a, mode="reduced", *, overwrite_a=False, on_error="raise",
       use_gpu=None, backend=None, accuracy=None, fallback=None):
    """a = q r with orthonormal columns in q and upper triangular r (LAPACK's geqrf, orgqr).

    Args:
        a: (..., m, n).
        mode: 'reduced': q (m, min(m, n)), r (min(m, n), n); 'complete': q (m, m), r (m, n); 'r': r alone; 'raw':
            (h, tau), LAPACK's reflectors, h transposed.
        overwrite_a: allow a's memory to be used; its contents are lost.
        on_error: for stacks: 'raise', or 'nan' to put NaN into the items that fail and warn.
        use_gpu, backend, accuracy, fallback: see help(lapack_py.linalg).
    """
    if mode not in ("reduced", "complete", "r", "raw"):
        raise ValueError(f"qr: mode is {mode!r}: must be 'reduced', 'complete', 'r' or 'raw'")
    call = call_for(use_gpu, backend, accuracy, fallback)
    a, wrap = take(a)
    require_stack(a)
    m, n = a.shape[-2:]
    k, batch = min(m, n), a.shape[:-2]
    dtype, result = element_types(call, a)
    factors = writable(a, dtype, overwrite_a, column_major=True)
    tau = np.empty(batch + (k,), dtype)
    if factors.size:
        run(_core.geqrf, call, factors, tau, results=(factors, tau), batch_shape=batch, on_error=on_error)
    if mode == "raw":
        return wrapped(factors.swapaxes(-1, -2), wrap), tau
    complete = mode == "complete" and m > n
    r = rounded(np.triu(factors[..., : m if complete else k, :]), result)
    if mode == "r":
        return wrapped(r, wrap)
    columns = m if complete else k
    if columns <= n:
        q = factors[..., :columns]
    else:
        q = empty_by_columns(batch + (m, columns), dtype)
        q[..., :n] = factors
    if q.size:
        if k:
            run(_core.orgqr, call, q, tau, results=(q,), batch_shape=batch, on_error=on_error)
        else:
            q[...] = np.eye(m, columns, dtype=dtype)
    return wrapped(rounded(q, result), wrap), wrapped(r, wrap)


def det(a, *, use_gpu=None, backend=None, accuracy=None, fallback=None):
    """The determinant of (..., n, n) by LU. It may over- or underflow where slogdet does not."""
    sign, diagonal, result = _lu_diagonal(a, call_for(use_gpu, backend, accuracy, fallback))
    return rounded(sign * np.multiply.reduce(diagonal, axis=-1), result)


def slogdet(a, *, use_gpu=None, backend=None, accuracy=None, fallback=None):
    """(sign, logabsdet) of (..., n, n): the determinant is sign * exp(logabsdet). A singular matrix gives (0, -inf).
    """
    sign, diagonal, result = _lu_diagonal(a, call_for(use_gpu, backend, accuracy, fallback))
    magnitude = np.abs(diagonal)
    with np.errstate(divide="ignore", invalid="ignore"):
        sign = sign * np.multiply.reduce(diagonal / magnitude, axis=-1)
        logarithm = np.add.reduce(np.log(magnitude), axis=-1)
    singular = np.any(diagonal == 0, axis=-1)
    sign = np.where(singular, np.zeros((), sign.dtype), sign)[()]
    logarithm = np.where(singular, np.array(-np.inf, logarithm.dtype), logarithm)[()]
    return rounded(sign, result), rounded(logarithm, real_type(result))


def _lu_diagonal(a, call):
    """The sign of LU's row exchanges and U's diagonal. The transposed matrix will do: its determinant is the same."""
    a = np.asarray(a)
    require_square(a)
    dtype, result = element_types(call, a)
    n, batch = a.shape[-1], a.shape[:-2]
    if a.size == 0:
        return np.ones(batch, dtype)[()], np.ones(batch + (n,), dtype), result
    factors = writable(a, dtype)
    if stored_by_rows(factors):
        factors = factors.swapaxes(-1, -2)
    pivots = np.empty(batch + (n,), np.int64)
    _run_singular(call, factors, pivots)
    exchanges = np.asarray(np.count_nonzero(pivots != np.arange(1, n + 1), axis=-1))
    sign = (1 - 2 * (exchanges % 2)).astype(real_type(dtype))[()]
    return sign, np.diagonal(factors, axis1=-2, axis2=-1), result


def _run_singular(call, factors, pivots):
    """LU where an exactly zero pivot is an answer and not an error."""
    raw = _core.getrf(call.core, factors, pivots)
    if raw is not None and raw[1] < 0:
        run(_core.getrf, call, factors, pivots, batch_shape=pivots.shape[:-1])
