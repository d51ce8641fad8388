"""What lapack_py raises and warns with. All carry the diagnosis and survive pickling.

LinAlgError (NumPy's own class)
    SingularMatrixError, NotPositiveDefiniteError, RankDeficientError, ConvergenceError, NonFiniteInputError
ValueError
    ArgumentError, ConfigurationError
RuntimeError
    BackendError: NoBackendError: GPUUnavailableError
MemoryError
    OutOfMemoryError
RuntimeWarning
    DiagnosisWarning: the result is there, and should be looked at; FallbackWarning: not where it was asked for
"""
from numpy.linalg import LinAlgError

__all__ = [
    "LapackError", "LinAlgError", "SingularMatrixError", "NotPositiveDefiniteError", "RankDeficientError",
    "ConvergenceError", "NonFiniteInputError", "ArgumentError", "ConfigurationError", "BackendError",
    "NoBackendError", "GPUUnavailableError", "OutOfMemoryError", "DiagnosisWarning", "FallbackWarning",
]


class LapackError(Exception):
    """Base of all. `str()` is the diagnosis as text.

    Attributes:
        info: LAPACK's INFO, or a negative number when the call was not carried out.
        diagnosis: the `Diagnosis`, or None.
        failures: for a stack, [(index, info), ...] of the failed items; indices are tuples over the leading axes.
    """

    def __init__(self, message="", *, info=0, diagnosis=None, failures=()):
        super().__init__(message)
        self.info = info
        self.diagnosis = diagnosis
        self.failures = list(failures)


class NumericalError(LapackError, LinAlgError):
    """The mathematics' answer: INFO > 0, or input on which no answer exists."""


class SingularMatrixError(NumericalError):
    """A matrix is exactly singular."""


class NotPositiveDefiniteError(NumericalError):
    """A leading minor is not positive."""


class RankDeficientError(NumericalError):
    """A matrix does not have full rank."""


class ConvergenceError(NumericalError):
    """An iteration did not converge."""


class NonFiniteInputError(NumericalError):
    """NaN or Inf in the input of a routine that may never end on it."""


class ArgumentError(LapackError, ValueError):
    """Misuse: an argument breaks the contract."""


class ConfigurationError(LapackError, ValueError):
    """A setting is unknown or out of range."""


class BackendError(LapackError, RuntimeError):
    """Every backend that could run the call failed."""


class NoBackendError(BackendError):
    """No backend may run the call; the message names each one's reason."""


class GPUUnavailableError(NoBackendError):
    """A GPU was asked for by name or by use_gpu=True, and none may run the call: absent, too small, switched off, or
    behind an open circuit breaker."""


class OutOfMemoryError(LapackError, MemoryError):
    """Memory for a copy or for workspace was out."""


# The C API's codes for calls that were not carried out (lapack_ai.h).
NO_BACKEND = -5000
_OF_CODE = {
    -1000: LapackError,
    -2000: ArgumentError,
    -3000: ConfigurationError,
    -4000: ArgumentError,
    NO_BACKEND: NoBackendError,
    -6000: BackendError,
    -7000: OutOfMemoryError,
    -8000: GPUUnavailableError,
}


def class_of_code(code):
    """The class for a code of the C API; those from -1 to -999 name an argument."""
    return _OF_CODE.get(code, LapackError) if code <= -1000 else ArgumentError


def of_code(code, message):
    """The exception for a function of the library that failed with this code; the bindings call it."""
    return class_of_code(code)(message, info=code)


class DiagnosisWarning(RuntimeWarning):
    """The result was computed and should be looked at. `.diagnosis` has the whole story."""

    def __init__(self, message="", *, diagnosis=None):
        super().__init__(message)
        self.diagnosis = diagnosis


class FallbackWarning(RuntimeWarning):
    """The call ran, but not where it was asked to."""
