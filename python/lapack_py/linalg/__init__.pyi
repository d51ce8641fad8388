"""Types of lapack_py.linalg; the docstrings say what the arguments mean."""
from typing import Any, Literal, Optional, Sequence, Tuple, Union

import numpy as np
from numpy.linalg import LinAlgError as LinAlgError
from numpy.typing import ArrayLike

from ..device import DeviceArray

Array = np.ndarray
Matrix = Union[ArrayLike, DeviceArray]
OnError = Literal["raise", "nan"]
Accuracy = Union[None, Literal["componentwise", "normwise", "mixed"], float]
Fallback = Optional[Literal["auto", "warn", "strict"]]

def eigh(
    a: Matrix, UPLO: str = ..., *, overwrite_a: bool = ..., on_error: OnError = ...,
    use_gpu: Optional[bool] = ..., backend: Optional[str] = ...,
    accuracy: Accuracy = ..., fallback: Fallback = ...,
) -> Tuple[Array, Any]: ...
def eigvalsh(
    a: Matrix, UPLO: str = ..., *, overwrite_a: bool = ..., on_error: OnError = ...,
    use_gpu: Optional[bool] = ..., backend: Optional[str] = ...,
    accuracy: Accuracy = ..., fallback: Fallback = ...,
) -> Array: ...
def eig(
    a: Matrix, *, on_error: OnError = ...,
    use_gpu: Optional[bool] = ..., backend: Optional[str] = ...,
    accuracy: Accuracy = ..., fallback: Fallback = ...,
) -> Tuple[Array, Array]: ...
def eigvals(
    a: Matrix, *, on_error: OnError = ...,
    use_gpu: Optional[bool] = ..., backend: Optional[str] = ...,
    accuracy: Accuracy = ..., fallback: Fallback = ...,
) -> Array: ...
def cholesky(
    a: Matrix, *, overwrite_a: bool = ..., on_error: OnError = ...,
    use_gpu: Optional[bool] = ..., backend: Optional[str] = ...,
    accuracy: Accuracy = ..., fallback: Fallback = ...,
) -> Any: ...
def qr(
    a: Matrix, mode: str = ..., *, overwrite_a: bool = ..., on_error: OnError = ...,
    use_gpu: Optional[bool] = ..., backend: Optional[str] = ...,
    accuracy: Accuracy = ..., fallback: Fallback = ...,
) -> Any: ...
def det(
    a: Matrix, *,
    use_gpu: Optional[bool] = ..., backend: Optional[str] = ...,
    accuracy: Accuracy = ..., fallback: Fallback = ...,
) -> Any: ...
def slogdet(
    a: Matrix, *,
    use_gpu: Optional[bool] = ..., backend: Optional[str] = ...,
    accuracy: Accuracy = ..., fallback: Fallback = ...,
) -> Tuple[Any, Any]: ...
def norm(
    x: ArrayLike, ord: Union[None, float, str] = ..., axis: Union[None, int, Tuple[int, ...]] = ..., keepdims: bool = ..., *,
    use_gpu: Optional[bool] = ..., backend: Optional[str] = ...,
    accuracy: Accuracy = ..., fallback: Fallback = ...,
) -> Any: ...
def cond(
    x: ArrayLike, p: Union[None, float, str] = ..., *,
    use_gpu: Optional[bool] = ..., backend: Optional[str] = ...,
    accuracy: Accuracy = ..., fallback: Fallback = ...,
) -> Any: ...
def matrix_rank(
    A: ArrayLike, tol: Optional[ArrayLike] = ..., hermitian: bool = ..., *,
    use_gpu: Optional[bool] = ..., backend: Optional[str] = ...,
    accuracy: Accuracy = ..., fallback: Fallback = ...,
) -> Any: ...
def matmul(
    a: Matrix, b: Matrix, *, out: Optional[Array] = ...,
    use_gpu: Optional[bool] = ..., backend: Optional[str] = ...,
    accuracy: Accuracy = ..., fallback: Fallback = ...,
) -> Any: ...
def multi_dot(
    arrays: Sequence[ArrayLike], *, out: Optional[Array] = ...,
    use_gpu: Optional[bool] = ..., backend: Optional[str] = ...,
    accuracy: Accuracy = ..., fallback: Fallback = ...,
) -> Array: ...
def matrix_power(
    a: Matrix, n: int, *,
    use_gpu: Optional[bool] = ..., backend: Optional[str] = ...,
    accuracy: Accuracy = ..., fallback: Fallback = ...,
) -> Array: ...
def svd(
    a: Matrix, full_matrices: bool = ..., compute_uv: bool = ..., hermitian: bool = ..., *, overwrite_a: bool = ..., on_error: OnError = ...,
    use_gpu: Optional[bool] = ..., backend: Optional[str] = ...,
    accuracy: Accuracy = ..., fallback: Fallback = ...,
) -> Any: ...
def svdvals(
    a: Matrix, *, overwrite_a: bool = ..., on_error: OnError = ...,
    use_gpu: Optional[bool] = ..., backend: Optional[str] = ...,
    accuracy: Accuracy = ..., fallback: Fallback = ...,
) -> Array: ...
def pinv(
    a: Matrix, rcond: Any = ..., hermitian: bool = ..., *,
    use_gpu: Optional[bool] = ..., backend: Optional[str] = ...,
    accuracy: Accuracy = ..., fallback: Fallback = ...,
) -> Array: ...
def solve(
    a: Matrix, b: Matrix, *, overwrite_a: bool = ..., overwrite_b: bool = ..., on_error: OnError = ...,
    use_gpu: Optional[bool] = ..., backend: Optional[str] = ...,
    accuracy: Accuracy = ..., fallback: Fallback = ...,
) -> Any: ...
def inv(
    a: Matrix, *, overwrite_a: bool = ..., on_error: OnError = ...,
    use_gpu: Optional[bool] = ..., backend: Optional[str] = ...,
    accuracy: Accuracy = ..., fallback: Fallback = ...,
) -> Any: ...
def lstsq(
    a: Matrix, b: Matrix, rcond: Any = ..., *,
    use_gpu: Optional[bool] = ..., backend: Optional[str] = ...,
    accuracy: Accuracy = ..., fallback: Fallback = ...,
) -> Tuple[Array, Array, int, Array]: ...
def tensorsolve(
    a: Matrix, b: Matrix, axes: Optional[Sequence[int]] = ..., *,
    use_gpu: Optional[bool] = ..., backend: Optional[str] = ...,
    accuracy: Accuracy = ..., fallback: Fallback = ...,
) -> Array: ...
def tensorinv(
    a: Matrix, ind: int = ..., *,
    use_gpu: Optional[bool] = ..., backend: Optional[str] = ...,
    accuracy: Accuracy = ..., fallback: Fallback = ...,
) -> Array: ...
