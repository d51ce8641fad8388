"""The examples run and show what they say."""
import importlib.util
from pathlib import Path

import numpy as np
import pytest

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "python"


def load(name):
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_image_compression(tmp_path):
    example = load("image_compression")
    errors = example.main(None, tmp_path)
    assert errors[5] > errors[20] > errors[50] > errors[100] > 0
    again = example.read_pgm(tmp_path / "rank_100.pgm")
    assert np.linalg.norm(again - example.landscape()) < (errors[100] + 0.01) * np.linalg.norm(example.landscape())
    assert example.main(tmp_path / "rank_20.pgm")[50] < errors[50]


@pytest.mark.skipif(not Path("/usr/share/common-licenses/GPL-3").exists(), reason="not on Debian")
def test_licence_similarity():
    nearest = load("licence_similarity").main()
    assert nearest["LGPL-2.1"][0] == "LGPL-2" and "GFDL-1.3" in nearest["GFDL-1.2"]


def test_ridge_regression_shows_the_diagnosis():
    diagnosis, digits, rank = load("ridge_regression").main()
    assert diagnosis.code in ("LA0206", "LA0203") and "A[8, :]" in str(diagnosis)
    assert digits > 8 and rank == 8
