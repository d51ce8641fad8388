"""LAPACK AI for Python: dense linear algebra that picks the best backend for every call and can say why.

    import lapack_py.linalg as la      # stands in for numpy.linalg
    u, s, vh = la.svd(a)

    with lapack_py.Context({"gpu.enabled": False}):
        x = la.solve(a, b)
"""
from . import errors, linalg
from ._core import version as _version
from .context import Context, current_context
from .diagnosis import Diagnosis
from .errors import *  # noqa: F401,F403
from .linalg import *  # noqa: F401,F403

__version__ = _version()
__all__ = ["Context", "Diagnosis", "current_context", "errors", "linalg", *errors.__all__, *linalg.__all__]
