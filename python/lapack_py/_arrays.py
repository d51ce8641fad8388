"""Arrays on their way to LAPACK and back: element types, copies, layouts, subclasses.

An array that LAPACK can take as it stands is never copied here unless the routine overwrites it.
"""
import numpy as np

from . import _core

_SUPPORTED = frozenset("fdFD")
_DTYPES = {char: np.dtype(char) for char in "fdFD"}
_REAL = {"f": _DTYPES["f"], "d": _DTYPES["d"], "F": _DTYPES["f"], "D": _DTYPES["d"]}
_DOUBLE = {"f": _DTYPES["d"], "d": _DTYPES["d"], "F": _DTYPES["D"], "D": _DTYPES["D"]}
_COMPLEX = {"f": _DTYPES["F"], "d": _DTYPES["D"], "F": _DTYPES["F"], "D": _DTYPES["D"]}


def asarray(x):
    """`x` as an array without copying: arrays, sequences, __array_interface__, DLPack on the CPU."""
    if isinstance(x, np.ndarray):
        return np.asarray(x)
    if hasattr(x, "__dlpack__") and not hasattr(x, "__array__") and not hasattr(x, "__array_interface__"):
        return np.from_dlpack(x)
    return np.asarray(x)


def take(x):
    """`asarray(x)`, and the function that gives a result `x`'s class (np.matrix and other subclasses)."""
    a = asarray(x)
    if type(x) is np.ndarray:
        return a, None
    wrap = getattr(x, "__array_prepare__", None) or getattr(x, "__array_wrap__", None)
    return a, wrap if isinstance(x, np.ndarray) or callable(getattr(x, "__array_wrap__", None)) else None


def wrapped(result, wrap):
    """`result` as the caller's class; scalars stay scalars."""
    return result if wrap is None else wrap(result)


def element_types(call, *arrays):
    """(the type to compute in, the type of the result): NumPy computes single precision in double and rounds once;
    so do calls that ask for no accuracy of their own. The others stay in the precision of their arguments."""
    result = element_type(*arrays)
    return (_DOUBLE[result.char], result) if call.in_double else (result, result)


def rounded(a, dtype):
    """`a` in `dtype`, which it may have already."""
    return a if a.dtype == dtype else a.astype(dtype)


def element_type(*arrays):
    """LAPACK's type for these: s, d, c or z; integers and booleans become double.

    Raises TypeError for half and extended precision and for anything that is no number.
    """
    chars = "".join(a.dtype.char for a in arrays)
    if chars in _SUPPORTED:
        return _DTYPES[chars]
    is_double = is_complex = False
    for a in arrays:
        dtype = a.dtype
        if dtype.char in _SUPPORTED:
            is_double |= dtype.char in "dD"
            is_complex |= dtype.char in "FD"
        elif dtype.kind in "biu":
            is_double = True
        else:
            raise TypeError(f"array type {dtype.name} is unsupported in linalg")
    return _DTYPES[("D" if is_double else "F") if is_complex else ("d" if is_double else "f")]


def real_type(dtype):
    """The real type of the same precision."""
    return _REAL[dtype.char]


def complex_type(dtype):
    """The complex type of the same precision."""
    return _COMPLEX[dtype.char]


def require_stack(*arrays):
    """LinAlgError unless every array has at least two axes."""
    for a in arrays:
        if a.ndim < 2:
            raise np.linalg.LinAlgError(
                f"{a.ndim}-dimensional array given. Array must be at least two-dimensional"
            )


def require_square(*arrays):
    """LinAlgError unless the last two axes of every array are equally long."""
    require_stack(*arrays)
    for a in arrays:
        if a.shape[-1] != a.shape[-2]:
            raise np.linalg.LinAlgError("Last 2 dimensions of the array must be square")


def readable(a, dtype):
    """`a` in `dtype` and in a layout that LAPACK reads as it stands; copied only when it is not."""
    if a.dtype is not dtype and a.dtype != dtype:
        return writable(a, dtype)
    return a if _core.fits(a) else np.ascontiguousarray(a)


def writable(a, dtype, overwrite=False, column_major=None):
    """Memory with the values of `a` that a routine may overwrite: `a` itself when `overwrite` is true and LAPACK
    can take it, else a copy whose matrices are stored as `a`'s are, or by columns when `column_major`."""
    by_columns = a.ndim > 1 and abs(a.strides[-2]) < abs(a.strides[-1])
    if overwrite and a.dtype == dtype and a.flags.writeable and _core.fits(a):
        if column_major is None or column_major == by_columns:
            return a
    if column_major if column_major is not None else by_columns:
        return np.array(a.swapaxes(-1, -2), dtype=dtype, order="C").swapaxes(-1, -2)
    return np.array(a, dtype=dtype, order="C")


def empty_by_columns(shape, dtype):
    """An uninitialised stack of column-major matrices."""
    return np.empty(shape[:-2] + (shape[-1], shape[-2]), dtype).swapaxes(-1, -2)


def stored_by_rows(a):
    """True when the matrices of a stack lie row by row."""
    return a.ndim < 2 or abs(a.strides[-2]) >= abs(a.strides[-1])


def empty_like_layout(shape, dtype, model):
    """An uninitialised stack whose matrices are stored as `model`'s are."""
    return np.empty(shape, dtype) if stored_by_rows(model) else empty_by_columns(shape, dtype)
