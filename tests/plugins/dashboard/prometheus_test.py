"""The exposition of the whole library under load, as monitoring sees it: promtool accepts it, checks that promtool leaves
out hold, and a real Prometheus scrapes it.

usage: prometheus_test.py LAPACK_AI PROMTOOL PROMETHEUS
"""
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse
import urllib.request

PROGRAM, PROMTOOL, PROMETHEUS = sys.argv[1:4]
SAMPLE = re.compile(r'^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$')
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"(?:,|$)')


def get(url):
    with urllib.request.urlopen(url, timeout=20) as answer:
        return answer.read().decode()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(what, seconds=60):
    """What `what` gives as soon as it is true."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            if result := what():
                return result
        except OSError:
            pass
        if time.monotonic() > deadline:
            raise AssertionError("waited in vain")
        time.sleep(0.2)


def parse(text):
    """({family: type}, {(name, frozenset of labels): value}); raises on anything twice or malformed."""
    types, samples = {}, {}
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            _, _, family, kind = line.split()
            assert family not in types, line
            types[family] = kind
        elif not line.startswith("#"):
            name, labels, value = SAMPLE.match(line).groups()
            pairs = LABEL.findall(labels or "")
            assert len(dict(pairs)) == len(pairs), line
            assert sum(len(k) + len(v) + 3 for k, v in pairs) + max(0, len(pairs) - 1) == len(labels or ""), line
            key = (name, frozenset(pairs))
            assert key not in samples, "twice: " + line
            samples[key] = float(value)
    return types, samples


class Exposition(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        env = {k: v for k, v in os.environ.items() if not k.startswith("LAPACK_")}
        env["XDG_CONFIG_HOME"] = env["XDG_CACHE_HOME"] = cls.folder.name
        cls.process = subprocess.Popen([PROGRAM, "dashboard", "--port", "0", "--json"], env=env, stdout=subprocess.PIPE, text=True)
        cls.url = json.loads(cls.process.stdout.readline())["url"]
        wait_for(lambda: json.loads(get(cls.url + "api/v1/snapshot"))["calls"] >= 50)

    @classmethod
    def tearDownClass(cls):
        cls.process.kill()
        cls.process.wait()
        cls.process.stdout.close()
        cls.folder.cleanup()

    def test_promtool_accepts_it(self):
        done = subprocess.run([PROMTOOL, "check", "metrics"], input=get(self.url + "metrics"), text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.assertEqual((done.returncode, done.stdout), (0, ""))

    def test_families_and_series_stand_once(self):
        types, samples = parse(get(self.url + "metrics"))
        for name, _ in samples:
            family = re.sub(r"_(bucket|sum|count)$", "", name)
            self.assertTrue(name in types or types.get(family) == "histogram", name)
        for family, kind in types.items():
            if kind == "counter":
                self.assertTrue(family.endswith("_total"), family)

    def test_histograms_are_whole(self):
        types, samples = parse(get(self.url + "metrics"))
        for family in [f for f, kind in types.items() if kind == "histogram"]:
            series = {}
            for (name, labels), value in samples.items():
                if name == family + "_bucket":
                    edge = float(dict(labels)["le"])
                    series.setdefault(frozenset(p for p in labels if p[0] != "le"), {})[edge] = value
            self.assertTrue(series)
            for labels, buckets in series.items():
                self.assertIn(float("inf"), buckets)
                counts = [buckets[edge] for edge in sorted(buckets)]
                self.assertEqual(counts, sorted(counts), labels)
                self.assertEqual(counts[-1], samples[(family + "_count", labels)])
                self.assertGreater(samples[(family + "_sum", labels)], 0)
                self.assertEqual(counts[-1], samples[("lapack_ai_calls_total", labels)])

    def test_counters_only_grow(self):
        _, last = parse(get(self.url + "metrics"))
        for _ in range(10):
            time.sleep(0.25)
            types, now = parse(get(self.url + "metrics"))
            for (name, labels), value in last.items():
                if types.get(name) == "counter" or name.endswith(("_bucket", "_count", "_sum")):
                    self.assertGreaterEqual(now[(name, labels)], value, name)
            last = now

    def test_prometheus_scrapes_it(self):
        port = free_port()
        config = os.path.join(self.folder.name, "prometheus.yml")
        target = urllib.parse.urlparse(self.url).netloc
        with open(config, "w") as file:
            file.write("scrape_configs:\n- job_name: lapack_ai\n  scrape_interval: 1s\n  scrape_timeout: 1s\n"
                       f"  static_configs:\n  - targets: ['{target}']\n")
        server = subprocess.Popen([PROMETHEUS, "--config.file=" + config, f"--web.listen-address=127.0.0.1:{port}",
                                   "--storage.tsdb.path=" + os.path.join(self.folder.name, "data"), "--log.level=error"])
        try:
            def query(expression):
                answer = get(f"http://127.0.0.1:{port}/api/v1/query?query=" + urllib.parse.quote(expression))
                return [float(row["value"][1]) for row in json.loads(answer)["data"]["result"]]
            wait_for(lambda: query("up{job='lapack_ai'}") == [1.0])
            calls = wait_for(lambda: query("sum(lapack_ai_calls_total)"))[0]
            self.assertGreaterEqual(calls, 50)
            wait_for(lambda: query("sum(lapack_ai_calls_total)")[0] > calls)
            wait_for(lambda: query("histogram_quantile(0.99, sum by (le) (rate(lapack_ai_call_seconds_bucket[10s]))) > 0"))
        finally:
            server.kill()
            server.wait()


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
