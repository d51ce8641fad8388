#!/usr/bin/env python3
"""LAPACK's and BLAS's own test programs (Debian: liblapack-test, libblas-test) with and without the preload library: no suite may
have more failures or fewer tests, print an error-exit complaint or end abnormally that does not so without it, and calls must
really have been dispatched. Run plain, with the default size test, and with every size dispatched, because these matrices are
tiny.

    lapack_tests.py LIBRARY.so [--suites WORD,...] [--quick] [--json FILE]

--quick keeps BLAS 3 and the mixed-precision drivers. A library that computes wrongly is found out: tests/dropin/wrong_gemm.c
is one, and the test of this script. Ends with 1 when a suite is worse, 2 when there is nothing to run.
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass

TYPES = "sdcz"


def folder_of(program):
    for library in pathlib.Path("/usr/lib").glob("*-linux-gnu"):
        for folder in (library / "lapack", library / "blas"):
            if (folder / program).exists():
                return folder
    return None


def suites():
    """(name, program, input file or None) in the order of LAPACK's own script."""
    for x in TYPES:
        yield f"blas1 {x}", f"xblat1{x}", None
        for level in "23":
            yield f"blas{level} {x}", f"xblat{level}{x}", f"{x}blat{level}.in"
        yield f"cblas1 {x}", f"x{x}cblat1", None
        for level in "23":
            yield f"cblas{level} {x}", f"x{x}cblat{level}", f"{x}in{level}"
    for x in TYPES:
        yield f"lin {x}", f"xlintst{x}", f"{x}test.in"
        yield f"rfp {x}", f"xlintstrf{x}", f"{x}test_rfp.in"
        for name in ("nep", "sep", "se2", "svd", "glm", "gqr", "gsv", "csd", "lse"):
            yield f"{name} {x}", f"xeigtst{x}", f"{name}.in"
        for name in ("ec", "ed", "gg", "gd", "sb", "sg", "bb", "bal", "bak", "gbal", "gbak"):
            yield f"{name} {x}", f"xeigtst{x}", f"{x}{name}.in"
    yield "mixed ds", "xlintstds", "dstest.in"
    yield "mixed zc", "xlintstzc", "zctest.in"


@dataclass
class Outcome:
    tests: int = 0       # that were counted by the program
    failed: int = 0
    complaints: int = 0  # lines about error exits, illegal values, or a fatal error
    status: int = 0      # of the process
    dispatched: int = 0


def run(program, given, library, threshold):
    folder = folder_of(program)
    environment = dict(os.environ, OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")
    if library is not None:
        environment |= {"LD_PRELOAD": str(library), "LAPACK_AI_SUMMARY": "1"}
        if threshold is not None:
            environment["LAPACK_AI_DROPIN_THRESHOLD"] = str(threshold)
    with tempfile.TemporaryDirectory() as here:
        done = subprocess.run([folder / program], stdin=open(folder / given) if given else subprocess.DEVNULL, cwd=here,
                              env=environment, capture_output=True, timeout=3600)
        text = done.stdout.decode(errors="replace")
        for written in pathlib.Path(here).iterdir():  # BLAS 2 and 3 write their summary into a file
            text += written.read_text(errors="replace")
    errors = done.stderr.decode(errors="replace")
    outcome = Outcome(status=done.returncode)
    for ran in re.findall(r"passed the threshold\s*\(\s*(\d+)\s+tests run\)", text):
        outcome.tests += int(ran)
    for failed, ran in re.findall(r"(\d+)\s+out of\s+(\d+)\s+tests failed to pass the threshold", text):
        outcome.tests += int(ran)
        outcome.failed += int(failed)
    for calls in re.findall(r"PASSED THE (?:COLUMN-MAJOR |ROW-MAJOR +)?COMPUTATIONAL TESTS \(\s*(\d+) CALLS\)", text):
        outcome.tests += int(calls)
    outcome.tests += len(re.findall(r"----- PASS -----", text))
    outcome.failed += len(re.findall(r"FAILED ON CALL NUMBER|----- FAIL|\bFAIL\b", text))
    outcome.complaints += len(re.findall(r"failed the tests of the error exits|NOT DETECTED BY|ILLEGAL VALUE OF PARAMETER|"
                                         r"SUSPECT|FATAL ERROR|XERBLA WAS CALLED FROM", text))
    summary = re.search(r"dispatched=(\d+)", errors)
    outcome.dispatched = int(summary[1]) if summary else 0
    return outcome


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("library", type=pathlib.Path)
    parser.add_argument("--suites", default="", help="only suites with one of these words in their names")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    library = options.library.resolve()
    words = [word for word in options.suites.split(",") if word] or (["blas3", "mixed"] if options.quick else [""])
    chosen = [s for s in suites() if any(word in s[0] for word in words) and folder_of(s[1]) is not None
              and (s[2] is None or (folder_of(s[1]) / s[2]).exists())]
    if not chosen:
        print("lapack_tests.py: the packages liblapack-test and libblas-test are not installed")
        return 2
    modes = [("plain", None, None), ("default", library, None), ("forced", library, 0)]
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        jobs = {(name, mode): pool.submit(run, program, given, preload, threshold)
                for name, program, given in chosen for mode, preload, threshold in modes}
        outcomes = {key: job.result() for key, job in jobs.items()}
    worse, totals = [], {mode: Outcome() for mode, _, _ in modes}
    for name, _, _ in chosen:
        plain = outcomes[name, "plain"]
        for mode, _, _ in modes:
            outcome = outcomes[name, mode]
            for field in ("tests", "failed", "complaints", "dispatched"):
                setattr(totals[mode], field, getattr(totals[mode], field) + getattr(outcome, field))
            if (outcome.failed > plain.failed or outcome.tests < plain.tests or outcome.complaints > plain.complaints
                    or (outcome.status != 0 and plain.status == 0)):
                worse.append(f"{name}, {mode}: {outcome} against {plain}")
    print(f"{len(chosen)} suites")
    for mode, total in totals.items():
        print(f"  {mode:8} {total.tests:9} tests  {total.failed:5} failed  {total.complaints:4} complaints  "
              f"{total.dispatched:9} calls dispatched")
    if totals["forced"].dispatched == 0:
        worse.append("no call was dispatched although every size was to be")
    for line in worse:
        print("worse: " + line)
    if options.json:
        options.json.write_text(json.dumps({"/".join(key): asdict(value) for key, value in outcomes.items()}, indent=1))
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
