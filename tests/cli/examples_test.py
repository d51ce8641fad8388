"""The example programs do what README.md says they do."""
import os
import pathlib
import subprocess
import unittest

from harness import CommandTest

EXAMPLES = pathlib.Path(os.environ["LAPACK_AI_EXAMPLES"])
SOURCES = pathlib.Path(__file__).resolve().parents[2] / "examples"


class Examples(CommandTest):
    def output(self, *command):
        done = subprocess.run(command, timeout=120, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def test_first_steps(self):
        for name in ("first_steps", "first_steps_c"):
            out = self.output(EXAMPLES / name)
            self.assertIn("x = 1, 1", out)
            self.assertIn("solved by cpu", out)

    def test_main_job_runs_every_operation_on_every_backend(self):
        matrix = self.folder / "spd.mtx"
        matrix.write_text("%%MatrixMarket matrix coordinate real symmetric\n3 3 5\n1 1 4\n2 1 1\n2 2 3\n3 1 2\n3 3 5\n")
        out = self.output(EXAMPLES / "main_job", matrix)
        for word in ("solve", "LU", "Cholesky", "QR", "SVD", "eigen (sym.)", "cpu_lapack", "cpu_reference", "chosen"):
            self.assertIn(word, out)
        worst = float(out.split("worst residual of")[1].split(":")[1].split()[0])
        self.assertLess(worst, 30)

    def test_licences_that_are_alike_stand_together(self):
        out = self.output(SOURCES / "licences" / "term_by_document.py", "compare", os.environ["LAPACK_AI_PROGRAM"])
        nearest = {line.split()[0]: line.split()[1] for line in out.splitlines() if line[:1].isupper() and "." in line}
        self.assertEqual(nearest["GFDL-1.2"], "GFDL-1.3")
        self.assertEqual(nearest["GPL-1"], "GPL-2")
        self.assertEqual(nearest["LGPL-2"], "LGPL-2.1")


if __name__ == "__main__":
    unittest.main()
