"""Exceptions and warnings: classes, the diagnosis they carry, Python's indices, pickling, stacks."""
import pickle
import warnings

import numpy as np
import pytest

import lapack_py
import lapack_py.linalg as la
from lapack_py import errors
from matrices import random

DEPENDENT = np.array([[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [0.0, 1.0, 5.0]])


def test_singular_names_the_rows_as_python_counts_them():
    with pytest.raises(errors.SingularMatrixError, match=r"A\[0, :\] and A\[1, :\]") as caught:
        la.solve(DEPENDENT, np.ones(3))
    error = caught.value
    assert isinstance(error, np.linalg.LinAlgError) and error.info > 0
    assert error.diagnosis.code == "LA0203" and error.diagnosis.severity_level == "error"
    assert {item["index"] for item in error.diagnosis.named} == {0, 1}
    assert "LA0203" in str(error) and "try:" in str(error)


@pytest.mark.parametrize("call, kind", [
    (lambda: la.inv(np.zeros((2, 2))), errors.SingularMatrixError),
    (lambda: la.cholesky(-np.eye(3)), errors.NotPositiveDefiniteError),
    (lambda: la.svd(np.full((3, 3), np.nan)), errors.NonFiniteInputError),
    (lambda: la.eigh(np.full((3, 3), np.inf)), errors.NonFiniteInputError),
    (lambda: la.eig(np.full((3, 3), np.nan)), np.linalg.LinAlgError),
    (lambda: la.solve(np.ones((2, 3)), np.ones(2)), np.linalg.LinAlgError),
    (lambda: la.solve(np.ones(3), np.ones(3)), np.linalg.LinAlgError),
    (lambda: la.solve(np.eye(2), np.ones(3)), ValueError),
    (lambda: la.solve(np.eye(2, dtype=np.longdouble), np.ones(2)), TypeError),
    (lambda: la.svd(np.eye(2, dtype=np.half)), TypeError),
    (lambda: la.svd(np.eye(2, dtype=object)), TypeError),
    (lambda: la.solve(np.eye(2), np.ones(2), backend="nobody"), ValueError),
    (lambda: la.solve(np.eye(2), np.ones(2), accuracy="much"), ValueError),
    (lambda: la.solve(np.eye(2), np.ones(2), accuracy=2.0), ValueError),
    (lambda: la.solve(np.eye(2), np.ones(2), fallback="perhaps"), ValueError),
    (lambda: la.solve(np.eye(2), np.ones(2), on_error="ignore"), ValueError),
    (lambda: lapack_py.Context({"gpu.enbled": True}), errors.ConfigurationError),
    (lambda: lapack_py.Context({"gpu.memory_limit_percent": 5}), errors.ConfigurationError),
])
def test_classes(call, kind):
    with pytest.raises(kind):
        call()


@pytest.mark.parametrize("call", [lambda: la.solve(DEPENDENT, np.ones(3)), lambda: la.cholesky(-np.eye(3)),
                                  lambda: la.solve(np.eye(2), np.ones(2), backend="nobody")])
def test_exceptions_survive_pickling(call):
    with pytest.raises(errors.LapackError) as caught:
        call()
    copy = pickle.loads(pickle.dumps(caught.value))
    assert type(copy) is type(caught.value) and str(copy) == str(caught.value)
    assert copy.info == caught.value.info and copy.diagnosis == caught.value.diagnosis
    assert copy.failures == caught.value.failures


def nearly_singular(n=60):
    u, s, vh = np.linalg.svd(random((n, n)))
    s[-1] = 1e-19 * s[0]
    return (u * s) @ vh


def test_a_doubtful_result_comes_with_a_warning_at_the_callers_line():
    with pytest.warns(errors.DiagnosisWarning) as caught:
        x = la.solve(nearly_singular(), np.ones(60))
    warning = caught[0]
    assert x.shape == (60,) and warning.filename == __file__
    assert warning.message.diagnosis.code in ("LA0206", "LA0501")
    copy = pickle.loads(pickle.dumps(warning.message))
    assert copy.diagnosis == warning.message.diagnosis and str(copy) == str(warning.message)


def test_a_good_result_comes_without():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        la.solve(random((50, 50)), np.ones(50))
        la.cond(np.zeros((3, 3)))
        la.det(np.zeros((3, 3)))


def test_failed_items_of_a_stack_are_named():
    a = np.stack([np.eye(3), DEPENDENT, np.eye(3), np.zeros((3, 3))]).reshape(2, 2, 3, 3)
    with pytest.raises(errors.SingularMatrixError) as caught:
        la.inv(a)
    assert [index for index, _ in caught.value.failures] == [(0, 1), (1, 1)]
    assert "[0, 1]" in str(caught.value) and "[1, 1]" in str(caught.value)
    with pytest.warns(errors.DiagnosisWarning, match=r"\[0, 1\], \[1, 1\]"):
        x = la.inv(a, on_error="nan")
    assert np.isnan(x[:, 1]).all()
    np.testing.assert_array_equal(x[:, 0], np.stack([np.eye(3), np.eye(3)]))


def test_every_result_of_a_failed_item_is_nan():
    a = np.stack([np.eye(3), np.full((3, 3), np.nan)])
    with pytest.warns(errors.DiagnosisWarning):
        u, s, vh = la.svd(a, on_error="nan")
    assert all(np.isnan(part[1]).all() and not np.isnan(part[0]).any() for part in (u, s, vh))


def test_diagnosis_in_a_notebook():
    with pytest.raises(errors.SingularMatrixError) as caught:
        la.solve(DEPENDENT, np.ones(3))
    page = caught.value.diagnosis._repr_html_()
    assert "LA0203" in page and "<ol>" in page and page.count("<div") == page.count("</div")
    assert "LA0203" in repr(caught.value.diagnosis)
