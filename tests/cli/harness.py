"""Runs lapack-ai in a clean environment and a scratch folder; shared by the command tests."""
import json
import os
import pathlib
import struct
import subprocess
import tempfile
import unittest

PROGRAM = os.environ["LAPACK_AI_PROGRAM"]


def npy(path, rows, descr="<f8", fortran=False, shape=None, data=None):
    """Writes a .npy file by hand: `rows` is a list of lists of floats."""
    letter = {"<f4": "f", "<f8": "d", "<c16": "d"}.get(descr, "d")
    shape = shape or f"({len(rows)}, {len(rows[0]) if rows else 0})"
    header = f"{{'descr': '{descr}', 'fortran_order': {fortran}, 'shape': {shape}, }}"
    header += " " * (-(len(header) + 11) % 64) + "\n"
    flat = [value for row in rows for value in row]
    body = struct.pack(f"<{len(flat)}{letter}", *flat) if data is None else data
    path.write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + body)
    return str(path)


def read_mtx(path):
    """Rows of a Matrix Market file of format `array real`."""
    lines = [line for line in pathlib.Path(path).read_text().splitlines() if not line.startswith("%")]
    rows, cols = map(int, lines[0].split())
    values = list(map(float, lines[1:]))
    return [[values[j * rows + i] for j in range(cols)] for i in range(rows)]


class CommandTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def run_command(self, *arguments, environment=None, stdin=None):
        env = {k: v for k, v in os.environ.items() if not k.startswith("LAPACK_")}
        env.update({"XDG_CONFIG_HOME": str(self.folder / "xdg"), "XDG_CACHE_HOME": str(self.folder / "cache")})
        env.update(environment or {})
        return subprocess.run([PROGRAM, *map(str, arguments)], env=env, input=stdin, timeout=120, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def succeed(self, *arguments, **how):
        done = self.run_command(*arguments, **how)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def json(self, *arguments, **how):
        return json.loads(self.succeed(*arguments, "--json", **how))

    def fail_with(self, code, words, *arguments, **how):
        """The command must end with `code` and one error line that holds every word."""
        done = self.run_command(*arguments, **how)
        self.assertEqual(done.returncode, code, f"{arguments}: {done.stdout}{done.stderr}")
        lines = [line for line in done.stderr.splitlines() if "error:" in line]
        self.assertEqual(len(lines), 1, done.stderr)
        for word in words:
            self.assertIn(word, lines[0], arguments)
        return done
