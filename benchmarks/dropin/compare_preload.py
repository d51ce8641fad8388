#!/usr/bin/env python3
"""dgesvd of a program that knows LAPACK alone, with and without the preload library.

    compare_preload.py BUILD_FOLDER [N [PAIRS]]        e.g. compare_preload.py build/release 2000 1
"""
import os
import pathlib
import statistics
import subprocess
import sys

build = pathlib.Path(sys.argv[1])
n = sys.argv[2] if len(sys.argv) > 2 else "1000"
pairs = int(sys.argv[3]) if len(sys.argv) > 3 else 3


def run(preload):
    environment = dict(os.environ, **({"LD_PRELOAD": str((build / "lib/liblapack_ai_dropin.so").resolve())} if preload else {}))
    done = subprocess.run([build / "bin/bench_dgesvd_program", n], env=environment, capture_output=True, text=True, check=True)
    seconds, residual, _ = done.stdout.split()
    return float(seconds), float(residual)


ratios = []
for _ in range(pairs):
    (plain, plain_residual), (with_it, residual) = run(False), run(True)
    ratios.append(plain / with_it)
    print(f"n = {n}: {plain:.3f} s without, {with_it:.3f} s with, {plain / with_it:.2f} times; residuals {plain_residual} and {residual} eps n |A|")
print(f"median of {pairs}: {statistics.median(ratios):.2f}, target 10 at n = 2000")
