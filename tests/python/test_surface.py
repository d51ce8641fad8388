"""What users see: the names and signatures of numpy.linalg, the keywords, docstrings, type stubs."""
import ast
import inspect
import pydoc
from pathlib import Path

import numpy as np
import pytest

import lapack_py
import lapack_py.linalg as la

PACKAGE = Path(lapack_py.__file__).parent
KEYWORDS = ("use_gpu", "backend", "accuracy", "fallback")
FUNCTIONS = [name for name in la.__all__ if name != "LinAlgError"]


@pytest.mark.parametrize("name", [name for name in np.linalg.__all__ if name != "LinAlgError"]
                         if hasattr(np.linalg, "__all__") else
                         [n for n in dir(np.linalg) if callable(getattr(np.linalg, n)) and n[0] != "_"
                          and n not in ("LinAlgError", "test")])
def test_signatures_are_numpys(name):
    theirs = [p for p in inspect.signature(getattr(np.linalg, name)).parameters.values() if p.name != "out"]
    mine = [p for p in inspect.signature(getattr(la, name)).parameters.values() if p.kind != p.KEYWORD_ONLY]
    assert [(p.name, p.default) for p in mine] == [(p.name, p.default) for p in theirs]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_takes_the_keywords_and_says_what_it_does(name):
    function = getattr(la, name)
    parameters = inspect.signature(function).parameters
    for keyword in KEYWORDS:
        assert parameters[keyword].kind == inspect.Parameter.KEYWORD_ONLY and parameters[keyword].default is None
    text = pydoc.render_doc(function, renderer=pydoc.plaintext)
    assert function.__doc__ and "(" in function.__doc__ and name in text


def shape_of_runtime(function):
    return [(p.name, p.kind.name, p.default is not p.empty) for p in inspect.signature(function).parameters.values()]


def shape_of_stub(node):
    plain = node.args.args
    optional = len(node.args.defaults)
    found = [(a.arg, "POSITIONAL_OR_KEYWORD", i >= len(plain) - optional) for i, a in enumerate(plain)]
    if node.args.vararg:
        found.append((node.args.vararg.arg, "VAR_POSITIONAL", False))
    return found + [(a.arg, "KEYWORD_ONLY", d is not None) for a, d in zip(node.args.kwonlyargs, node.args.kw_defaults)]


def stubs(path):
    return ast.parse((PACKAGE / path).read_text()).body


@pytest.mark.parametrize("path, module", [("linalg/__init__.pyi", la), ("__init__.pyi", lapack_py)])
def test_stubs_say_what_the_functions_take(path, module):
    functions = [node for node in stubs(path) if isinstance(node, ast.FunctionDef)]
    for node in functions:
        assert shape_of_stub(node) == shape_of_runtime(getattr(module, node.name)), node.name
    if module is la:
        assert sorted(node.name for node in functions) == sorted(FUNCTIONS)


def test_stubs_name_everything():
    named = {node.name for node in stubs("__init__.pyi") if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    assert set(lapack_py.__all__) == named | set(la.__all__) | set(lapack_py.errors.__all__) | {"errors", "linalg"}
    for node in stubs("__init__.pyi"):
        if isinstance(node, ast.ClassDef):
            methods = {item.name for item in node.body if isinstance(item, ast.FunctionDef)}
            assert methods <= set(dir(getattr(lapack_py, node.name))), node.name
    assert (PACKAGE / "py.typed").exists()


def test_help_of_the_module_explains_the_keywords():
    text = pydoc.render_doc(la, renderer=pydoc.plaintext)
    assert all(keyword in text for keyword in KEYWORDS) and "backward" in text
