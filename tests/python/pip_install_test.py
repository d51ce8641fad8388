"""pip install --no-build-isolation ./python, offline, into an empty folder; then the package is used from there alone.

    pip_install_test.py REPOSITORY [BUILD]      BUILD is a finished build tree, whose files go into the wheel; without it the
                                                wheel builds its own, which takes minutes
"""
import os
import subprocess
import sys
import tempfile

USE = """
import numpy as np
import lapack_py
import lapack_py.linalg as la

assert lapack_py.__file__.startswith(FOLDER), lapack_py.__file__
np.testing.assert_allclose(la.solve(np.array([[2.0, 1], [1, 3]]), [3, 5]), [0.8, 1.4])
assert lapack_py.last_report()["backend"] == "cpu_lapack"
ready = [p for p in lapack_py.current_context().document("plugins")["plugins"] if p["state"] == "ready"]
assert {"cpu_lapack", "cpu_reference", "diagnostics"} <= {p["id"] for p in ready}, ready
assert all(p["path"].startswith(FOLDER) for p in ready), ready
libraries = {line.split()[-1] for line in open("/proc/self/maps") if "liblapack_ai" in line}
assert libraries and all(path.startswith(FOLDER) for path in libraries), libraries
try:
    la.inv(np.zeros((2, 2)))
except la.LinAlgError as error:
    print("installed and used:", str(error).splitlines()[0])
"""


def main(repository, build=None):
    with tempfile.TemporaryDirectory() as folder:
        folder = os.path.realpath(folder)
        environment = {**os.environ, "XDG_CACHE_HOME": f"{folder}/cache"}
        if build:
            environment["LAPACK_AI_BUILD_DIR"] = build
        environment.pop("PYTHONPATH", None)
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--no-build-isolation", "--no-deps", "--no-index",
                        "--no-cache-dir", "--disable-pip-version-check", "--target", f"{folder}/site",
                        f"{repository}/python"], check=True, env=environment)
        os.chmod(f"{folder}/site", 0o755)
        environment["PYTHONPATH"] = f"{folder}/site"
        subprocess.run([sys.executable, "-c", f"FOLDER = {folder!r}\n{USE}"], check=True, env=environment, cwd=folder)


if __name__ == "__main__":
    main(*sys.argv[1:])
