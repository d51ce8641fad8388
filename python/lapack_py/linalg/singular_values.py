"""The singular value decomposition, and the pseudo-inverse made of it."""
import numpy as np

from .. import _core, device
from .._arrays import element_types, empty_like_layout, real_type, require_stack, rounded, take, wrapped, writable
from .._run import run
from ..context import call_for
from .eigenvalues import eigh, eigvalsh
from .products import matmul

__all__ = ["svd", "svdvals", "pinv"]


def svd(a, full_matrices=True, compute_uv=True, hermitian=False, *, overwrite_a=False, on_error="raise",
        use_gpu=None, backend=None, accuracy=None, fallback=None):
    """a = u diag(s) vh (LAPACK's gesvd; the backend chooses the algorithm, as a rule divide and conquer).

    Args:
        a: (..., m, n).
        full_matrices: u (m, m) and vh (n, n); else u (m, min(m, n)) and vh (min(m, n), n).
        compute_uv: False: s alone is returned.
        hermitian: a is Hermitian, which eigh makes use of.
        overwrite_a: allow a's memory to be used; its contents are lost.
        on_error: for stacks: 'raise', or 'nan' to put NaN into the items that fail and warn.
        use_gpu, backend, accuracy, fallback: see help(lapack_py.linalg).

    Returns:
        (u, s, vh), or s. s is real and descending, (..., min(m, n)).

    Raises:
        ConvergenceError, NonFiniteInputError (LinAlgErrors).
    """
    if device.is_on_device(a):
        return device.svd(call_for(use_gpu, backend, accuracy, fallback), a, full_matrices, compute_uv, overwrite_a)
    a, wrap = take(a)
    require_stack(a)
    if hermitian:
        keywords = dict(on_error=on_error, use_gpu=use_gpu, backend=backend, accuracy=accuracy, fallback=fallback)
        return _by_eigenvalues(a, wrap, compute_uv, keywords)
    call = call_for(use_gpu, backend, accuracy, fallback)
    m, n = a.shape[-2:]
    k, batch = min(m, n), a.shape[:-2]
    dtype, result = element_types(call, a)
    s = np.empty(batch + (k,), real_type(dtype))
    if not compute_uv:
        if s.size:
            destroyed = writable(a, dtype, overwrite_a)
            run(_core.gesvd, call, "N", destroyed, s, destroyed, destroyed, results=(s,), batch_shape=batch,
                on_error=on_error)
        return rounded(s, real_type(result))
    u = empty_like_layout(batch + ((m, m) if full_matrices else (m, k)), dtype, a)
    vh = empty_like_layout(batch + ((n, n) if full_matrices else (k, n)), dtype, a)
    if s.size:
        run(_core.gesvd, call, "A" if full_matrices else "S", writable(a, dtype, overwrite_a), s, u, vh,
            results=(u, s, vh), batch_shape=batch, on_error=on_error)
    else:
        u[...] = np.eye(m, u.shape[-1], dtype=dtype)
        vh[...] = np.eye(vh.shape[-2], n, dtype=dtype)
    u, s, vh = rounded(u, result), rounded(s, real_type(result)), rounded(vh, result)
    return wrapped(u, wrap), s, wrapped(vh, wrap)


def _by_eigenvalues(a, wrap, compute_uv, keywords):
    """Singular values of a Hermitian matrix are its eigenvalues' magnitudes; signs go to vh."""
    if not compute_uv:
        return np.sort(np.abs(eigvalsh(a, **keywords)))[..., ::-1]
    w, v = eigh(a, **keywords)
    signs, s = np.sign(w), np.abs(w)
    order = np.argsort(s)[..., ::-1]
    s = np.take_along_axis(s, order, axis=-1)
    signs = np.take_along_axis(signs, order, axis=-1)
    u = np.take_along_axis(v, order[..., np.newaxis, :], axis=-1)
    vh = np.conjugate((u * signs[..., np.newaxis, :]).swapaxes(-1, -2))
    return wrapped(u, wrap), s, wrapped(vh, wrap)


def svdvals(a, *, overwrite_a=False, on_error="raise", use_gpu=None, backend=None, accuracy=None, fallback=None):
    """The singular values alone, descending: (..., min(m, n)). Arguments as of svd."""
    return svd(a, compute_uv=False, overwrite_a=overwrite_a, on_error=on_error, use_gpu=use_gpu, backend=backend,
               accuracy=accuracy, fallback=fallback)


def pinv(a, rcond=1e-15, hermitian=False, *, use_gpu=None, backend=None, accuracy=None, fallback=None):
    """The Moore-Penrose pseudo-inverse by SVD.

    Args:
        a: (..., m, n).
        rcond: (...) or a number; singular values at most rcond * s[0] count as zero.
        hermitian: a is Hermitian.
        use_gpu, backend, accuracy, fallback: see help(lapack_py.linalg).

    Returns:
        (..., n, m).
    """
    keywords = dict(use_gpu=use_gpu, backend=backend, accuracy=accuracy, fallback=fallback)
    a, wrap = take(a)
    rcond = np.asarray(rcond)
    if a.size == 0:
        m, n = a.shape[-2:]
        return wrapped(np.empty(a.shape[:-2] + (n, m), dtype=a.dtype), wrap)
    u, s, vh = svd(a.conj(), full_matrices=False, hermitian=hermitian, **keywords)
    kept = s > rcond[..., np.newaxis] * np.amax(s, axis=-1, keepdims=True)
    inverse = np.divide(1, s, where=kept, out=np.zeros_like(s))
    result = matmul(vh.swapaxes(-1, -2), inverse[..., np.newaxis] * u.swapaxes(-1, -2), **keywords)
    return wrapped(result, wrap)
