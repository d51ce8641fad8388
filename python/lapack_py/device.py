"""Matrices in a device's memory, and what can be computed with them without moving them.

    A = lapack_py.to_device(a)
    B = A @ A                  # a DeviceArray; nothing travels
    x = lapack_py.solve(A, lapack_py.to_device(b)).to_host()

lapack_py.matmul, solve, inv, cholesky, eigh, eigvalsh, svd and svdvals take them. Where no device backend takes the
call, the library fetches what is read and writes back what is written: the same answer, only slower.
"""
import numpy as np

from . import _core
from ._arrays import asarray, element_type, empty_by_columns, readable, real_type
from ._run import run
from .context import current_context

__all__ = ["DeviceArray", "to_device"]


def to_device(a, *, device=None):
    """Copies a matrix to a device.

    Args:
        a: (m, n), any element type that LAPACK has; integers become double.
        device: the device's space id, as metrics("devices") lists it; None: the first one.

    Returns:
        A DeviceArray.

    Raises:
        GPUUnavailableError when there is no device; OutOfMemoryError when it is full.
    """
    a = asarray(a)
    if a.ndim != 2:
        raise ValueError(f"to_device: {a.ndim}-dimensional array given: must be two-dimensional")
    a = readable(a, element_type(a))
    made = DeviceArray._empty(a.shape, a.dtype, device)
    made._core.upload(a)
    return made


class DeviceArray:
    """A matrix in a device's memory, two-dimensional and stored by columns. Made by to_device and by calls.

    Attributes:
        shape, dtype, size, nbytes, ndim: as of numpy arrays.
        device: the space id of its device.

    Blocks, `A[i:j, k:l]`, are views: they share the memory and keep it alive. Elements cannot be read on the host;
    to_host() copies them. There is no implicit copy: numpy.asarray(A) raises TypeError.
    """

    ndim = 2
    __array_priority__ = 1000
    __hash__ = None

    def __init__(self, core):
        self._core = core

    @classmethod
    def _empty(cls, shape, dtype, device=None):
        """Uninitialised."""
        return cls(_core.DeviceArray(current_context()._core, device or "", np.dtype(dtype).char, *shape))

    @property
    def shape(self):
        return (self._core.rows, self._core.cols)

    @property
    def dtype(self):
        return np.dtype(self._core.letter)

    @property
    def size(self):
        return self._core.rows * self._core.cols

    @property
    def nbytes(self):
        return self.size * self.dtype.itemsize

    @property
    def device(self):
        return self._core.space

    def to_host(self, out=None):
        """A NumPy array with the same elements, stored by columns; or `out`, which is written."""
        if out is None:
            out = empty_by_columns(self.shape, self.dtype)
        if self.size:
            self._core.download(out)
        return out

    def copy(self):
        """The same elements in memory of their own, on the same device."""
        made = self._empty(self.shape, self.dtype, self.device)
        if self.size:
            made._core.copy_from(self._core)
        return made

    def __getitem__(self, index):
        rows, columns = index if isinstance(index, tuple) and len(index) == 2 else (index, slice(None))
        bounds = []
        for part, size in zip((rows, columns), self.shape):
            if not isinstance(part, slice):
                raise TypeError("a DeviceArray takes slices only: A[i:j, k:l]")
            first, last, step = part.indices(size)
            if step != 1:
                raise ValueError("a DeviceArray's slices must have step 1")
            bounds.append((first, max(0, last - first)))
        (row, m), (column, n) = bounds
        return DeviceArray(self._core.view(row, column, m, n))

    def __matmul__(self, other):
        from .linalg import matmul  # which imports this module

        return matmul(self, other) if isinstance(other, DeviceArray) else NotImplemented

    def __array__(self, *_, **__):
        raise TypeError("a DeviceArray is not copied to the host implicitly: use its to_host()")

    def __repr__(self):
        return f"<DeviceArray {self.shape[0]} x {self.shape[1]} {self.dtype} on {self.device}>"


def is_on_device(*arrays):
    """True when all are DeviceArrays; TypeError when some are."""
    count = sum(isinstance(a, DeviceArray) for a in arrays)
    if 0 < count < len(arrays):
        raise TypeError("either all matrices of a call are DeviceArrays or none: use to_device or to_host")
    return count > 0


def _require_square(a):
    if a.shape[0] != a.shape[1]:
        raise np.linalg.LinAlgError("Last 2 dimensions of the array must be square")


def matmul(call, a, b):
    """a @ b, all on the device of `a`."""
    if a.shape[1] != b.shape[0] or a.dtype != b.dtype:
        raise ValueError(f"matmul: a is {a.shape} {a.dtype}, b is {b.shape} {b.dtype}: do not fit each other")
    c = DeviceArray._empty((a.shape[0], b.shape[1]), a.dtype, a.device)
    run(_core.gemm, call, a._core, b._core, c._core)
    return c


def solve(call, a, b, overwrite_a, overwrite_b):
    """x with a x = b."""
    _require_square(a)
    if a.shape[0] != b.shape[0] or a.dtype != b.dtype:
        raise ValueError(f"solve: a is {a.shape} {a.dtype}, b is {b.shape} {b.dtype}: do not fit each other")
    factors, x = a if overwrite_a else a.copy(), b if overwrite_b else b.copy()
    run(_core.gesv, call, factors._core, x._core)
    return x


def inv(call, a, overwrite_a):
    """The inverse."""
    _require_square(a)
    x = a if overwrite_a else a.copy()
    run(_core.inverse, call, x._core)
    return x


def cholesky(call, a, overwrite_a):
    """The lower factor; what stands above the diagonal is a's."""
    _require_square(a)
    factor = a if overwrite_a else a.copy()
    run(_core.potrf, call, factor._core)
    return factor


def eigh(call, a, uplo, job, overwrite_a):
    """w on the host and, for job 'V', the eigenvectors on the device."""
    _require_square(a)
    v = a if overwrite_a else a.copy()
    w = np.empty(a.shape[0], real_type(a.dtype))
    run(_core.syev, call, job, uplo, v._core, w)
    return (w, v) if job == "V" else w


def svd(call, a, full_matrices, compute_uv, overwrite_a):
    """u and vh on the device, s on the host."""
    (m, n), k = a.shape, min(a.shape)
    destroyed = a if overwrite_a else a.copy()
    s = np.empty(k, real_type(a.dtype))
    if not compute_uv:
        run(_core.gesvd, call, "N", destroyed._core, s, destroyed._core, destroyed._core)
        return s
    u = DeviceArray._empty((m, m if full_matrices else k), a.dtype, a.device)
    vh = DeviceArray._empty((n if full_matrices else k, n), a.dtype, a.device)
    run(_core.gesvd, call, "A" if full_matrices else "S", destroyed._core, s, u._core, vh._core)
    return u, s, vh
