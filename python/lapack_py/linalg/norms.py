"""Norms, condition numbers and ranks."""
import numpy as np
from numpy.linalg import norm as _elementwise_norm

from .._arrays import asarray, element_type, real_type, require_square, require_stack
from .._outcome import QUIET
from .singular_values import svd
from .systems import inv

__all__ = ["norm", "cond", "matrix_rank"]


def norm(x, ord=None, axis=None, keepdims=False, *, use_gpu=None, backend=None, accuracy=None, fallback=None):
    """A norm of a vector or a matrix.

    Args:
        x: any array; at most two axes unless `axis` says which to take.
        ord: None, 'fro', 'nuc', inf, -inf, 0, 1, -1, 2, -2 or a number for vectors. For matrices 2, -2 and 'nuc' are
            the largest, the smallest, and the sum of the singular values.
        axis: None, one axis (vectors) or two (matrices).
        keepdims: keep the axes that are taken, with length one.
        use_gpu, backend, accuracy, fallback: see help(lapack_py.linalg); used where an SVD is.
    """
    x = asarray(x)
    if axis is None:
        axes = tuple(range(x.ndim)) if ord is not None else ()
    else:
        try:
            axes = tuple(axis)
        except TypeError:
            axes = (axis,)
    is_spectral = len(axes) == 2 and (ord == "nuc" if isinstance(ord, str) else ord in (2, -2))
    if not is_spectral or x.dtype.char not in "fdFD" and x.dtype.kind not in "biu":
        return _elementwise_norm(x, ord, axis, keepdims)
    rows, columns = axes
    s = svd(np.moveaxis(x, (rows, columns), (-2, -1)), compute_uv=False, use_gpu=use_gpu, backend=backend,
            accuracy=accuracy, fallback=fallback)
    reduce = np.add if ord == "nuc" else np.maximum if ord == 2 else np.minimum
    result = reduce.reduce(s, axis=-1)
    if keepdims:
        shape = list(x.shape)
        shape[rows] = shape[columns] = 1
        result = result.reshape(shape)
    return result


def cond(x, p=None, *, use_gpu=None, backend=None, accuracy=None, fallback=None):
    """The condition number.

    Args:
        x: (..., m, n), square for p other than None, 2 and -2.
        p: a matrix norm's `ord`; None and 2: s[0] / s[-1].
        use_gpu, backend, accuracy, fallback: see help(lapack_py.linalg).

    Returns:
        (...), inf for singular matrices.
    """
    keywords = dict(use_gpu=use_gpu, backend=backend, accuracy=accuracy, fallback=fallback)
    x = asarray(x)
    if x.ndim < 2 or x.shape[-2] * x.shape[-1] == 0:
        if x.ndim >= 2 or x.size == 0:
            raise np.linalg.LinAlgError("cond is not defined on empty arrays")
        require_stack(x)
    if p is None or p in (2, -2):
        s = svd(x, compute_uv=False, on_error=QUIET, **keywords)
        with np.errstate(all="ignore"):
            result = s[..., -1] / s[..., 0] if p == -2 else s[..., 0] / s[..., -1]
    else:
        require_square(x)
        dtype = element_type(x)
        with np.errstate(all="ignore"):
            inverse = inv(x, on_error=QUIET, **keywords)
            result = norm(x, p, (-2, -1), **keywords) * norm(inverse, p, (-2, -1), **keywords)
        result = result.astype(real_type(dtype), copy=False)
    result = np.asarray(result)
    undefined = np.isnan(result) & ~np.isnan(x).any(axis=(-2, -1))
    result = np.where(undefined, np.array(np.inf, result.dtype), result)
    return result[()]


def matrix_rank(A, tol=None, hermitian=False, *, use_gpu=None, backend=None, accuracy=None, fallback=None):
    """The number of singular values above `tol`.

    Args:
        A: (..., m, n), or a vector, whose rank is 0 or 1.
        tol: (...) or a number; None: s[0] * max(m, n) * eps.
        hermitian: A is Hermitian.
        use_gpu, backend, accuracy, fallback: see help(lapack_py.linalg).

    Returns:
        (...), integers.
    """
    A = asarray(A)
    if A.ndim < 2:
        return int(not np.all(A == 0))
    s = svd(A, compute_uv=False, hermitian=hermitian, use_gpu=use_gpu, backend=backend, accuracy=accuracy,
            fallback=fallback)
    if tol is None:
        tol = s.max(axis=-1, keepdims=True) * max(A.shape[-2:]) * np.finfo(s.dtype).eps
    else:
        tol = np.asarray(tol)[..., np.newaxis]
    return np.count_nonzero(s > tol, axis=-1)
