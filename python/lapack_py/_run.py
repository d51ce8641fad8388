"""Runs typed calls: the one place where a result is settled and a GPU that was wished for gives way."""
from . import errors
from ._outcome import QUIET, settle, warn


_ON_ERROR = ("raise", "nan", QUIET)


def run(function, call, *arguments, results=(), batch_shape=(), on_error="raise"):
    """function(call, *arguments), and whatever it has to say as an exception, a warning or NaN in `results`.

    With use_gpu=True and fallback 'auto' or 'warn', a call that no GPU takes runs wherever it can.
    """
    if on_error not in _ON_ERROR:
        raise ValueError(f"on_error is {on_error!r}: must be 'raise' or 'nan'")
    raw = function(call.core, *arguments)
    if raw is None:
        return
    if raw[1] == errors.NO_BACKEND and call.else_anywhere is not None:
        if call.else_anywhere.warns:
            warn(errors.FallbackWarning(f"no GPU takes this call: {raw[2]}"))
        call = call.else_anywhere
        raw = function(call.core, *arguments)
        if raw is None:
            return
    settle(raw, call, results, batch_shape, on_error)
