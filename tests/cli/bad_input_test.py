"""Bad input of every kind ends with one line that names the thing, its value and what is required, and an exit code."""
import json
import unittest

from harness import CommandTest, npy

USAGE, BAD_INPUT, NUMERICAL, NO_BACKEND = 2, 3, 4, 5


class Files(CommandTest):
    def test_files_that_cannot_be_used(self):
        f = self.folder
        whole = (f / "whole.npy")
        npy(whole, [[1, 2], [3, 4]])
        truncated = f / "truncated.npy"
        truncated.write_bytes(whole.read_bytes()[:-9])
        mtx = f / "bad.mtx"
        mtx.write_text("%%MatrixMarket matrix coordinate real general\n2 2 1\n1 3 1\n")
        text = f / "notes.txt"
        text.write_text("hello")
        cases = [
            (f / "missing.npy", ["missing.npy", "no such file"]),
            (truncated, ["truncated.npy", "23 bytes", "2 x 2 of <f8 needs 32"]),
            (npy(f / "lying.npy", [[1]], shape="(1000, 1000)"), ["8 bytes", "1000 x 1000", "needs 8000000"]),
            (npy(f / "negative.npy", [[1]], shape="(-1, 1)"), ["-1 x 1", "must be >= 0"]),
            (npy(f / "overflow.npy", [[1]], shape="(4294967296, 4294967296)"), ["4294967296 x 4294967296", "overflows"]),
            (npy(f / "dtype.npy", [[1]], descr="|O8"), ["'|O8'", "must be float16/32/64"]),
            (npy(f / "endian.npy", [[1]], descr=">f8"), ["'>f8'", "little-endian"]),
            (mtx, ["bad.mtx:3", "column index 3", "must be in 1..2"]),
            (text, ["notes.txt", "unknown format", "must be"]),
        ]
        for file, words in cases:
            with self.subTest(file=str(file)):
                self.fail_with(BAD_INPUT, words, "svd", file)

    def test_outputs_that_cannot_be_written(self):
        a = npy(self.folder / "a.npy", [[1]])
        self.fail_with(BAD_INPUT, ["s.csv", "must end in .npy or .mtx"], "svd", a, "--s", self.folder / "s.csv")
        self.fail_with(BAD_INPUT, ["none/s.npy", "cannot be written"], "svd", a, "--s", self.folder / "none" / "s.npy")


class Shapes(CommandTest):
    def setUp(self):
        super().setUp()
        self.square = npy(self.folder / "square.npy", [[1, 2], [3, 4]])
        self.column = npy(self.folder / "column.npy", [[1], [2], [3]])

    def test_shapes_that_do_not_conform(self):
        self.fail_with(BAD_INPUT, ["gesv", "B", "column.npy", "3 x 1", "must have 2 rows"], "solve", self.square, self.column)
        self.fail_with(BAD_INPUT, ["gesv", "A", "3 x 1", "must be square"], "solve", self.column, self.column)
        self.fail_with(BAD_INPUT, ["geev", "3 x 1", "must be square"], "eig", self.column)
        self.fail_with(BAD_INPUT, ["gelsd", "must have 2 rows"], "lstsq", self.square, self.column)
        self.fail_with(BAD_INPUT, ["gemm", "3 x 1", "must have 2 rows"], "gemm", self.square, self.column)
        self.fail_with(BAD_INPUT, ["not symmetric"], "solve", self.square, self.square, "--spd")

    def test_what_is_not_finite_does_not_hang(self):
        for value in ("nan", "inf"):
            a = npy(self.folder / "a.npy", [[1, 2], [float(value), 4]])
            for command in ("svd", "eig"):
                self.fail_with(BAD_INPUT, ["A", "finite"], command, a)
            for command in ("solve", "lstsq"):
                self.fail_with(BAD_INPUT, ["A"], command, a, npy(self.folder / "b.npy", [[1], [1]]))


class Mathematics(CommandTest):
    def test_info_is_an_answer_with_its_own_exit_code(self):
        singular = npy(self.folder / "s.npy", [[1, 2], [2, 4]])
        b = npy(self.folder / "b.npy", [[1], [1]])
        out = self.folder / "x.npy"
        self.fail_with(NUMERICAL, ["gesv", "INFO = 2"], "solve", singular, b, "-o", out)
        self.assertFalse(out.exists())
        indefinite = npy(self.folder / "i.npy", [[1, 2], [2, 1]])
        self.fail_with(NUMERICAL, ["posv", "INFO = 2"], "solve", indefinite, b, "--spd")


class Documents(CommandTest):
    def test_failures_are_documents_too(self):
        done = self.fail_with(BAD_INPUT, ["no such file"], "svd", self.folder / "none.npy", "--json")
        document = json.loads(done.stdout)
        self.assertEqual(document["exit_code"], BAD_INPUT)
        self.assertIn("no such file", document["error"])
        singular = npy(self.folder / "s.npy", [[1, 2], [2, 4]])
        done = self.fail_with(NUMERICAL, ["INFO = 2"], "solve", singular, singular, "--json")
        self.assertEqual(json.loads(done.stdout)["info"], 2)


class Usage(CommandTest):
    def setUp(self):
        super().setUp()
        self.a = npy(self.folder / "a.npy", [[1, 2], [3, 4]])

    def test_command_lines(self):
        self.fail_with(USAGE, ["--help"])
        self.fail_with(USAGE, ["--help"], "svdd", self.a)
        self.fail_with(USAGE, ["--help"], "svd")
        self.fail_with(USAGE, ["--fallback", "never"], "svd", self.a, "--fallback", "never")
        self.fail_with(USAGE, ["--threads", "-1"], "svd", self.a, "--threads", "-1")
        self.fail_with(USAGE, ["--beta", "--add"], "gemm", self.a, self.a, "--beta", "2")
        self.fail_with(USAGE, ["operation 'gesvx'"], "explain", "gesvx", "10")
        for shape in ("", "x", "10x", "-3", "1.5", "10x10x10", "99999999999999999999"):
            with self.subTest(shape=shape):
                self.fail_with(USAGE, ["shape"], "explain", "svd", "--", shape)

    def test_a_yaml_typo_names_line_and_suggestion(self):
        bad = self.folder / "bad.yaml"
        bad.write_text("# mine\ndispatch:\n  falback: warn\n")
        self.fail_with(USAGE, ["bad.yaml:3", "falback", "fallback"], "svd", self.a, "--config", bad)
        self.fail_with(USAGE, ["none.yaml", "no such file"], "svd", self.a, "--config", self.folder / "none.yaml")

    def test_environment_values_out_of_range(self):
        for name, value, words in [("LAPACK_GPU_MEMORY_LIMIT", "99", ["10", "95"]), ("LAPACK_BATCH_SIZE_LIMIT", "0", ["1"]),
                                   ("LAPACK_DASHBOARD_PORT", "70000", ["65535"]), ("LAPACK_LOG_LEVEL", "loud", ["info"]),
                                   ("LAPACK_GPU_ENABLED", "maybe", ["true"])]:
            with self.subTest(name=name):
                self.fail_with(USAGE, [name, value, *words], "svd", self.a, environment={name: value})

    def test_unknown_and_absent_backends(self):
        done = self.run_command("svd", self.a, "--backend", "cuda")
        self.assertIn(done.returncode, (USAGE, NO_BACKEND))
        self.assertIn("cuda", done.stderr)
        self.assertIn("cpu_lapack", done.stderr)
        forced = self.run_command("svd", self.a, environment={"LAPACK_AI_FORCE_BACKEND": "cuda"})
        self.assertIn(forced.returncode, (USAGE, NO_BACKEND))
        self.assertIn("LAPACK_AI_FORCE_BACKEND", forced.stderr)

    def test_switching_an_unknown_plugin_changes_nothing(self):
        self.fail_with(USAGE, ["plugin 'cpu_lapak'", "cpu_lapack"], "plugin", "disable", "cpu_lapak")
        self.assertFalse((self.folder / "xdg").exists())

    def test_everything_off_names_the_keys(self):
        plugins = self.json("plugin", "list")["plugins"]
        off = [word for plugin in plugins for word in ("--disable", plugin["id"])]
        self.fail_with(NO_BACKEND, ["plugins.cpu_lapack.enabled"], "gemm", self.a, self.a, *off)


if __name__ == "__main__":
    unittest.main()
