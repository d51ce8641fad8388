#!/usr/bin/env python3
"""The drop-in library under LD_PRELOAD, as its users run it.

usage: preload_test.py DROPIN_LIBRARY PROGRAM PROGRAM_NOW

PROGRAM is tests/dropin/program.cpp linked with Debian's libblas and liblapack, PROGRAM_NOW the same with -z now.
"""
import os
import re
import subprocess
import sys
import unittest

DROPIN, PROGRAM, PROGRAM_NOW = (os.path.abspath(name) for name in sys.argv[1:4])
PYTHON = "/usr/bin/python3"


def run(command, preload=True, **variables):
    environment = dict(os.environ, LAPACK_AI_SUMMARY="1", **variables)
    if preload:
        environment["LD_PRELOAD"] = DROPIN
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


def summary(result):
    found = re.search(r"dispatched=(\d+) inner=(\d+) passed_on=(\d+)", result.stderr)
    assert found, result.stderr
    return tuple(int(number) for number in found.groups())


class Preload(unittest.TestCase):
    def test_every_routine_is_dispatched_and_right(self):
        for threshold in ("96", "0"):
            with self.subTest(threshold=threshold):
                result = run([PROGRAM], LAPACK_AI_DROPIN_THRESHOLD=threshold)
                self.assertEqual(result.stdout, "ok\n", result.stderr)
                if threshold == "0":
                    # 17 calls a type, and none of them lost to an error but the two wrong ones.
                    self.assertGreaterEqual(summary(result)[0], 4 * 16)
                    self.assertLessEqual(summary(result)[2], 2)

    def test_small_calls_never_load_the_library(self):
        result = run([PROGRAM], LAPACK_AI_DROPIN_THRESHOLD="100000")
        self.assertEqual(result.stdout, "ok\n", result.stderr)
        self.assertEqual(summary(result), (0, 0, 0))

    def test_program_linked_now(self):
        self.assertEqual(run([PROGRAM_NOW], LAPACK_AI_DROPIN_THRESHOLD="0").stdout, "ok\n")

    def test_verbose_names_the_backend(self):
        result = run([PROGRAM], LAPACK_AI_VERBOSE="dispatch", LAPACK_AI_DROPIN_THRESHOLD="64")
        self.assertRegex(result.stderr, r"lapack_ai: dgesvd_ 100x70 -> \w+ \(cpu_\w+\)")

    def test_numpy(self):
        script = ("import numpy as np\n"
                  "rng = np.random.default_rng(1)\n"
                  "a = rng.standard_normal((300, 300)); b = rng.standard_normal((300, 40))\n"
                  "assert np.allclose(a @ np.linalg.solve(a, b), b)\n"
                  "u, s, vt = np.linalg.svd(a); assert np.allclose(u * s @ vt, a)\n"
                  "w, v = np.linalg.eigh(a + a.T); assert np.allclose((a + a.T) @ v, v * w)\n"
                  "c = a @ b; assert np.allclose(c, np.einsum('ij,jk->ik', a, b))\n")
        result = run([PYTHON, "-c", script])
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertGreaterEqual(summary(result)[0], 4, result.stderr)

    def test_fork_pool(self):
        script = ("import multiprocessing, numpy as np\n"
                  "a = np.ones((200, 200)); a @ a\n"
                  "def work(i):\n    return float((a @ a)[0, 0])\n"
                  "with multiprocessing.get_context('fork').Pool(2) as pool:\n"
                  "    assert pool.map(work, range(4)) == [200.0] * 4\n")
        result = run([PYTHON, "-c", script])
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_true(self):
        self.assertEqual(run(["/bin/true"]).returncode, 0)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
