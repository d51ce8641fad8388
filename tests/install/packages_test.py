"""cpack's packages looked into, without installing them: who holds what, what they depend on, nothing twice, nothing of the
building machine. scripts/test_packages.sh installs them in a bare system."""
import os
import pathlib
import subprocess
import tempfile
import unittest

BUILD = pathlib.Path(os.environ["LAPACK_AI_BUILD"])
EXPECTED = {  # package: files that prove it, dependencies that it must name
    "lapack-ai": (["usr/bin/lapack-ai", "usr/lib/liblapack_ai.so.0", "usr/lib/lapack_ai/lapack-ai-probe",
                   "usr/share/lapack_ai/lapack_ai.yaml"], ["lapack-ai-plugins", "libc6"]),
    "lapack-ai-plugins": (["usr/lib/lapack_ai/plugins/cpu_lapack.so", "usr/lib/lapack_ai/plugins/cpu_reference.so",
                           "usr/lib/lapack_ai/plugins/diagnostics.so", "usr/lib/lapack_ai/plugins/alpha_gemm.so"],
                          ["libgfortran5"]),
    "lapack-ai-opencl": (["usr/lib/lapack_ai/liblapack_ai_opencl_runtime.so", "usr/lib/lapack_ai/plugins/opencl_gemm.so"],
                         ["lapack-ai", "ocl-icd-libopencl1"]),
    "liblapack-ai-dev": (["usr/include/lapack_ai/lapack_ai.h", "usr/include/lapack_ai/lapack_ai.hpp",
                          "usr/include/lapack_ai/sdk/plugin.hpp", "usr/lib/liblapack_ai.so",
                          "usr/lib/cmake/lapack_ai/lapack_ai-config.cmake", "usr/lib/pkgconfig/lapack_ai.pc"], ["lapack-ai"]),
    "lapack-ai-dropin": (["usr/lib/liblapack_ai_dropin.so"], ["lapack-ai"]),
    "lapack-ai-dashboard": (["usr/lib/lapack_ai/plugins/dashboard.so"], ["lapack-ai", "libcivetweb1"]),
    "python3-lapack-py": (["usr/lib/python3/dist-packages/lapack_py/__init__.py"], ["lapack-ai", "python3-numpy"]),
}


def output(*command):
    return subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True).stdout


class Packages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(dir=BUILD)
        subprocess.run(["cpack", "-G", "DEB", "-B", cls.folder.name, "--config", str(BUILD / "CPackConfig.cmake")], cwd=BUILD,
                       check=True, capture_output=True)
        cls.files, cls.depends = {}, {}
        for deb in pathlib.Path(cls.folder.name).glob("*.deb"):
            name = output("dpkg-deb", "-f", deb, "Package").strip()
            listing = output("dpkg-deb", "-c", deb)
            cls.files[name] = [line.split()[5].removeprefix("./") for line in listing.splitlines() if not line.split()[5].endswith("/")]
            cls.depends[name] = [word.split()[0] for word in output("dpkg-deb", "-f", deb, "Depends").split(",") if word.strip()]

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_every_package_holds_its_part(self):
        optional = {"lapack-ai-dashboard", "python3-lapack-py"}  # left out where npm or a matching Python is missing
        self.assertEqual(set(self.files) - optional, set(EXPECTED) - optional)
        for name, files in self.files.items():
            for wanted in EXPECTED[name][0]:
                self.assertIn(wanted, files, name)
            for wanted in EXPECTED[name][1]:
                self.assertIn(wanted, self.depends[name], name)

    def test_no_file_is_in_two_packages(self):
        owner = {}
        for name, files in self.files.items():
            for file in files:
                self.assertNotIn(file, owner, f"{name} and {owner.get(file)}")
                owner[file] = name

    def test_nothing_of_tests_or_the_building_machine(self):
        for name, files in self.files.items():
            for file in files:
                self.assertTrue(file.startswith("usr/"), f"{name}: {file}")
                for word in ("test", "faulty", "__pycache__", "bench"):
                    self.assertNotIn(word, pathlib.PurePath(file).name, f"{name}: {file}")

    def test_what_is_installed_is_what_is_packed(self):
        with tempfile.TemporaryDirectory(dir=BUILD) as prefix:
            subprocess.run(["cmake", "--install", str(BUILD), "--prefix", prefix], check=True, capture_output=True)
            installed = {f"usr/{path.relative_to(prefix)}" for path in pathlib.Path(prefix).rglob("*")
                         if not path.is_dir() or path.is_symlink()}
        packed = {file for files in self.files.values() for file in files}
        self.assertEqual(installed - packed, set(), "installed, but in no package")
        self.assertEqual(packed - installed, set(), "in a package, but not installed")


if __name__ == "__main__":
    unittest.main()
