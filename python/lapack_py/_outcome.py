"""What a typed call left to say becomes an exception, a warning, or NaN in the failed items."""
import logging
import warnings

import numpy as np

from . import errors
from .diagnosis import Diagnosis

_log = logging.getLogger("lapack_py")

# The C API's codes for calls that were not carried out.
_USAGE, _CONFIGURATION, _BAD_INPUT, _NO_BACKEND, _BACKEND_FAILED, _MEMORY = (
    -2000, -3000, -4000, -5000, -6000, -7000)

_NOT_CARRIED_OUT = {
    _USAGE: errors.ArgumentError,
    _CONFIGURATION: errors.ConfigurationError,
    _BAD_INPUT: errors.ArgumentError,
    _NO_BACKEND: errors.NoBackendError,
    _BACKEND_FAILED: errors.BackendError,
    _MEMORY: errors.OutOfMemoryError,
}

# What INFO > 0 means, by op.
_NUMERICAL = {
    "gesv": errors.SingularMatrixError,
    "getrf": errors.SingularMatrixError,
    "getri": errors.SingularMatrixError,
    "posv": errors.NotPositiveDefiniteError,
    "potrf": errors.NotPositiveDefiniteError,
    "gels": errors.RankDeficientError,
    "gesvd": errors.ConvergenceError,
    "gelsd": errors.ConvergenceError,
    "syev": errors.ConvergenceError,
    "geev": errors.ConvergenceError,
}

_NAMED_ITEMS = 8


class Outcome:
    """What a typed call returned, read by name."""

    def __init__(self, raw, batch_shape=()):
        self.op, self.info, self.message, failures, text, document, self.report = raw
        self.diagnosis = Diagnosis.from_json(document, text)
        self.failures = [(np.unravel_index(item, batch_shape), info) if batch_shape else ((), info)
                         for item, info in failures]
        self.failures = [(tuple(int(i) for i in index), info) for index, info in self.failures]

    def error(self, call):
        """The exception this stands for."""
        if self.info <= -1000:
            kind = _NOT_CARRIED_OUT.get(self.info, errors.LapackError)
            if kind is errors.NoBackendError and call.wants_gpu:
                kind = errors.GPUUnavailableError
            if kind is errors.ConfigurationError and call.wants_gpu:
                kind = errors.GPUUnavailableError
        elif self.info < 0:
            # The bindings pass consistent sizes, so what the library objects to is the matrix's content.
            code = self.diagnosis.code if self.diagnosis else ""
            finite = code == "LA0102" or "finite" in self.message
            kind = errors.NonFiniteInputError if finite else errors.ArgumentError
        else:
            kind = _NUMERICAL.get(self.op, errors.NumericalError)
        return kind(self.text(), info=self.info, diagnosis=self.diagnosis, failures=self.failures)

    def text(self):
        """The diagnosis, and for a stack which items failed."""
        text = self.message
        if self.diagnosis is not None:
            lines = str(self.diagnosis).splitlines()
            text = "\n".join([f"{self.message} [{self.diagnosis.code}]", *lines[1:]])
        named = [index for index, _ in self.failures if index]
        if named:
            shown = ", ".join(str(list(index)) for index in named[:_NAMED_ITEMS])
            more = f" and {len(named) - _NAMED_ITEMS} more" if len(named) > _NAMED_ITEMS else ""
            text += f"\n  failed items of the stack: {shown}{more}"
        return text


# An on_error of functions for which a failed item is an answer.
QUIET = "nan, quietly"


def settle(raw, call, results=(), batch_shape=(), on_error="raise", stacklevel=3):
    """Raises, warns, or fills the failed items of `results` with NaN; to be called when `raw` is not None."""
    outcome = Outcome(raw, batch_shape)
    if not outcome.failures:
        _warn(outcome, stacklevel)
        return
    if on_error == "raise" or outcome.info <= -1000:
        raise outcome.error(call)
    for index, _ in outcome.failures:
        for result in results:
            result[index] = np.nan
    if on_error != QUIET:
        _warn(outcome, stacklevel)


def _warn(outcome, stacklevel):
    warnings.warn(errors.DiagnosisWarning(outcome.text(), diagnosis=outcome.diagnosis), stacklevel=stacklevel + 1)
