"""numpy.linalg's functions on LAPACK AI: `import lapack_py.linalg as la` stands in for `numpy.linalg`.

Every function takes these keywords, which default to what the current Context says:

    use_gpu   True: only a GPU may run the call, else GPUUnavailableError; with fallback='auto' or 'warn' it then runs
              anywhere. False: no GPU. None: wherever it is predicted to be fastest.
    backend   a plugin's name; only it may run the call.
    accuracy  None: as NumPy does, conventional algorithms, and single precision is computed in double and rounded
              once. Else in the precision of the arguments: 'componentwise' (conventional algorithms), 'normwise'
              (fast matrix multiplication with a stated bound), 'mixed' (lower-precision products with a stated
              bound), or a number, the backward error that the result must reach, which is checked. matmul always
              computes in the precision of its arguments.
    fallback  when a backend fails: 'auto' (the next one), 'warn' (and a line to the log), 'strict' (an error).

Arrays are float32, float64, complex64 or complex128; integers and booleans become float64. Leading axes are stacks.
Arguments stored by rows, by columns or with gaps between rows are passed on as they stand; the routines that overwrite
their input work on one copy of it, or on the argument itself with overwrite_a=True.

Linear algebra errors derive from numpy.linalg.LinAlgError and carry a diagnosis (lapack_py.errors).
"""
from numpy.linalg import LinAlgError

from . import eigenvalues, factorizations, norms, products, singular_values, systems
from .eigenvalues import *  # noqa: F401,F403
from .factorizations import *  # noqa: F401,F403
from .norms import *  # noqa: F401,F403
from .products import *  # noqa: F401,F403
from .singular_values import *  # noqa: F401,F403
from .systems import *  # noqa: F401,F403

__all__ = ["LinAlgError"] + [
    name for module in (eigenvalues, factorizations, norms, products, singular_values, systems)
    for name in module.__all__
]
