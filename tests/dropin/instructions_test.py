#!/usr/bin/env python3
"""What the preload library costs small calls, in instructions under callgrind: a dispatched symbol below its threshold at most
12, one that it does not export at most 3, over Debian's libblas alone.

usage: instructions_test.py DROPIN_LIBRARY SMALL_CALLS
"""
import os
import re
import subprocess
import sys
import unittest

DROPIN, SMALL_CALLS = (os.path.abspath(name) for name in sys.argv[1:3])


def instructions(routine, count, preload):
    environment = dict(os.environ, OPENBLAS_NUM_THREADS="1", **({"LD_PRELOAD": DROPIN} if preload else {}))
    done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", SMALL_CALLS, routine, str(count)],
                          env=environment, capture_output=True, text=True, timeout=280, check=True)
    return int(re.search(r"Collected : (\d+)", done.stderr)[1])


def per_call(routine, preload):
    few, many = 1000, 11000  # start-up cancels
    return (instructions(routine, many, preload) - instructions(routine, few, preload)) / (many - few)


class Instructions(unittest.TestCase):
    def test_dispatched_symbol_below_its_threshold(self):
        plain, with_it = per_call("dgemm", False), per_call("dgemm", True)
        print(f"dgemm_ at n = 2: {plain:.1f} instructions, {with_it - plain:+.1f} under preload")
        self.assertLessEqual(with_it - plain, 12)

    def test_symbol_that_is_not_exported(self):
        plain, with_it = per_call("dtrsm", False), per_call("dtrsm", True)
        print(f"dtrsm_ at n = 2: {plain:.1f} instructions, {with_it - plain:+.1f} under preload")
        self.assertLessEqual(with_it - plain, 3)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
