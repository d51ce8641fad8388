"""Products of matrices."""
import numpy as np

from .. import _core, device
from .._arrays import element_type, readable, require_square, take, wrapped
from .._run import run
from ..context import call_for

__all__ = ["matmul", "multi_dot", "matrix_power"]


def matmul(a, b, *, out=None, use_gpu=None, backend=None, accuracy=None, fallback=None):
    """The matrix product a @ b (LAPACK's gemm; a stack is one batched call).

    Args:
        a: (..., m, k) or (k,).
        b: (..., k, n) or (k,).
        out: where to put the result, of its shape and type; returned.
        use_gpu, backend, accuracy, fallback: see help(lapack_py.linalg).

    Returns:
        (..., m, n), the leading axes broadcast; axes of vectors are dropped as in numpy.matmul. Element types that
        LAPACK does not have (integers, half, object) are multiplied by numpy.matmul.
    """
    if device.is_on_device(a, b):
        return device.matmul(call_for(use_gpu, backend, accuracy, fallback), a, b)
    a_given, b_given = a, b
    a, wrap_a = take(a)
    b, wrap_b = take(b)
    if a.ndim == 0 or b.ndim == 0 or not (a.dtype.char in "fdFD" or b.dtype.char in "fdFD"):
        return np.matmul(a_given, b_given, out=out)
    if a.dtype.kind not in "biufc" or b.dtype.kind not in "biufc" or "e" in (a.dtype.char, b.dtype.char) \
            or a.dtype.char in "gG" or b.dtype.char in "gG":
        return np.matmul(a_given, b_given, out=out)
    call = call_for(use_gpu, backend, accuracy, fallback)
    dtype = element_type(a, b)
    A = a[np.newaxis, :] if a.ndim == 1 else a
    B = b[:, np.newaxis] if b.ndim == 1 else b
    if A.shape[-1] != B.shape[-2]:
        raise ValueError(f"matmul: a is {a.shape}, b is {b.shape}: a must have as many columns as b has rows")
    A, B = readable(A, dtype), readable(B, dtype)
    batch = A.shape[:-2]
    if batch != B.shape[:-2]:
        batch = np.broadcast_shapes(batch, B.shape[:-2])
        A = np.broadcast_to(A, batch + A.shape[-2:])
        B = np.broadcast_to(B, batch + B.shape[-2:])
    C = np.empty(batch + (A.shape[-2], B.shape[-1]), dtype)
    if A.shape[-1] == 0:
        C[...] = 0
    elif C.size:
        run(_core.gemm, call, A, B, C)
    if a.ndim == 1:
        C = C[..., 0, :]
    if b.ndim == 1:
        C = C[..., 0]
    if out is not None:
        out[...] = C
        return out
    return wrapped(C[()], wrap_a if wrap_a is not None else wrap_b)


def matrix_power(a, n, *, use_gpu=None, backend=None, accuracy=None, fallback=None):
    """a multiplied n times with itself, by squaring; for n < 0 its inverse is.

    Args:
        a: (..., m, m); object arrays are allowed for n >= 0.
        n: an integer.
        use_gpu, backend, accuracy, fallback: see help(lapack_py.linalg).
    """
    from .systems import inv

    keywords = dict(use_gpu=use_gpu, backend=backend, accuracy=accuracy, fallback=fallback)
    a = np.asanyarray(a)
    require_square(a)
    try:
        n = n.__index__()
    except AttributeError:
        raise TypeError("exponent must be an integer") from None
    if n == 0:
        power = np.empty_like(a)
        power[...] = np.eye(a.shape[-2], dtype=a.dtype)
        return power
    if n < 0:
        if a.dtype == object:
            raise NotImplementedError("matrix_power: a negative power of an object array")
        a, n = inv(a, **keywords), -n
    power = None
    while n:
        if n & 1:
            power = a if power is None else matmul(power, a, **keywords)
        n >>= 1
        if n:
            a = matmul(a, a, **keywords)
    return power if power is not a else a.copy()


def multi_dot(arrays, *, out=None, use_gpu=None, backend=None, accuracy=None, fallback=None):
    """The product of two or more matrices, in the order of multiplications that takes the fewest operations.

    Args:
        arrays: matrices; the first and the last may be vectors.
        out: where to put the result, as numpy.dot takes it: of the right shape and type, C-contiguous.
        use_gpu, backend, accuracy, fallback: see help(lapack_py.linalg).
    """
    keywords = dict(use_gpu=use_gpu, backend=backend, accuracy=accuracy, fallback=fallback)
    arrays = [np.asanyarray(a) for a in arrays]
    if len(arrays) < 2:
        raise ValueError(f"multi_dot: {len(arrays)} arrays: must be at least two")
    first_is_vector, last_is_vector = arrays[0].ndim == 1, arrays[-1].ndim == 1
    if first_is_vector:
        arrays[0] = np.atleast_2d(arrays[0])
    if last_is_vector:
        arrays[-1] = np.atleast_2d(arrays[-1]).T
    for a in arrays:
        if a.ndim != 2:
            raise np.linalg.LinAlgError(f"{a.ndim}-dimensional array given. Array must be two-dimensional")
    for left, right in zip(arrays, arrays[1:]):
        if left.shape[1] != right.shape[0]:
            raise ValueError(f"multi_dot: shapes {left.shape} and {right.shape} do not fit each other")
    split = _best_splits([a.shape[0] for a in arrays] + [arrays[-1].shape[1]])

    def product(i, j):
        if i == j:
            return arrays[i]
        s = split[i][j]
        return matmul(product(i, s), product(s + 1, j), **keywords)

    result = product(0, len(arrays) - 1)
    if out is not None and (first_is_vector or last_is_vector):
        result = result[0] if first_is_vector else result[:, 0]
        result = result[0] if first_is_vector and last_is_vector else result
    elif first_is_vector and last_is_vector:
        return result[0, 0]
    elif first_is_vector or last_is_vector:
        result = result.ravel()
    if out is not None:
        if out.dtype != result.dtype or out.shape != result.shape or not out.flags.c_contiguous:
            raise ValueError(f"multi_dot: out is {out.dtype} {out.shape}: must be a C-contiguous {result.dtype} "
                             f"array of shape {result.shape}")
        out[...] = result
        return out
    return result


def _best_splits(sizes):
    """Where to split each subchain i..j so that the operations are fewest: dynamic programming over sub-chains, as in
    Cormen, Leiserson, Rivest, Stein, Introduction to Algorithms, chapter 15.2. Matrix i is sizes[i] x sizes[i + 1]."""
    count = len(sizes) - 1
    cost = [[0] * count for _ in range(count)]
    split = [[0] * count for _ in range(count)]
    for length in range(1, count):
        for i in range(count - length):
            j = i + length
            cost[i][j], split[i][j] = min(
                (cost[i][s] + cost[s + 1][j] + sizes[i] * sizes[s + 1] * sizes[j + 1], s) for s in range(i, j))
    return split
