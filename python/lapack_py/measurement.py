"""measure_operation: what the calls of a block did, and how long they took."""
import html

from . import _core

__all__ = ["measure_operation", "last_report"]


def last_report():
    """How this thread's last call went, as a dictionary: "op", "backend", "variant", "strategy", "algorithm",
    "predicted_seconds", "actual_seconds", "transfer_seconds", "fallbacks", "copied", "certified_error" (-1: none was
    asked), and the bytes it took and moved."""
    return _core.last_report()


class measure_operation:
    """Measures the calls of this thread within a `with` block.

        with lapack_py.measure_operation("fit", len(x)) as m:
            coefficients = la.solve(a, b)
        print(m)            # fit (size 200): 1.2 ms, 1 call: gesv on cpu_lapack

    Args:
        name: what is measured, for people.
        size: its size, for people; anything that can be printed.

    Attributes, once the block has ended:
        seconds: from its beginning to its end.
        library_seconds: the part within the library's calls (0 with metrics and diagnostics off).
        calls: a list of reports as of last_report(), one a call, each item of a stack counting.
        backends: {backend: number of calls}.

    Blocks nest: the outer one sees the calls of the inner ones.
    """

    def __init__(self, name, size=None):
        self.name = name
        self.size = size
        self._core = _core.Measurement()
        self.calls = []

    def __enter__(self):
        self._core.start()
        return self

    def __exit__(self, *_):
        self._core.stop()
        self.calls = self._core.calls()

    @property
    def seconds(self):
        return self._core.seconds

    @property
    def library_seconds(self):
        return sum(call["actual_seconds"] for call in self.calls)

    @property
    def backends(self):
        counts = {}
        for call in self.calls:
            counts[call["backend"]] = counts.get(call["backend"], 0) + 1
        return counts

    def __str__(self):
        subject = self.name if self.size is None else f"{self.name} (size {self.size})"
        counts = {}
        for call in self.calls:
            key = f"{call['op']} on {call['backend'] or 'nothing'}"
            counts[key] = counts.get(key, 0) + 1
        did = ", ".join(f"{count} x {key}" if count > 1 else key for key, count in counts.items())
        calls = f"{len(self.calls)} call{'' if len(self.calls) == 1 else 's'}"
        return f"{subject}: {self.seconds:.3g} s, {calls}" + (f": {did}" if did else "")

    __repr__ = __str__

    def _repr_html_(self):
        rows = "".join(
            f"<tr><td>{html.escape(call['op'])}</td><td>{html.escape(call['backend'])}</td>"
            f"<td>{html.escape(call['algorithm'])}</td><td>{call['predicted_seconds']:.3g} s</td>"
            f"<td>{call['actual_seconds']:.3g} s</td></tr>" for call in self.calls[:20])
        return (f"<div>{html.escape(str(self))}<table><thead><tr><th>op</th><th>backend</th><th>algorithm</th>"
                f"<th>predicted</th><th>took</th></tr></thead><tbody>{rows}</tbody></table></div>")
