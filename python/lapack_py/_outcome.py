"""What a typed call left to say becomes an exception, a warning, or NaN in the failed items."""
import os
import sys
import warnings

import numpy as np

from . import errors
from .diagnosis import Diagnosis

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
_PACKAGE = os.path.dirname(os.path.abspath(__file__)) + os.sep


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
            kind = errors.class_of_code(self.info)
            if kind is errors.NoBackendError and call.wants_gpu:
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


def settle(raw, call, results=(), batch_shape=(), on_error="raise"):
    """Raises, warns, or fills the failed items of `results` with NaN; to be called when `raw` is not None."""
    outcome = Outcome(raw, batch_shape)
    if outcome.failures and (on_error == "raise" or outcome.info <= -1000):
        raise outcome.error(call)
    for index, _ in outcome.failures:
        for result in results:
            result[index] = np.nan
    if on_error != QUIET:
        warn(errors.DiagnosisWarning(outcome.text(), diagnosis=outcome.diagnosis))


def warn(warning):
    """Warns at the line outside this package that made the call."""
    level, frame = 1, sys._getframe()
    while frame is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        level, frame = level + 1, frame.f_back
    warnings.warn(warning, stacklevel=level)
