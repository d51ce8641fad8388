"""lapack-ai run and lapack-ai dashboard as users start them: another program's calls recorded, shown afterwards."""
import json
import os
import signal
import subprocess
import sys
import time
import unittest
import urllib.error
import urllib.request

from harness import PROGRAM, CommandTest, npy

CALLS = """
import sys
import numpy as np
A = np.random.default_rng(1).random((150, 150))
for _ in range(3):
    A @ A
np.linalg.solve(A, A)
sys.exit(int(sys.argv[1]))
"""


class Run(CommandTest):
    def test_passes_on_arguments_and_exit_status(self):
        for marks in ([], ["--"]):
            done = self.run_command("run", *marks, "sh", "-c", 'echo "$@"; exit 7', "x", "--json", "--", "-a")
            self.assertEqual(done.returncode, 7, done.stderr)
            self.assertEqual(done.stdout, "--json -- -a\n")

    def test_reports_a_signal_as_shells_do(self):
        self.assertEqual(self.run_command("run", "sh", "-c", "kill -KILL $$").returncode, 128 + signal.SIGKILL)

    def test_passes_on_signals(self):
        done = self.run_command("run", "sh", "-c", "trap 'echo asked; exit 5' TERM; kill -TERM $PPID; sleep 10 & wait")
        self.assertEqual((done.returncode, done.stdout), (5, "asked\n"))

    def test_wrong_command_lines(self):
        self.fail_with(2, ["PROGRAM"], "run")
        self.fail_with(2, ["no/such/program", "No such file"], "run", "no/such/program")

    def test_a_program_without_calls_records_nothing(self):
        file = self.folder / "metrics.json"
        done = self.run_command("run", "--metrics", file, "true")
        self.assertEqual(done.returncode, 0)
        self.assertIn("no metrics", done.stderr)
        self.assertFalse(file.exists())

    def record(self, file):
        return self.run_command("run", "--metrics", file, "--", "/usr/bin/python3", "-c", CALLS, "3")

    def test_records_another_program(self):
        file = self.folder / "metrics.json"
        done = self.record(file)
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("dashboard --open", done.stderr)
        recording = json.loads(file.read_text())
        self.assertEqual((recording["format"], recording["format_version"]), ("lapack_ai recording", 1))
        self.assertEqual(recording["process"]["program"], "python3")
        self.assertGreater(recording["process"]["pid"], 0)
        self.assertGreater(recording["process"]["started_wall_ns"], 1e18)
        self.assertTrue(recording["process"]["host"])
        outermost = [event for event in recording["events"] if event["kind"] == "call" and event["depth"] == 0]
        self.assertEqual(sorted(event["op"] for event in outermost), ["gemm"] * 3 + ["gesv"])
        self.assertEqual(recording["snapshot"]["calls"], len([e for e in recording["events"] if e["kind"] == "call"]))
        self.assertIn("lapack_ai_calls_total", recording["prometheus"])
        self.assertTrue(recording["decisions"]["rankings"])
        self.assertTrue(recording["crossover"]["ops"])

    def test_a_forked_child_leaves_the_recording_to_its_parent(self):
        file = self.folder / "metrics.json"
        fork = "import os, sys, numpy as np\nA = np.ones((150, 150)) @ np.ones((150, 150))\nprint(os.getpid(), flush=True)\n" \
               "child = os.fork()\nif child == 0:\n    A @ A\n    sys.exit(0)\nos.waitpid(child, 0)\n"
        done = self.run_command("run", "--metrics", file, "/usr/bin/python3", "-c", fork)
        self.assertEqual(done.returncode, 0, done.stderr)
        recording = json.loads(file.read_text())
        self.assertEqual(recording["process"]["pid"], int(done.stdout))
        self.assertEqual(recording["snapshot"]["calls"], 1)

    def test_a_killed_program_leaves_a_recording(self):
        file = self.folder / "metrics.json"
        work = "import os, time, numpy as np\nA = np.ones((150, 150))\nA @ A\n" \
               f"while not os.path.exists({str(file)!r}):\n    time.sleep(0.05)\nos.kill(os.getpid(), 9)\n"
        self.assertEqual(self.run_command("run", "--metrics", file, "/usr/bin/python3", "-c", work).returncode, 137)
        self.assertGreaterEqual(json.loads(file.read_text())["snapshot"]["calls"], 1)

    def test_each_process_of_a_job_records_itself(self):
        job = "for i in 1 2; do /usr/bin/python3 -c \"$0\" 0; done"
        self.assertEqual(self.run_command("run", "--metrics", self.folder / "m.%p.json", "sh", "-c", job, CALLS).returncode, 0)
        pids = {json.loads(file.read_text())["process"]["pid"] for file in self.folder.glob("m.*.json")}
        self.assertEqual(len(pids), 2)


class Dashboard(CommandTest):
    def start(self, *arguments):
        env = {k: v for k, v in os.environ.items() if not k.startswith("LAPACK_")}
        env.update({"XDG_CONFIG_HOME": str(self.folder / "xdg"), "XDG_CACHE_HOME": str(self.folder / "cache")})
        process = subprocess.Popen([PROGRAM, "dashboard", "--port", "0", "--json", *map(str, arguments)], env=env,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process, json.loads(process.stdout.readline())["url"]

    def get(self, url):
        with urllib.request.urlopen(url, timeout=20) as answer:
            return answer.read().decode()

    def test_demonstration(self):
        process, url = self.start()
        deadline = time.monotonic() + 60
        while True:
            snapshot = json.loads(self.get(url + "api/v1/snapshot"))
            if {"gemm", "gesv", "gesvd", "syev", "geqrf"} <= {row["op"] for row in snapshot["series"]}:
                break
            self.assertLess(time.monotonic(), deadline, snapshot)
            time.sleep(0.2)
        self.assertEqual(snapshot["process"]["pid"], process.pid)
        while not (running := json.loads(self.get(url + "api/v1/snapshot"))["in_flight"]):
            self.assertLess(time.monotonic(), deadline)
        self.assertLessEqual({"op", "dtype", "dims", "backend", "variant", "thread", "depth", "since_ns", "predicted_s"}, set(running[0]))
        for name in ["decisions", "crossover", "breakers", "devices", "plugins", "export.json", "trace.json"]:
            self.assertTrue(json.loads(self.get(url + "api/v1/" + name)), name)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(20), 0, process.stderr.read())
        with self.assertRaises(urllib.error.URLError):
            self.get(url)

    def test_ends_after_its_duration(self):
        process, _ = self.start("--duration", "0.5", "--workers", "0")
        self.assertEqual(process.wait(20), 0)

    def test_opens_a_recording(self):
        file = self.folder / "a recording.json"
        done = Run.record(self, file)
        self.assertEqual(done.returncode, 3, done.stderr)
        recording = json.loads(file.read_text())
        _, url = self.start("--open", file)
        self.assertEqual(json.loads(self.get(url + "api/v1/export.json")), recording)
        self.assertEqual(json.loads(self.get(url + "api/v1/snapshot")), recording["snapshot"])
        self.assertEqual(self.get(url + "metrics"), recording["prometheus"])
        self.assertEqual(len(self.get(url + "api/v1/export.csv").splitlines()), len(recording["events"]) + 1)

    def test_a_taken_port_in_a_process_is_logged_once_and_computation_goes_on(self):
        _, url = self.start("--workers", "0")
        port = url.rsplit(":", 1)[1].rstrip("/")
        config = self.folder / "config.yaml"
        config.write_text(f"dashboard: {{enabled: true, port: {port}}}\n")
        done = self.run_command("--config", config, "svd", npy(self.folder / "a.npy", [[2.0, 0.0], [0.0, 1.0]]))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stderr.count("cannot listen on 127.0.0.1:" + port), 1, done.stderr)

    def test_errors(self):
        _, url = self.start("--workers", "0")
        port = url.rsplit(":", 1)[1].rstrip("/")
        self.fail_with(2, ["cannot listen", port, "dashboard.port"], "dashboard", "--port", port)
        self.fail_with(2, ["--port"], "dashboard", "--port", "99999")
        self.fail_with(3, ["no such file"], "dashboard", "--open", self.folder / "none")
        broken = self.folder / "broken"
        broken.write_text("{}")
        self.fail_with(2, ["not a LAPACK AI recording"], "dashboard", "--port", "0", "--open", broken)


if __name__ == "__main__":
    unittest.main(argv=sys.argv)
