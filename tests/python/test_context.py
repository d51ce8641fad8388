"""Contexts, the keywords of a call, explain, diagnose, config, metrics, measure_operation."""
import logging
import os
import subprocess
import sys
import threading

import numpy as np
import pytest

import lapack_py
import lapack_py.linalg as la
from lapack_py import errors
from matrices import random


def backend():
    return lapack_py.last_report()["backend"]


def test_a_backend_can_be_named():
    for name in ("cpu_lapack", "cpu_reference"):
        la.solve(random((20, 20)), np.ones(20), backend=name)
        assert backend() == name


def test_a_context_holds_within_its_block_and_its_thread():
    a = random((20, 20))
    elsewhere = []
    with lapack_py.Context({"dispatch.force_backend": "cpu_reference"}) as context:
        assert lapack_py.current_context() is context
        la.inv(a)
        assert backend() == "cpu_reference"
        assert lapack_py.config("dispatch.force_backend") == "cpu_reference"
        assert lapack_py.config().sources["dispatch.force_backend"].startswith("lapack_py.Context")
        thread = threading.Thread(target=lambda: (la.inv(a), elsewhere.append(backend())))
        thread.start()
        thread.join()
    assert elsewhere == ["cpu_lapack"]
    la.inv(a)
    assert backend() == "cpu_lapack" and lapack_py.config("dispatch.force_backend") == ""


def test_many_threads_may_be_within_one_context():
    context, meeting, found = lapack_py.Context({"dispatch.force_backend": "cpu_reference"}), threading.Barrier(4), []

    def work(leaves_first):
        with context, context:
            meeting.wait()
            la.inv(random((20, 20)))
            found.append(backend())
            if not leaves_first:
                meeting.wait()
        if leaves_first:
            meeting.wait()
        found.append(lapack_py.current_context() is context)

    threads = [threading.Thread(target=work, args=(i % 2 == 0,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, found)) == ["False"] * 4 + ["cpu_reference"] * 4


def test_use_gpu():
    a = np.eye(3)
    la.matmul(a, a, use_gpu=False)
    assert lapack_py.last_report()["strategy"].startswith("cpu")
    names = {d["plugin"] for d in lapack_py.metrics("devices")["devices"] if d.get("space")}
    if names:
        la.matmul(a, a, use_gpu=True)
        assert backend() in names
    with lapack_py.Context({"gpu.enabled": False}):
        with pytest.raises(errors.GPUUnavailableError, match="matmul|gemm"):
            la.matmul(a, a, use_gpu=True)
        with pytest.warns(errors.FallbackWarning):
            assert np.array_equal(la.matmul(a, a, use_gpu=True, fallback="warn"), a)
        assert np.array_equal(la.matmul(a, a, use_gpu=True, fallback="auto"), a)


def test_a_device_backend_by_name_that_may_not_run_is_unavailable():
    names = sorted({d["plugin"] for d in lapack_py.metrics("devices")["devices"] if d.get("space")})
    if names:
        with lapack_py.Context({"gpu.enabled": False}), pytest.raises(errors.GPUUnavailableError):
            la.matmul(np.eye(2), np.eye(2), backend=names[0])
    with pytest.raises(errors.NoBackendError) as caught:
        la.solve(np.eye(2), np.ones(2), backend="alpha_gemm")
    assert not isinstance(caught.value, errors.GPUUnavailableError)


# The first call meets a lost device, which opens the breaker; the second finds it open.
BEHIND_A_BREAKER = """
import numpy as np
import lapack_py

found = []
for _ in range(2):
    try:
        lapack_py.matmul(np.eye(64), np.eye(64), backend="opencl_gemm")
    except lapack_py.BackendError as error:
        found.append((type(error).__name__, "breaker is open" in str(error)))
assert found == [("BackendError", False), ("GPUUnavailableError", True)], found
"""


def test_a_device_behind_an_open_breaker_is_unavailable():
    if not any(device["plugin"] == "opencl_gemm" for device in lapack_py.metrics("devices")["devices"]):
        pytest.skip("no OpenCL device on this machine")
    environment = {**os.environ, "LAPACK_AI_OPENCL_FAULTS": "launch:-36:0:1000"}  # CL_INVALID_COMMAND_QUEUE
    done = subprocess.run([sys.executable, "-c", BEHIND_A_BREAKER], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_accuracy_by_number():
    a = random((30, 30))
    x = la.solve(a, np.ones(30), accuracy=1e-12)
    assert 0 <= lapack_py.last_report()["certified_error"] <= 1e-12
    assert np.abs(a @ x - 1).max() <= 1e-12 * np.abs(a).sum(axis=1).max() * np.abs(x).max()


def test_explain():
    told = lapack_py.explain(la.svd, (200, 50))
    assert told.op == "gesvd" and told.dims == [200, 50] and told.chosen == "cpu_lapack"
    assert any(candidate["reason"] == "SLOWER" for candidate in told.candidates)
    assert "cpu_reference" in str(told) and "<table>" in told._repr_html_()
    assert lapack_py.explain("matmul", random((7, 5)), random((5, 3))).dims == [7, 3, 5]
    assert lapack_py.explain("gemm", 7, 3, 5, dtype="f").routine == "sgemm"
    assert lapack_py.explain("solve", random((4, 4)), random((4, 2), "F")).dims == [4, 2]
    assert "singular" in lapack_py.explain("LA0203")
    assert lapack_py.explain("solve", (9, 9), backend="cpu_reference").chosen == "cpu_reference"
    with pytest.raises(ValueError, match="unknown operation 'sovle'"):
        lapack_py.explain("sovle", (9, 9))
    with pytest.raises(ValueError, match="shapes"):
        lapack_py.explain("svd", 5)


def test_diagnose():
    a = np.arange(9.0).reshape(3, 3)
    found = lapack_py.diagnose(a)
    assert found.rank == 2 and found.recommended == "lstsq" and found.finding.code in ("LA0203", "LA0206")
    assert "rank" in str(found) and "<table>" in found._repr_html_()
    assert lapack_py.diagnose(a.T @ a + np.eye(3)).recommended == "cholesky"
    assert lapack_py.diagnose(random((4, 4))).recommended == "solve"
    a[1, 2] = np.nan
    assert lapack_py.diagnose(a).nonfinite_at == [(1, 2)] and "A[1, 2]" in str(lapack_py.diagnose(a))
    assert lapack_py.diagnose(np.diag([1.0, 0.0])).zero_rows == [1]


def test_config_and_metrics():
    assert lapack_py.check_config() == []
    assert lapack_py.config()["dispatch.fallback"] in ("auto", "warn", "strict")
    assert "gpu.enabled" in str(lapack_py.config()) and "<table>" in lapack_py.config()._repr_html_()
    before = lapack_py.metrics()["calls"]
    la.solve(np.eye(3), np.ones(3))
    assert lapack_py.metrics()["calls"] > before
    assert lapack_py.metrics("prometheus").startswith("# HELP")


def test_measure_operation_nests_and_counts():
    with lapack_py.measure_operation("outer", 20) as outer:
        la.solve(random((20, 20)), np.ones(20))
        with lapack_py.measure_operation("inner") as inner:
            la.inv(np.stack([np.eye(3)] * 4))
    assert [call["op"] for call in inner.calls] == ["getrf", "getri"] * 4
    assert len(outer.calls) == 9 and outer.calls[0]["op"] == "gesv"
    assert 0 < inner.seconds <= outer.seconds and outer.library_seconds <= outer.seconds
    assert outer.backends == {"cpu_lapack": 9}
    assert "outer (size 20)" in str(outer) and "<table>" in outer._repr_html_()
    la.solve(np.eye(2), np.ones(2))
    assert len(outer.calls) == 9


def test_the_librarys_log_reaches_logging(caplog):
    u, s, vh = np.linalg.svd(random((40, 40), seed=7))
    s[-1] = 1e-19
    with caplog.at_level(logging.INFO, logger="lapack_py"), pytest.warns(errors.DiagnosisWarning):
        la.solve((u * s) @ vh, np.ones(40))
    assert any("LA0206" in record.message or "LA0501" in record.message for record in caplog.records)
