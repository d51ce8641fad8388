"""LAPACK AI for Python: dense linear algebra that picks the best backend for every call and can say why.

    import lapack_py.linalg as la               # stands in for numpy.linalg
    u, s, vh = la.svd(a)

    with lapack_py.Context({"gpu.enabled": False}):
        x = la.solve(a, b)

    print(lapack_py.explain(la.svd, a))         # which backend would run it, and why
    print(lapack_py.diagnose(a))                # what the matrix is like, and what to use

The functions of lapack_py.linalg are here too: lapack_py.svd. Also Context, config and metrics, measure_operation,
last_report, DeviceArray and to_device, and the exceptions of lapack_py.errors. What the library logs goes to
logging.getLogger("lapack_py").
"""
from . import errors, linalg
from ._core import version as _version
from ._log import install as _install_log
from .context import *  # noqa: F401,F403
from .device import *  # noqa: F401,F403
from .diagnosis import *  # noqa: F401,F403
from .errors import *  # noqa: F401,F403
from .examination import *  # noqa: F401,F403
from .explanation import *  # noqa: F401,F403
from .linalg import *  # noqa: F401,F403
from .measurement import *  # noqa: F401,F403
from .state import *  # noqa: F401,F403
from . import context, device, diagnosis, examination, explanation, measurement, state

_install_log()
__version__ = _version()
__all__ = ["errors", "linalg"] + [
    name
    for module in (context, device, diagnosis, errors, examination, explanation, linalg, measurement, state)
    for name in module.__all__
]
