"""NumPy's own tests of numpy.linalg, with the module swapped for lapack_py.linalg and without, must count the same.

    run_numpy_tests.py           runs both and compares; exits non-zero when they differ or anything fails
    run_numpy_tests.py --swap    runs pytest once, swapped (what the first form starts)
"""
import os
import re
import subprocess
import sys

ARGUMENTS = ["-q", "-p", "no:cacheprovider", "--pyargs", "numpy.linalg.tests.test_linalg"]


def swap():
    """Makes `import numpy.linalg` give lapack_py.linalg, for everything that is imported from here on."""
    import numpy
    import numpy.linalg.linalg  # what the tests need of the real one stays imported
    import numpy.linalg.tests
    import numpy.testing

    import lapack_py.linalg

    lapack_py.linalg.lapack_lite = numpy.linalg.lapack_lite  # NumPy's private module, which one test calls directly
    sys.modules["numpy.linalg"] = numpy.linalg = lapack_py.linalg


def counts(*options):
    """pytest's summary as {"passed": 300, ...}."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, *options], capture_output=True, text=True, env=environment)
    summary = done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""
    found = {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|skipped|xfailed|xpassed|error)",
                                                              summary)}
    if not found or found.keys() & {"failed", "error"}:
        print(done.stdout[-6000:], done.stderr[-2000:])
    return found


def main():
    plain = counts("-m", "pytest", *ARGUMENTS)
    swapped = counts(__file__, "--swap")
    print(f"numpy.linalg: {plain}\nlapack_py.linalg: {swapped}")
    return 0 if plain == swapped and plain.get("passed", 0) > 200 and "failed" not in plain else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--swap"]:
        import pytest

        swap()
        sys.exit(pytest.main(ARGUMENTS + sys.argv[2:]))
    sys.exit(main())
