"""A diagnosis as Python reads it."""
import html
import json

__all__ = ["Diagnosis"]

_COLOURS = {"note": "#3b6ea5", "warning": "#a86a00", "error": "#b3261e", "misuse": "#b3261e"}


class Diagnosis:
    """What was found out about a call.

    Its attributes are those of the JSON form: `severity_level` ("note", "warning", "error", "misuse"), `lapack_info`,
    `code` ("LA0201"), `category`, `routine`, `semantic_message` (one line), `detail`, `diagnostic_hint`, `actions`
    (what to try), `matrix`, `index_kind` and `index_value` (0-based), `condition_number`, `backward_error`, `rank`,
    `named` (dependent rows or columns). A value that is not known is None. `str()` gives the text, and Jupyter shows
    it as HTML.
    """

    def __init__(self, fields, text):
        self.__dict__.update(fields)
        self.text = text

    @classmethod
    def from_json(cls, document, text):
        """From the two forms the library writes; None when there is nothing to say."""
        return cls(json.loads(document), text) if document else None

    def to_dict(self):
        """The fields, without the text."""
        return {key: value for key, value in self.__dict__.items() if key != "text"}

    def __str__(self):
        return self.text.rstrip()

    def __repr__(self):
        return f"<Diagnosis {self.code} {self.severity_level}: {self.semantic_message}>"

    def __eq__(self, other):
        return isinstance(other, Diagnosis) and self.__dict__ == other.__dict__

    __hash__ = None

    def _repr_html_(self):
        colour = _COLOURS.get(self.severity_level, "#555")
        facts = "".join(f"<li>{html.escape(line)}</li>" for line in self.detail.splitlines())
        actions = "".join(
            f"<li>{html.escape(action['text'])} <small>({html.escape(action['applicability'])})</small></li>"
            for action in self.actions
        )
        return (
            f'<div style="border-left:4px solid {colour};padding:.3em .8em">'
            f"<div><b style=\"color:{colour}\">{html.escape(self.severity_level)} {html.escape(self.code)}</b> "
            f"{html.escape(self.semantic_message)}</div>"
            + (f"<ul>{facts}</ul>" if facts else "")
            + (f"<div>Try:<ol>{actions}</ol></div>" if actions else "")
            + "</div>"
        )
