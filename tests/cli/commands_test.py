"""Every command on small matrices whose answers are known, read back from the files that it writes."""
import math
import pathlib
import re
import unittest

from harness import CommandTest, npy, read_mtx


class Computations(CommandTest):
    def check_report(self, report):
        """Every result says who ran, why, how long, and what was measured."""
        self.assertTrue(report["backend"])
        self.assertTrue(report["why"])
        self.assertGreaterEqual(report["seconds"], 0)
        self.assertIn(report["execution_strategy"], ["cpu_optimized", "cpu_fallback", "gpu_opencl", "other"])
        for name, value in report["residuals"].items():
            if name != "relative_misfit":
                self.assertLess(value, 30, name)

    def test_svd_writes_factors(self):
        a = npy(self.folder / "a.npy", [[3, 0], [0, 4], [0, 0]])
        u, s, vt = (self.folder / name for name in ("u.mtx", "s.mtx", "vt.mtx"))
        report = self.json("svd", a, "--u", u, "--s", s, "--vt", vt)
        self.check_report(report)
        self.assertAlmostEqual(report["s"][0], 4)
        self.assertAlmostEqual(report["s"][1], 3)
        self.assertEqual([len(read_mtx(u)), len(read_mtx(u)[0])], [3, 2])
        self.assertAlmostEqual(abs(read_mtx(vt)[0][1]), 1)
        full = self.json("svd", a, "--u", u, "--full")
        self.check_report(full)
        self.assertEqual(len(read_mtx(u)[0]), 3)
        self.assertNotIn("residuals", self.json("svd", a, "--values-only"))

    def test_people_get_a_table(self):
        a = npy(self.folder / "a.npy", [[2, 0], [0, 1]])
        table = self.succeed("svd", a)
        for label in ("A ", "backend", "why", "time", "residual", "S "):
            self.assertIn("\n" + label, "\n" + table)

    def test_solve_in_every_precision_and_transposition(self):
        b = npy(self.folder / "b.npy", [[3], [7]])
        for descr in ("<f4", "<f8"):
            a = npy(self.folder / "a.npy", [[1, 2], [3, 4]], descr)
            report = self.json("solve", a, b, "-o", self.folder / "x.mtx")
            self.check_report(report)
            for row in read_mtx(self.folder / "x.mtx"):
                self.assertAlmostEqual(row[0], 1, places=5)
        single = self.json("solve", a, b, "--dtype", "s")
        self.assertEqual(single["inputs"][0]["dtype"], "s")
        self.check_report(single)
        transposed = self.json("solve", a, npy(self.folder / "c.npy", [[4], [6]]), "--trans", "T")
        self.check_report(transposed)
        self.assertAlmostEqual(transposed["x"][1], 1)
        self.check_report(self.json("solve", a, b, "--dtype", "z", "--trans", "C"))

    def test_solve_positive_definite(self):
        a = npy(self.folder / "a.npy", [[4, 1], [1, 3]])
        report = self.json("solve", a, npy(self.folder / "b.npy", [[5], [4]]), "--spd")
        self.assertEqual(report["op"], "posv")
        self.check_report(report)
        self.assertAlmostEqual(report["x"][0], 1)

    def test_least_squares_of_any_shape_and_rank(self):
        tall = npy(self.folder / "tall.npy", [[1, 0], [1, 1], [1, 2]])
        report = self.json("lstsq", tall, npy(self.folder / "b.npy", [[1], [3], [5]]))
        self.check_report(report)
        self.assertAlmostEqual(report["x"][0], 1)
        self.assertAlmostEqual(report["x"][1], 2)
        self.assertEqual(report["rank"], 2)
        wide = npy(self.folder / "wide.npy", [[1, 1], [1, 1]])
        report = self.json("lstsq", wide, npy(self.folder / "c.npy", [[2], [2]]))
        self.assertEqual(report["rank"], 1)
        self.assertAlmostEqual(report["x"][0], 1)

    def test_eigenvalues_symmetric_and_not(self):
        symmetric = self.json("eig", npy(self.folder / "a.npy", [[2, 1], [1, 2]]), "--vectors", self.folder / "v.mtx")
        self.assertEqual(symmetric["op"], "syev")
        self.check_report(symmetric)
        self.assertAlmostEqual(symmetric["w"][0], 1)
        self.assertAlmostEqual(abs(read_mtx(self.folder / "v.mtx")[0][0]), math.sqrt(0.5))
        rotation = self.json("eig", npy(self.folder / "r.npy", [[0, -1], [1, 0]]))
        self.assertEqual(rotation["op"], "geev")
        self.check_report(rotation)
        self.assertAlmostEqual(abs(rotation["w"][0][1]), 1)
        real = self.json("eig", npy(self.folder / "t.npy", [[1, 2], [0, 3]]))
        self.check_report(real)
        self.assertEqual(sorted(round(w, 12) for w in real["w"]), [1, 3])

    def test_gemm_with_all_its_options(self):
        a = npy(self.folder / "a.npy", [[1, 2], [3, 4], [5, 6]])
        b = npy(self.folder / "b.npy", [[1, 0, 1]])
        c0 = npy(self.folder / "c0.npy", [[1], [1]])
        out = self.folder / "c.mtx"
        report = self.json("gemm", a, b, "--trans-a", "T", "--trans-b", "T", "--alpha", "2", "--beta", "-1", "--add", c0,
                           "-o", out)
        self.check_report(report)
        self.assertEqual(read_mtx(out), [[11], [15]])
        self.succeed("gemm", a, b, "--trans-a", "T", "--trans-b", "T", "--add", c0, "-o", out)
        self.assertEqual(read_mtx(out), [[7], [9]])

    def test_empty_matrices(self):
        empty = npy(self.folder / "e.npy", [], shape="(0, 3)")
        self.assertEqual(self.json("svd", empty)["s"], [])
        square = npy(self.folder / "q.npy", [], shape="(0, 0)")
        self.assertEqual(self.json("eig", square)["w"], [])

    def test_standard_input(self):
        report = self.json("svd", "-", stdin="%%MatrixMarket matrix array real general\n1 1\n-7\n")
        self.assertAlmostEqual(report["s"][0], 7)

    def test_a_named_backend_runs(self):
        a = npy(self.folder / "a.npy", [[2, 0], [0, 1]])
        self.assertEqual(self.json("svd", a, "--backend", "cpu_reference")["backend"], "cpu_reference")
        self.assertEqual(self.json("--backend", "cpu_reference", "svd", a)["backend"], "cpu_reference")
        self.assertEqual(self.json("svd", a, "--disable", "cpu_lapack")["backend"], "cpu_reference")

    def test_one_variant_of_a_backend_runs(self):
        a = npy(self.folder / "a.npy", [[2, 0], [0, 1]])
        self.fail_with(2, ["alpha_gemm", "no variant '1x1x1:1'", "4x4x4:48"], "gemm", a, a, "--backend",
                       "alpha_gemm/1x1x1:1")

    def test_bench_compares_every_scheme(self):
        ratios, errors = self.folder / "ratios.svg", self.folder / "errors.svg"
        report = self.json("bench", "gemm", "--sizes", "300,288", "--repeats", "1", "--svg", ratios, "--error-svg", errors)
        self.assertEqual([size["n"] for size in report["sizes"]], [288, 300])
        rows = {row["name"]: row for row in report["sizes"][1]["rows"]}
        left_out = " ".join(report["sizes"][1]["left_out"])
        for scheme in ("2x2x2:7", "2x2x2:7-strassen", "2x2x2:7-accurate"):
            name = "alpha_gemm/" + scheme
            self.assertTrue(name in rows or name in left_out, name)
        for row in rows.values():
            self.assertGreater(row["ratio"], 0)
            self.assertLess(row["frobenius_error"], 1e-13)
        self.assertIn("alpha_gemm/4x4x4:48 (SHAPE)", left_out)
        for picture in (ratios, errors):
            self.assertIn("</svg>", picture.read_text())
        self.fail_with(2, ["--sizes"], "bench", "gemm", "--sizes", "300,,x")
        self.fail_with(2, ["--repeats"], "bench", "gemm", "--repeats", "0")
        self.fail_with(5, ["--against 'nobody'"], "bench", "gemm", "--sizes", "300", "--against", "nobody")
        refused = self.run_command("bench", "gemm", "--sizes", "300", "--repeats", "1", "--schemes", "4x4x4:47")
        self.assertIn("modulo 2", refused.stderr)
        self.assertIn("alpha_gemm", refused.stdout)


class Looking(CommandTest):
    def test_version_and_help(self):
        self.assertRegex(self.succeed("--version"), r"^lapack-ai \d+\.\d+\.\d+\n$")
        self.assertIn("Exit codes", self.succeed("--help"))

    def test_info_lists_plugins_and_calibration(self):
        text = self.succeed("info")
        for word in ("cpu_lapack", "cpu_reference", "ready", "lapack-ai calibrate"):
            self.assertIn(word, text)
        states = {p["id"]: p["state"] for p in self.json("info")["plugins"]}
        self.assertEqual(states["cpu_lapack"], "ready")

    def test_info_names_a_refused_plugin_with_its_reason(self):
        text = self.folder / "text.so"
        text.write_text("not a library")
        info = self.succeed("info", "--plugin", text)
        self.assertIn(str(text), info)
        self.assertIn("refused", info)

    def test_explain_needs_no_data(self):
        text = self.succeed("explain", "svd", "2000x500")
        for word in ("cpu_lapack", "cpu_reference", "chosen"):
            self.assertIn(word, text)
        ranking = self.json("explain", "svd", "2000x500")
        self.assertEqual(ranking["dims"], [2000, 500])
        for key in ("predicted_seconds", "setup_seconds", "transfer_seconds", "compute_seconds", "host_bytes",
                    "accuracy", "breaker", "reason", "chosen"):
            self.assertIn(key, ranking["candidates"][0])

    def test_explain_completes_sizes(self):
        self.assertEqual(self.json("explain", "gemm", "64")["dims"], [64, 64, 64])
        self.assertEqual(self.json("explain", "solve", "64")["dims"], [64, 1])
        self.assertEqual(self.json("explain", "trcon", "64", "--dtype", "c")["dims"], [64])

    def test_diagnose_reports_on_health(self):
        twin = [[1.0, 2.0, 4.0], [3.0, 1.0, 2.0], [2.0, 5.0, 10.0]]
        report = self.json("diagnose", npy(self.folder / "twin.npy", twin), "--svg", str(self.folder / "s.svg"))
        self.assertEqual(report["rank"], 2)
        self.assertEqual(report["recommended"], "gelsd")
        self.assertIn("columns 2 and 3 of A are dependent", report["finding"])
        self.assertIn("column 3 = 2.000*column 2", report["fact_1"])
        self.assertIn("</svg>", (self.folder / "s.svg").read_text())
        spd = npy(self.folder / "spd.npy", [[4.0, 1.0], [1.0, 3.0]])
        self.assertEqual(self.json("diagnose", spd)["recommended"], "posv")
        self.assertEqual(self.json("diagnose", spd, "--op", "eig")["recommended"], "syev")
        self.assertEqual(self.json("diagnose", spd, "--op", "cholesky")["recommended"], "potrf")
        scaled = npy(self.folder / "scaled.npy",
                     [[10.0 ** (-3 * i) if i == j else 0.0 for j in range(8)] for i in range(8)])
        report = self.json("diagnose", scaled)
        self.assertEqual(report["recommended"], "posv")
        self.assertIn("badly scaled, not singular", report["why_recommended"])
        growth = npy(self.folder / "growth.npy", [[1.0 if i == j or j == 59 else -1.0 if i > j else 0.0
                                                   for j in range(60)] for i in range(60)])
        report = self.json("diagnose", growth)
        self.assertEqual(report["recommended"], "gels")
        self.assertIn("pivot growth", " ".join(str(value) for value in report.values()))
        indefinite = npy(self.folder / "indefinite.npy", [[1.0, 2.0], [2.0, 1.0]])
        report = self.json("diagnose", indefinite)
        self.assertTrue(report["definiteness"].startswith("no: A is not positive definite"))
        self.assertEqual(report["recommended"], "gesv")
        near = npy(self.folder / "near.npy", [[1.0, 2.0, 3.0 + 1e-9, 0.5], [4.0, -1.0, 3.0, 2.5],
                                              [0.0, 2.0, 2.0 - 1e-9, -3.0], [1.0, 1.0, 2.0, 7.0]])
        self.assertIn("columns 1, 2, 3", self.json("diagnose", near)["nearly_dependent"])
        empty = npy(self.folder / "empty.npy", [])
        self.assertEqual(self.json("diagnose", empty)["recommended"], "none")
        nan = npy(self.folder / "nan.npy", [[1.0, float("nan")], [0.0, 1.0]])
        report = self.json("diagnose", nan)
        self.assertIn("row 1, column 2", report["nonfinite"])
        self.assertEqual(report["recommended"], "none")

    def test_explain_codes_and_info(self):
        page = (pathlib.Path(__file__).parents[2] / "docs" / "diagnostics.md").read_text()
        codes = re.findall(r"^### (LA\d{4}) (\w+)$", page, re.M)
        self.assertGreater(len(codes), 35)
        for code, name in codes[::6]:
            self.assertIn(name, self.succeed("explain", code))
        self.assertIn("LDA = 3, must satisfy LDA >= max(1, N) = 4",
                      self.succeed("explain", "dgesv", "4x1x3", "--info=-4"))
        self.assertIn("2,147,516,826", self.succeed("explain", "dgesdd", "26754x26754", "--info", "0"))

    def test_config_show_names_sources(self):
        shown = self.succeed("config", "show", environment={"LAPACK_LOG_LEVEL": "error"})
        line = next(line for line in shown.splitlines() if line.startswith("log.level"))
        self.assertIn("error", line)
        self.assertIn("LAPACK_LOG_LEVEL", line)

    def test_config_check(self):
        self.assertIn("no problem", self.succeed("config", "check"))
        bad = self.folder / "bad.yaml"
        bad.write_text("dispatch:\n  falback: warn\n")
        done = self.run_command("config", "check", "--config", bad)
        self.assertEqual(done.returncode, 2)
        self.assertIn("bad.yaml:2", done.stdout)
        self.assertIn("fallback", done.stdout)


class PluginSwitch(CommandTest):
    def test_disable_edits_the_users_file_and_keeps_comments(self):
        file = self.folder / "xdg" / "lapack_ai" / "lapack_ai.yaml"
        file.parent.mkdir(parents=True)
        file.write_text("# mine\nplugins:\n  cpu_lapack: {enabled: true}  # keep\n")
        done = self.succeed("plugin", "disable", "cpu_lapack")
        self.assertIn(f"{file}:3", done)
        self.assertIn("cpu_reference", done.splitlines()[-1])
        self.assertNotIn("cpu_lapack", done.splitlines()[-1])
        self.assertEqual(file.read_text(), "# mine\nplugins:\n  cpu_lapack: {enabled: false}  # keep\n")
        self.assertRegex(self.succeed("plugin", "list"), r"cpu_lapack +\S+ +disabled")
        self.succeed("plugin", "enable", "cpu_lapack")
        self.assertRegex(self.succeed("plugin", "list"), r"cpu_lapack +\S+ +ready")

    def test_the_file_is_made_when_missing(self):
        self.succeed("plugin", "disable", "cpu_reference")
        self.assertIn("cpu_reference", (self.folder / "xdg" / "lapack_ai" / "lapack_ai.yaml").read_text())


if __name__ == "__main__":
    unittest.main()
