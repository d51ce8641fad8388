"""lapack-ai record and replay: another program's calls by shape, what they would cost, and recordings that are broken."""
import copy
import json
import os
import signal
import unittest

from harness import CommandTest, npy

CALLS = """
import os, sys
import numpy as np
A = np.random.default_rng(1).random((150, 150))
for _ in range(int(sys.argv[2])):
    A @ A
np.linalg.solve(A, A)
if len(sys.argv) > 3:
    if os.fork() == 0:
        A @ A
        sys.exit(0)
    os.wait()
sys.exit(int(sys.argv[1]))
"""

LINE = {"op": "gemm", "dtype": "d", "dims": [300, 200, 100], "flags": "NT", "batch": 1, "threads": 1,
        "backend": "cpu_lapack", "variant": "", "count": 10, "total_seconds": 0.5, "median_seconds": 0.05,
        "predicted_seconds": 0.4}
RECORDING = {"format": "lapack_ai calls", "format_version": 1, "program": "p", "machine": "m", "lost": 0, "calls": [LINE]}


class Record(CommandTest):
    def record(self, *arguments, options=()):
        file = self.folder / "t.json"
        done = self.run_command("record", "-o", file, *options, "--", "/usr/bin/python3", "-c", CALLS, *arguments)
        return done, json.loads(file.read_text())

    def test_calls_of_one_shape_are_one_line_and_the_exit_status_is_passed_on(self):
        done, recording = self.record("3", "7")
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertEqual(recording["format"], "lapack_ai calls")
        gemm = [c for c in recording["calls"] if c["op"] == "gemm"]
        self.assertEqual(sum(c["count"] for c in gemm), 7)
        for call in recording["calls"]:
            self.assertLessEqual(call["median_seconds"], call["total_seconds"] * 1.001)
            self.assertGreater(call["total_seconds"], 0)
            self.assertEqual(set(call), set(LINE))

    def test_forked_children_are_recorded_too(self):
        _, recording = self.record("0", "2", "fork")
        self.assertEqual(sum(c["count"] for c in recording["calls"] if c["op"] == "gemm"), 3)

    def test_a_program_without_calls(self):
        file = self.folder / "t.json"
        done = self.run_command("record", "-o", file, "true")
        self.assertEqual(done.returncode, 0)
        self.assertIn("no call", done.stderr)
        self.assertEqual(json.loads(file.read_text())["calls"], [])

    def test_signals_and_wrong_programs(self):
        file = self.folder / "t.json"
        self.assertEqual(self.run_command("record", "-o", file, "sh", "-c", "kill -KILL $$").returncode,
                         128 + signal.SIGKILL)
        self.fail_with(2, ["no/such/program"], "record", "-o", file, "no/such/program")

    def test_linked_programs_and_the_setting(self):
        a = npy(self.folder / "a.npy", [[2.0, 1.0], [1.0, 3.0]])
        program = [os.environ["LAPACK_AI_PROGRAM"], "svd", a]
        file = self.folder / "t.json"
        done = self.run_command("record", "-o", file, "--linked", "--", *program)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("gesvd", [c["op"] for c in json.loads(file.read_text())["calls"]])
        direct = self.folder / "direct.json"
        done = self.run_command("svd", a, environment={"LAPACK_RECORD_FILE": str(direct)})
        self.assertEqual(done.returncode, 0, done.stderr)
        recording = json.loads(direct.read_text())
        self.assertEqual(recording["calls"][0]["dims"], [2, 2])
        done = self.run_command("replay", direct)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_replay_of_a_recording(self):
        _, recording = self.record("0", "3")
        file = self.folder / "t.json"
        done = self.run_command("replay", file)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("cpu_reference", done.stdout)
        result = json.loads(self.run_command("replay", file, "--measure", "--budget", "20", "--json").stdout)
        self.assertEqual(len(result["calls"]), len(recording["calls"]))
        for call in result["calls"]:
            self.assertTrue(call["measured"])
            self.assertIn("cpu_lapack", call["backends"])
        self.assertGreater(result["configured_seconds"], 0)


class Replay(CommandTest):
    def write(self, value):
        file = self.folder / "t.json"
        file.write_text(value if isinstance(value, str) else json.dumps(value))
        return file

    def changed(self, **changes):
        recording = copy.deepcopy(RECORDING)
        recording["calls"][0].update(changes)
        return recording

    def test_the_yaml_gets_what_it_promises(self):
        file, yaml = self.write(RECORDING), self.folder / "x.yaml"
        slow = self.run_command("replay", file, "--disable", "cpu_lapack", "--yaml", yaml, "--json")
        self.assertEqual(slow.returncode, 0, slow.stderr)
        result = json.loads(slow.stdout)
        self.assertIn("cpu_lapack", result["advice"]["enable"])
        self.assertLess(result["advice"]["seconds"], result["configured_seconds"])
        self.assertIn("cpu_lapack: {enabled: true}", yaml.read_text())
        self.assertEqual(self.run_command("config", "check", "--config", yaml).returncode, 0)
        followed = json.loads(self.run_command("replay", file, "--config", yaml, "--json").stdout)
        self.assertEqual(followed["calls"][0]["chosen"], "cpu_lapack")

    def test_a_good_configuration_is_left_alone(self):
        result = json.loads(self.run_command("replay", self.write(RECORDING), "--json").stdout)
        self.assertEqual(result["advice"]["yaml"], "")

    def test_an_empty_recording(self):
        done = self.run_command("replay", self.write({**RECORDING, "calls": []}))
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_operations_nobody_knows_are_left_out_and_named(self):
        recording = copy.deepcopy(RECORDING)
        recording["calls"].append({**LINE, "op": "frobnicate"})
        done = self.run_command("replay", self.write(recording))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("frobnicate", done.stdout)

    def test_broken_recordings_are_reported_with_entry_and_field(self):
        huge = 10 ** 30
        for value, words in [
            ("", ["JSON"]), ("{", ["JSON"]), ("[]", ["recording"]), ("null", ["recording"]),
            (json.dumps(RECORDING)[:-40], ["JSON"]),
            ({**RECORDING, "format": "other"}, ["format"]),
            ({**RECORDING, "format_version": 2}, ["format_version"]),
            ({**RECORDING, "calls": {}}, ["calls"]), ({**RECORDING, "calls": [3]}, ["calls[0]"]),
            (self.changed(dtype="q"), ["dtype", "'q'"]), (self.changed(dtype=5), ["dtype"]),
            (self.changed(dims=[1, 2]), ["dims"]), (self.changed(dims=[1, -2, 3]), ["dims", "-2"]),
            (self.changed(dims=[1, 2.5, 3]), ["dims"]), (self.changed(dims=[1, huge, 3]), ["dims"]),
            (self.changed(dims=[1, 2 ** 40, 3]), ["dims"]), (self.changed(flags="NX"), ["flags", "NX"]),
            (self.changed(flags="N"), ["flags"]), (self.changed(flags=None), ["flags"]),
            (self.changed(count=0), ["count"]), (self.changed(count=-1), ["count"]),
            (self.changed(count=2 ** 63), ["count"]), (self.changed(total_seconds=-1), ["total_seconds"]),
            (self.changed(total_seconds="1"), ["total_seconds"]), (self.changed(median_seconds=None), ["median_seconds"]),
            (self.changed(batch=-1), ["batch"]), (self.changed(op=7), ["op"]),
        ]:
            with self.subTest(value=value):
                self.fail_with(3, words, "replay", self.write(value))
        missing = copy.deepcopy(RECORDING)
        del missing["calls"][0]["count"]
        self.fail_with(3, ["calls[0].count", "missing"], "replay", self.write(missing))
        self.fail_with(3, ["cannot be read"], "replay", self.folder / "none.json")

    def test_wrong_command_lines(self):
        self.fail_with(2, ["RECORDING"], "replay")
        self.fail_with(2, ["--budget"], "replay", self.write(RECORDING), "--budget", "0")


class Certificate(CommandTest):
    def setUp(self):
        super().setUp()
        self.a = npy(self.folder / "a.npy", [[2.0, 1.0], [1.0, 3.0]])

    def test_is_printed_and_in_the_json(self):
        for command in (["gemm", self.a, self.a], ["solve", self.a, self.a], ["svd", self.a]):
            done = self.run_command(*command, "--backward-error", "1e-13")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("certified", done.stdout)
            certificate = json.loads(self.run_command(*command, "--backward-error", "1e-13", "--json").stdout)["certificate"]
            self.assertEqual(certificate["verdict"], "met")
            self.assertLessEqual(certificate["bound"], 1e-13)

    def test_what_nobody_reaches_ends_with_6(self):
        self.fail_with(6, ["1e-300", "cpu_lapack"], "gemm", npy(self.folder / "b.npy", [[0.1, 0.7], [0.3, 0.9]]),
                       self.a, "--backward-error", "1e-300", "--alpha", "0.1")
        self.fail_with(2, ["--backward-error"], "gemm", self.a, self.a, "--backward-error", "-1")

    def test_explain_orders_by_it(self):
        done = self.run_command("explain", "gemm", "500x500x500", "--backward-error", "1e-14", "--json")
        candidates = json.loads(done.stdout)["candidates"]
        expected = [c["expected_backward_error"] for c in candidates if c["reason"] in ("CHOSEN", "SLOWER", "ACCURACY")]
        self.assertTrue(all(e > 0 for e in expected))


if __name__ == "__main__":
    unittest.main()
