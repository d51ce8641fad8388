"""config and metrics: what the library is set to, and what it has done."""
import html
import json

from . import _core
from .context import current_context

__all__ = ["config", "check_config", "metrics"]


class Configuration(dict):
    """Effective values by key, {"gpu.enabled": True, ...}; `sources` says where each came from."""

    def __init__(self, rows):
        super().__init__((row["key"], row["value"]) for row in rows)
        self.sources = {row["key"]: f"{row['source']}:{row['line']}" if row.get("line") else row["source"]
                        for row in rows}

    def __str__(self):
        width = max(map(len, self), default=0)
        return "\n".join(f"{key:<{width}}  {json.dumps(value)}  ({self.sources[key]})" for key, value in self.items())

    def _repr_html_(self):
        rows = "".join(f"<tr><td>{html.escape(key)}</td><td>{html.escape(json.dumps(value))}</td>"
                       f"<td>{html.escape(self.sources[key])}</td></tr>" for key, value in self.items())
        return (f"<table><thead><tr><th>key</th><th>value</th><th>from</th></tr></thead><tbody>{rows}</tbody>"
                "</table>")


def config(key=None):
    """The configuration that calls obey here: all of it, or the value of one key ("gpu.memory_limit_percent").

    Settings are made with Context, in YAML files, or by environment variables; docs/configuration.md lists them.
    """
    values = Configuration(current_context().document("config")["values"])
    return values if key is None else values[key]


def check_config(file=None):
    """Problems of the configuration, or of `file` as one: a list of lines "file:line: message", empty when sound."""
    return _core.config_problems("" if file is None else str(file)).splitlines()


def metrics(document="snapshot"):
    """What the process's calls did.

    Args:
        document: "snapshot" (counts, latencies, series by op and backend), "decisions" (the last rankings),
            "crossover" (from which size a device pays), "breakers", "devices": a dictionary each; "prometheus": text
            exposition 0.0.4.
    """
    text = current_context().raw_document(document)
    return text if document == "prometheus" else json.loads(text)
