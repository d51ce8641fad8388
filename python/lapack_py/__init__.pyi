"""Types of lapack_py; the docstrings say what the arguments mean."""
from os import PathLike
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple, Union

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from . import errors as errors
from . import linalg as linalg
from .errors import *
from .linalg import *
from .linalg import Accuracy, Fallback

__version__: str
__all__: List[str]

class Context:
    def __init__(
        self, settings: Optional[Mapping[str, Any]] = ..., config_file: Union[None, str, PathLike[str]] = ...
    ) -> None: ...
    def reload(self) -> None: ...
    def document(self, name: str) -> Dict[str, Any]: ...
    def raw_document(self, name: str) -> str: ...
    def __enter__(self) -> Context: ...
    def __exit__(self, *_: Any) -> None: ...

def current_context() -> Context: ...

class DeviceArray:
    ndim: int
    @property
    def shape(self) -> Tuple[int, int]: ...
    @property
    def dtype(self) -> np.dtype[Any]: ...
    @property
    def size(self) -> int: ...
    @property
    def nbytes(self) -> int: ...
    @property
    def device(self) -> str: ...
    def to_host(self, out: Optional[np.ndarray] = ...) -> np.ndarray: ...
    def copy(self) -> DeviceArray: ...
    def __getitem__(self, index: Any) -> DeviceArray: ...
    def __matmul__(self, other: DeviceArray) -> DeviceArray: ...

def to_device(a: ArrayLike, *, device: Optional[str] = ...) -> DeviceArray: ...

class Diagnosis:
    severity_level: str
    lapack_info: int
    code: str
    category: str
    routine: str
    semantic_message: str
    detail: str
    diagnostic_hint: str
    actions: List[Dict[str, str]]
    matrix: str
    index_kind: str
    index_value: Optional[int]
    condition_number: Optional[float]
    backward_error: Optional[float]
    rank: Optional[int]
    named: List[Dict[str, Any]]
    text: str
    def to_dict(self) -> Dict[str, Any]: ...
    def _repr_html_(self) -> str: ...

class Explanation:
    op: str
    routine: str
    dims: List[int]
    flags: Dict[str, str]
    strategy: str
    summary: str
    candidates: List[Dict[str, Any]]
    text: str
    @property
    def chosen(self) -> Optional[str]: ...
    def _repr_html_(self) -> str: ...

def explain(
    operation: Union[str, Callable[..., Any]], *operands: Any, dtype: DTypeLike = ..., batch: Optional[int] = ...,
    flags: str = ..., use_gpu: Optional[bool] = ..., backend: Optional[str] = ..., accuracy: Accuracy = ...,
    fallback: Fallback = ...,
) -> Any: ...

class Examination:
    shape: Tuple[int, int]
    dtype: np.dtype[Any]
    nonfinite: int
    nonfinite_at: List[Tuple[int, int]]
    largest: float
    smallest: float
    zero_rows: List[int]
    zero_columns: List[int]
    is_hermitian: bool
    definite: Optional[bool]
    singular_values: Optional[np.ndarray]
    rank: Optional[int]
    condition: Optional[float]
    finding: Optional[Diagnosis]
    @property
    def recommended(self) -> str: ...
    @property
    def because(self) -> str: ...
    def _repr_html_(self) -> str: ...

def diagnose(
    a: ArrayLike, *, use_gpu: Optional[bool] = ..., backend: Optional[str] = ..., accuracy: Accuracy = ...,
    fallback: Fallback = ...,
) -> Examination: ...

class measure_operation:
    name: str
    size: Any
    calls: List[Dict[str, Any]]
    def __init__(self, name: str, size: Any = ...) -> None: ...
    def __enter__(self) -> measure_operation: ...
    def __exit__(self, *_: Any) -> None: ...
    @property
    def seconds(self) -> float: ...
    @property
    def library_seconds(self) -> float: ...
    @property
    def backends(self) -> Dict[str, int]: ...

def last_report() -> Dict[str, Any]: ...
def config(key: Optional[str] = ...) -> Any: ...
def check_config(file: Union[None, str, PathLike[str]] = ...) -> List[str]: ...
def metrics(document: str = ...) -> Any: ...
