"""diagnose: what a matrix is like, and which routine suits it."""
import html

import numpy as np

from . import _core
from ._arrays import asarray, element_type, writable
from ._outcome import Outcome
from .context import call_for
from .linalg import svdvals

__all__ = ["diagnose", "Examination"]

_SHOWN = 8


def diagnose(a, *, use_gpu=None, backend=None, accuracy=None, fallback=None):
    """Examines a matrix: NaN and Inf, scale, symmetry, definiteness, rank, condition, dependent rows or columns.

    Takes an SVD and, for a square matrix, one or two factorizations. `a` is not changed.

    Args:
        a: (m, n).
        use_gpu, backend, accuracy, fallback: see help(lapack_py.linalg).

    Returns:
        An Examination; `print` it, or let Jupyter show it.
    """
    call = call_for(use_gpu, backend, accuracy, fallback)
    a = asarray(a)
    if a.ndim != 2:
        raise np.linalg.LinAlgError(f"diagnose: {a.ndim}-dimensional array given: must be two-dimensional")
    a = a.astype(element_type(a), copy=False)
    found = Examination(a)
    if a.size == 0 or found.nonfinite:
        return found
    s = svdvals(a, use_gpu=use_gpu, backend=backend, accuracy=accuracy or "componentwise", fallback=fallback)
    found.look_at_spectrum(s)
    if a.shape[0] == a.shape[1]:
        if found.is_hermitian:
            found.definite = _is_definite(a, call)
        found.finding = _finding(a, call)
    return found


def _is_definite(a, call):
    diagonal = np.diagonal(a).real
    if (diagonal <= 0).any():
        return False
    raw = _core.potrf(call.core, writable(a, a.dtype))
    return raw is None or raw[1] == 0


def _finding(a, call):
    """What a solve would say."""
    x = np.ascontiguousarray(a.sum(axis=1, keepdims=True))
    raw = _core.gesv(call.core, writable(a, a.dtype), x)
    return None if raw is None else Outcome(raw).diagnosis


class Examination:
    """What diagnose found.

    Attributes:
        shape, dtype.
        nonfinite: number of NaN and Inf; nonfinite_at: the first of their indices.
        largest, smallest: magnitudes of finite entries, zeros left out.
        zero_rows, zero_columns: indices.
        is_hermitian: equal to its conjugate transposed, exactly.
        definite: True, False, or None where it was not asked.
        singular_values, rank, condition: None when there are NaN or Inf.
        finding: the Diagnosis of a solve, or None when it has nothing to say.
        recommended, because: the function to use, and why.
    """

    def __init__(self, a):
        finite = np.isfinite(a)
        magnitude = np.abs(a[finite & (a != 0)])
        self.shape, self.dtype = a.shape, a.dtype
        self.nonfinite = int(a.size - np.count_nonzero(finite))
        self.nonfinite_at = [tuple(int(i) for i in index) for index in np.argwhere(~finite)[:_SHOWN]]
        self.largest = float(magnitude.max()) if magnitude.size else 0.0
        self.smallest = float(magnitude.min()) if magnitude.size else 0.0
        self.zero_rows = [int(i) for i in np.flatnonzero(~a.any(axis=1))]
        self.zero_columns = [int(i) for i in np.flatnonzero(~a.any(axis=0))]
        self.is_hermitian = a.shape[0] == a.shape[1] and bool(np.array_equal(a, a.conj().T))
        self.definite = self.singular_values = self.rank = self.condition = self.finding = None

    def look_at_spectrum(self, s):
        """Rank to working precision, and the condition number."""
        self.singular_values = s
        self.rank = int(np.count_nonzero(s > s[0] * max(self.shape) * np.finfo(s.dtype).eps))
        self.condition = float(s[0] / s[-1]) if s[-1] > 0 else float("inf")

    @property
    def recommended(self):
        return self._advice()[0]

    @property
    def because(self):
        return self._advice()[1]

    def _advice(self):
        if self.nonfinite:
            return "none", "no routine gives an answer for NaN or Inf"
        if self.rank is None:
            return "none", "the matrix is empty"
        if self.rank < min(self.shape):
            return "lstsq", f"rank {self.rank} of {min(self.shape)}: the solution of minimum norm, rcond is the tolerance"
        if self.shape[0] != self.shape[1]:
            return "lstsq", "the matrix is not square"
        if self.definite:
            return "cholesky", "positive definite"
        return "solve", "square and of full rank"

    def rows(self):
        """(what, finding) pairs, as printed."""
        rows = [("matrix", f"{self.shape[0]} x {self.shape[1]}, {self.dtype}")]
        at = ", ".join(f"A[{i}, {j}]" for i, j in self.nonfinite_at)
        more = " ..." if self.nonfinite > len(self.nonfinite_at) else ""
        rows.append(("NaN, Inf", f"{self.nonfinite}: {at}{more}" if self.nonfinite else "none"))
        rows.append(("magnitudes", f"{self.smallest:.3g} to {self.largest:.3g}"))
        for name, indices, form in (("zero rows", self.zero_rows, "A[{}, :]"),
                                    ("zero columns", self.zero_columns, "A[:, {}]")):
            if indices:
                rows.append((name, ", ".join(map(form.format, indices[:_SHOWN]))
                             + (" ..." if len(indices) > _SHOWN else "")))
        if self.shape[0] == self.shape[1]:
            rows.append(("symmetry", "Hermitian" if self.is_hermitian else "not Hermitian"))
        if self.definite is not None:
            rows.append(("definite", "positive" if self.definite else "no"))
        if self.rank is not None:
            rows += [("rank", str(self.rank)), ("condition", f"{self.condition:.3g}")]
        if self.finding is not None:
            rows.append(("a solve says", str(self.finding)))
        return rows + [("use", self.recommended), ("because", self.because)]

    def __str__(self):
        return "\n".join(f"{name:<13} {text}".replace("\n", "\n" + " " * 14) for name, text in self.rows())

    def __repr__(self):
        return f"<Examination of a {self.shape[0]} x {self.shape[1]} matrix: use {self.recommended}, {self.because}>"

    def _repr_html_(self):
        rows = "".join(f"<tr><th style='text-align:left'>{html.escape(name)}</th>"
                       f"<td style='text-align:left;white-space:pre-wrap'>{html.escape(text)}</td></tr>"
                       for name, text in self.rows() if name != "a solve says")
        return f"<table>{rows}</table>" + (self.finding._repr_html_() if self.finding is not None else "")
