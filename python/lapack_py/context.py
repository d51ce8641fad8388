"""Contexts: settings over the process-wide library, and what one call may ask for."""
import contextvars
import json
import numbers
import os

from . import _core

__all__ = ["Context", "current_context"]

_ACCURACIES = {"componentwise": 1, "normwise": 2, "mixed": 3}
_FALLBACKS = {"auto": 1, "warn": 2, "strict": 3}


class Call:
    """The keywords of one kind of call, made ready: `core` goes to the typed functions."""

    __slots__ = ("core", "wants_gpu", "else_anywhere", "warns", "in_double")

    def __init__(self, core, wants_gpu, else_anywhere, warns, in_double):
        self.core = core
        self.wants_gpu = wants_gpu
        self.else_anywhere = else_anywhere
        self.warns = warns
        self.in_double = in_double


class Context:
    """Settings over the process-wide library; plugins, models and circuit breakers are shared by all contexts.

    Args:
        settings: a mapping of configuration keys to values, {"dispatch.fallback": "strict", "gpu.enabled": False}.
        config_file: replaces the files of /etc and the user; None: the usual ones.

    Calls within `with Context(...):` obey it, in this thread and its asyncio tasks. It may be used from many threads
    at once. A Context without settings is the process's default one.

    Raises ConfigurationError for a key or a value that is not known, naming it and the allowed range.
    """

    def __init__(self, settings=None, config_file=None):
        settings = dict(settings or {})
        self._settings = [(key, _yaml(value)) for key, value in settings.items()]
        self._config_file = os.fspath(config_file) if config_file is not None else ""
        self._accuracy = "" if "dispatch.accuracy" in settings else "componentwise"
        self._core = _core.Context(self._settings, self._config_file)
        self._without_gpu = None
        self._calls = {}
        self.plain = self.call(None, None, None, None)

    def call(self, use_gpu, backend, accuracy, fallback):
        """The Call for these keywords; made once for each combination."""
        key = (use_gpu, backend, accuracy, fallback)
        found = self._calls.get(key)
        if found is None:
            found = self._calls[key] = self._make_call(use_gpu, backend, accuracy, fallback)
        return found

    def _make_call(self, use_gpu, backend, accuracy, fallback):
        policy, error = _accuracy(self._accuracy if accuracy is None else accuracy)
        if fallback is not None and fallback not in _FALLBACKS:
            raise ValueError(f"fallback is {fallback!r}: must be None, 'auto', 'warn' or 'strict'")
        if backend is not None and not isinstance(backend, str):
            raise TypeError(f"backend is {backend!r}: must be None or a plugin's name")
        context, disable, else_anywhere = self._core, [], None
        if use_gpu is not None and not use_gpu:
            if self._without_gpu is None:
                self._without_gpu = _core.Context(self._settings + [("gpu.enabled", "false")], self._config_file)
            context = self._without_gpu
        elif use_gpu:
            disable = sorted(self._backends(gpu=False))
            if fallback in ("auto", "warn"):
                else_anywhere = self.call(None, backend, accuracy, fallback)
        wants_gpu = bool(use_gpu) or (backend is not None and backend.split("/")[0] in self._backends(gpu=True))
        made = _core.Call(context, backend or "", policy, error, _FALLBACKS.get(fallback, 0), disable, 0)
        return Call(made, wants_gpu, else_anywhere, fallback == "warn", accuracy is None and self._accuracy != "")

    def _backends(self, gpu):
        """Plugins that run calls on a device, or those that never do."""
        plugins = {}
        for variant in json.loads(self._core.document("breakers"))["breakers"]:
            on_device = variant["device"] != "cpu"
            plugins[variant["backend"]] = plugins.get(variant["backend"], False) or on_device
        return {name for name, on_device in plugins.items() if on_device == gpu}

    def reload(self):
        """Reads the configuration files anew; raises ConfigurationError, and then nothing has changed."""
        self._core.reload()
        self._without_gpu = None
        self._calls.clear()
        self.plain = self.call(None, None, None, None)

    def document(self, name):
        """One of the library's JSON documents, parsed: "info", "plugins", "config", "ops", "devices", "breakers",
        "snapshot", "decisions", "crossover"."""
        return json.loads(self.raw_document(name))

    def raw_document(self, name):
        """The same as text; "prometheus" is text exposition 0.0.4."""
        return self._core.document(name)

    def __enter__(self):
        # The context outside is kept beside this one, so that many threads may enter one Context.
        _current.set((self, _current.get()))
        return self

    def __exit__(self, *_):
        _current.set(_current.get()[1])

    def __repr__(self):
        return f"Context({dict(self._settings)!r})" if self._settings else "Context()"


def _yaml(value):
    """A setting's value as YAML text."""
    return value if isinstance(value, str) else json.dumps(value)


def _accuracy(wanted):
    """(policy number, backward error) of the `accuracy` keyword."""
    if isinstance(wanted, numbers.Real) and not isinstance(wanted, bool):
        if not 0 < wanted < 1:
            raise ValueError(f"accuracy is {wanted!r}: a backward error must be in (0, 1)")
        return 0, float(wanted)
    if wanted == "":
        return 0, 0.0
    if wanted not in _ACCURACIES:
        raise ValueError(
            f"accuracy is {wanted!r}: must be None, 'componentwise', 'normwise', 'mixed' or a backward error")
    return _ACCURACIES[wanted], 0.0


_current = contextvars.ContextVar("lapack_py.context", default=None)
_default = None


def current_context():
    """The context that calls obey here: of the innermost `with`, else the process's default one."""
    global _default
    found = _current.get()
    if found is not None:
        return found[0]
    if _default is None:
        _default = Context()
    return _default


def call_for(use_gpu, backend, accuracy, fallback):
    """The Call that a function's keywords stand for in the current context."""
    context = current_context()
    if use_gpu is None and backend is None and accuracy is None and fallback is None:
        return context.plain
    return context.call(use_gpu, backend, accuracy, fallback)
