"""The library's log lines go to Python's logging."""
import logging
import os

from . import _core

# The library's levels, LAI_LOG_DEBUG and so on, as Python's.
_LEVELS = (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR)
_logger = logging.getLogger("lapack_py")
_logger.addHandler(logging.NullHandler())  # a library does not print


def install():
    """From now on lines go to the logger "lapack_py", after the call in which they arose or a later one. Where
    LAPACK_AI_VERBOSE asks for them on standard error they stay there."""
    if not os.environ.get("LAPACK_AI_VERBOSE"):
        _core.set_log_receiver(_receive)


def _receive(level, line):
    _logger.log(_LEVELS[min(level, len(_LEVELS) - 1)], "%s", line)
