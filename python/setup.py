"""Makes lapack_py a wheel that needs nothing else of LAPACK AI: CMake builds the repository, and the library, its plugins
and its helper program go into the package.

LAPACK_AI_BUILD_DIR names a build tree that is there already (build/release); without it one is made.
"""
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "build" / "wheel"


class CMakeBuild(build_ext):
    """The extension and what it links to, by CMake."""

    def build_extension(self, extension):
        given = os.environ.get("LAPACK_AI_BUILD_DIR")
        build = Path(given).resolve() if given else WORK / "cmake"
        if not given:
            subprocess.run(["cmake", "-S", ROOT, "-B", build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release",
                            "-DLAPACK_AI_TESTS=OFF", "-DLAPACK_AI_BENCHMARKS=OFF", "-DLAPACK_AI_PYTHON=ON",
                            f"-DPython3_EXECUTABLE={sys.executable}"], check=True)
            subprocess.run(["cmake", "--build", build], check=True)
        staged = Path(self.build_temp).resolve() / "staged"
        shutil.rmtree(staged, ignore_errors=True)
        subprocess.run(["cmake", "--install", build, "--prefix", staged], check=True, stdout=subprocess.DEVNULL)
        package = Path(self.get_ext_fullpath(extension.name)).resolve().parent
        self.collect(staged, package)

    @staticmethod
    def collect(staged, package):
        """The package's own copies: the extension, and below lib/ the library with the folder it finds its plugins in.
        A wheel has no links, so of the library only the file by its SONAME is taken."""
        extension = next(staged.rglob("lapack_py/_core*.so"))
        library = next(path for path in staged.rglob("liblapack_ai.so.*") if re.fullmatch(r".*\.so\.\d+", path.name))
        package.mkdir(parents=True, exist_ok=True)
        shutil.copy2(extension, package)
        shutil.rmtree(package / "lib", ignore_errors=True)
        (package / "lib").mkdir()
        shutil.copy2(library, package / "lib" / library.name)
        shutil.copytree(library.parent / "lapack_ai", package / "lib" / "lapack_ai")


WORK.mkdir(parents=True, exist_ok=True)
setup(
    version=re.search(r"project\(lapack_ai VERSION ([0-9.]+)", (ROOT / "CMakeLists.txt").read_text()).group(1),
    packages=["lapack_py", "lapack_py.linalg"],
    package_data={"lapack_py": ["py.typed", "*.pyi"], "lapack_py.linalg": ["*.pyi"]},
    ext_modules=[Extension("lapack_py._core", sources=[])],
    cmdclass={"build_ext": CMakeBuild},
    options={"build": {"build_base": str(WORK)}, "egg_info": {"egg_base": str(WORK)}},
)
