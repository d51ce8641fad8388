"""explain: which backend a call would go to, and why; needs no data and runs nothing."""
import html
import json

import numpy as np

from . import _core
from .context import call_for, current_context

__all__ = ["explain", "Explanation"]


def _square(a, *_):
    return [a[-1]]


def _rows_and_columns(a, *_):
    return list(a[-2:])


def _right_hand_sides(a, b=()):
    return b[-1] if len(b) > 1 else 1


# Functions of lapack_py.linalg: LAPACK's op, its dims from the operands' shapes, its flags.
_FUNCTIONS = {
    "svd": ("gesvd", _rows_and_columns, "AA"),
    "svdvals": ("gesvd", _rows_and_columns, "NN"),
    "pinv": ("gesvd", _rows_and_columns, "SS"),
    "cond": ("gesvd", _rows_and_columns, "NN"),
    "matrix_rank": ("gesvd", _rows_and_columns, "NN"),
    "solve": ("gesv", lambda a, b=(): [a[-1], _right_hand_sides(a, b)], ""),
    "inv": ("getri", _square, ""),
    "det": ("getrf", _rows_and_columns, ""),
    "slogdet": ("getrf", _rows_and_columns, ""),
    "lstsq": ("gelsd", lambda a, b=(): [*a[-2:], _right_hand_sides(a, b)], ""),
    "eigh": ("syev", _square, "VL"),
    "eigvalsh": ("syev", _square, "NL"),
    "eig": ("geev", _square, "NV"),
    "eigvals": ("geev", _square, "NN"),
    "cholesky": ("potrf", _square, "L"),
    "qr": ("geqrf", _rows_and_columns, ""),
    "matmul": ("gemm", lambda a, b: [a[-2], b[-1], a[-1]], ""),
}


def explain(operation, *operands, dtype=None, batch=None, flags="",
            use_gpu=None, backend=None, accuracy=None, fallback=None):
    """Ranks the backends for a call without running it.

    Args:
        operation: a function of lapack_py.linalg or its name ("solve"), an op of LAPACK ("gesvd"), or the code of a
            diagnosis ("LA0203"), for which the text behind it is returned.
        operands: arrays or their shapes, as the function takes them; for an op of LAPACK, its dimensions as integers
            in the order of its schema.
        dtype: element type; None: the arrays', else double.
        batch: number of problems; None: the leading axes of the first operand, if it has any.
        flags: for an op of LAPACK, the letters of its flags ("SS").
        use_gpu, backend, accuracy, fallback: see help(lapack_py.linalg).

    Returns:
        An Explanation.

    Examples:
        explain("svd", (2000, 500))
        explain(la.matmul, a, b)
        explain("gemm", 4000, 4000, 4000, dtype="f")
    """
    name = operation if isinstance(operation, str) else getattr(operation, "__name__", str(operation))
    call = call_for(use_gpu, backend, accuracy, fallback)
    if _is_code(name):
        return _core.explain_code(current_context()._core, name.upper())
    char = _letter(operands, dtype)
    if name in _FUNCTIONS:
        op, dims_of, letters = _FUNCTIONS[name]
        shapes = [getattr(operand, "shape", operand) for operand in operands]
        try:
            shapes = [tuple(int(size) for size in shape) for shape in shapes]
            dims = dims_of(*shapes)
        except (TypeError, IndexError):
            raise ValueError(f"explain: {name} needs its operands or their shapes, such as (2000, 500); "
                             f"got {', '.join(map(repr, shapes))}") from None
        if batch is None and len(shapes[0]) > 2:
            batch = int(np.prod(shapes[0][:-2]))
        flags = flags or letters
    else:
        if _core.op_schema(name) is None:
            raise ValueError(f"explain: unknown operation {name!r}: must be one of {', '.join(_FUNCTIONS)}, an op of "
                             "LAPACK or a code such as 'LA0203'")
        op, dims = name, [int(size) for size in operands]
    arguments = (op, char, dims, flags, batch or 0)
    return Explanation(call.core.explain(*arguments, True), call.core.explain(*arguments, False))


def _is_code(name):
    return len(name) == 6 and name[:2].upper() == "LA" and name[2:].isdigit()


def _letter(operands, dtype):
    """LAPACK's letter: s, d, c or z."""
    types = [operand.dtype for operand in operands if hasattr(operand, "dtype")]
    result = np.dtype(dtype) if dtype is not None and dtype not in tuple("sdcz") else None
    if result is None:
        if dtype is not None:
            return dtype
        result = np.result_type(*types) if types else np.dtype("d")
    return {"f": "s", "d": "d", "F": "c", "D": "z"}.get(result.char, "d")


class Explanation:
    """A ranking: every candidate with what it is predicted to cost, and whether it was chosen or why not.

    Attributes:
        op, routine, dims, flags, strategy, summary: the call, and the choice in one line.
        chosen: the backend's name, or None.
        candidates: a list of dictionaries: "backend", "variant", "device", "chosen", "reason", "reason_text",
            "predicted_seconds", "setup_seconds", "transfer_seconds", "compute_seconds", "host_bytes",
            "device_bytes", "accuracy", "breaker".

    `str()` is the table as text; Jupyter shows it as HTML.
    """

    def __init__(self, document, text):
        self.__dict__.update(json.loads(document))
        self.text = text

    @property
    def chosen(self):
        return next((candidate["backend"] for candidate in self.candidates if candidate["chosen"]), None)

    def __str__(self):
        return self.text.rstrip()

    def __repr__(self):
        return f"<Explanation of {self.routine}: {self.summary}>"

    def _repr_html_(self):
        columns = ["candidate", "predicted", "set-up", "transfer", "compute", "accuracy", "breaker", "verdict"]
        rows = "".join(_html_row(candidate) for candidate in self.candidates)
        head = "".join(f"<th>{column}</th>" for column in columns)
        return (f"<div><b>{html.escape(self.routine)} {html.escape(' x '.join(map(str, self.dims)))}</b>: "
                f"{html.escape(self.summary)}<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>")


def _html_row(candidate):
    name = candidate["backend"] + (f"/{candidate['variant']}" if candidate["variant"] else "")
    times = [candidate[f"{part}_seconds"] for part in ("predicted", "setup", "transfer", "compute")]
    note = f": {candidate['note']}" if candidate.get("note") else ""
    cells = [name, *map(_seconds, times), candidate["accuracy"], candidate["breaker"],
             candidate["reason_text"] + note]
    style = ' style="font-weight:bold"' if candidate["chosen"] else ""
    return f"<tr{style}>" + "".join(f"<td>{html.escape(str(cell))}</td>" for cell in cells) + "</tr>"


def _seconds(value):
    """1.76 s, 175 ms, 589 ns."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if value >= size:
            return f"{value / size:.3g} {unit}"
    return f"{value / 1e-9:.3g} ns" if value > 0 else "0"
