"""Eigenvalues and eigenvectors."""
import numpy as np

from .. import _core, device
from .._arrays import (complex_type, element_types, empty_by_columns, real_type, require_square, rounded, take,
                       wrapped, writable)
from .._run import run
from ..context import call_for

__all__ = ["eigh", "eigvalsh", "eig", "eigvals"]


def eigh(a, UPLO="L", *, overwrite_a=False, on_error="raise",
         use_gpu=None, backend=None, accuracy=None, fallback=None):
    """Eigenvalues and eigenvectors of a symmetric or Hermitian matrix (LAPACK's syev, heev).

    Args:
        a: (..., n, n); one triangle is read.
        UPLO: 'L' or 'U', which one.
        overwrite_a: allow a's memory to become the eigenvectors.
        on_error: for stacks: 'raise', or 'nan' to put NaN into the items that fail and warn.
        use_gpu, backend, accuracy, fallback: see help(lapack_py.linalg).

    Returns:
        (w, v): w (..., n), real and ascending; v (..., n, n), orthonormal columns.

    Raises:
        ConvergenceError, NonFiniteInputError (LinAlgErrors).
    """
    return _hermitian(a, UPLO, "V", overwrite_a, on_error, call_for(use_gpu, backend, accuracy, fallback))


def eigvalsh(a, UPLO="L", *, overwrite_a=False, on_error="raise",
             use_gpu=None, backend=None, accuracy=None, fallback=None):
    """The eigenvalues of a symmetric or Hermitian matrix alone, ascending: (..., n). Arguments as of eigh."""
    return _hermitian(a, UPLO, "N", overwrite_a, on_error, call_for(use_gpu, backend, accuracy, fallback))


def _hermitian(a, uplo, job, overwrite_a, on_error, call):
    uplo = uplo.upper()
    if uplo not in ("L", "U"):
        raise ValueError("UPLO argument must be 'L' or 'U'")
    if device.is_on_device(a):
        return device.eigh(call, a, uplo, job, overwrite_a)
    a, wrap = take(a)
    require_square(a)
    dtype, result = element_types(call, a)
    w = np.empty(a.shape[:-1], real_type(dtype))
    v = writable(a, dtype, overwrite_a)
    if w.size:
        results = (w, v) if job == "V" else (w,)
        run(_core.syev, call, job, uplo, v, w, results=results, batch_shape=a.shape[:-2], on_error=on_error)
    w = rounded(w, real_type(result))
    return (w, wrapped(rounded(v, result), wrap)) if job == "V" else w


def eig(a, *, on_error="raise", use_gpu=None, backend=None, accuracy=None, fallback=None):
    """Eigenvalues and right eigenvectors of a general matrix (LAPACK's geev).

    Args:
        a: (..., n, n).
        on_error: for stacks: 'raise', or 'nan' to put NaN into the items that fail and warn.
        use_gpu, backend, accuracy, fallback: see help(lapack_py.linalg).

    Returns:
        (w, v): w (..., n), in no order; v (..., n, n), columns of norm 1. Real when every eigenvalue of a real `a`
        is, else complex.

    Raises:
        LinAlgError for NaN or Inf in a; ConvergenceError.
    """
    a, wrap = take(a)
    w, v, result = _general(a, "V", on_error, call_for(use_gpu, backend, accuracy, fallback))
    if result.kind != "c":
        if _all_real(w):
            w = np.ascontiguousarray(w.real)
        else:
            v, result = _unpacked(v, w), complex_type(result)
    return rounded(w, complex_type(result) if w.dtype.kind == "c" else result), wrapped(rounded(v, result), wrap)


def eigvals(a, *, on_error="raise", use_gpu=None, backend=None, accuracy=None, fallback=None):
    """The eigenvalues of a general matrix alone: (..., n). Arguments as of eig."""
    a, _ = take(a)
    w, _, result = _general(a, "N", on_error, call_for(use_gpu, backend, accuracy, fallback))
    if result.kind != "c" and _all_real(w):
        return np.ascontiguousarray(w.real, dtype=result)
    return rounded(w, complex_type(result))


def _general(a, job, on_error, call):
    require_square(a)
    if not np.isfinite(a).all():
        raise np.linalg.LinAlgError("Array must not contain infs or NaNs")
    dtype, result = element_types(call, a)
    w = np.empty(a.shape[:-1], complex_type(dtype))
    v = empty_by_columns(a.shape, dtype)
    if w.size:
        destroyed = writable(a, dtype, column_major=True)
        run(_core.geev, call, job, destroyed, w, v, results=(w, v), batch_shape=a.shape[:-2], on_error=on_error)
    return w, v, result


def _all_real(w):
    return not np.any(w.imag)


def _unpacked(packed, w):
    """Complex eigenvectors from LAPACK's pairs of columns: real part, imaginary part of the first of a conjugate
    pair."""
    v = packed.astype(complex_type(packed.dtype))
    first = w.imag > 0
    at = np.nonzero(first)
    if at[0].size:
        batch, column = at[:-1], at[-1]
        real = packed[batch + (slice(None), column)] if batch else packed[:, column].T
        imag = packed[batch + (slice(None), column + 1)] if batch else packed[:, column + 1].T
        pair = real + 1j * imag
        if batch:
            v[batch + (slice(None), column)] = pair
            v[batch + (slice(None), column + 1)] = pair.conj()
        else:
            v[:, column] = pair.T
            v[:, column + 1] = pair.conj().T
    return v
