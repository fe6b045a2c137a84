"""Only the gate makes a release: in the code, and when somebody tries."""

import ast
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from evenhand.disclosure.gate import release
from evenhand.disclosure.release import Release
from evenhand.needs.recorded_violence import MEASURE
from evenhand.rules.policy import policy

SOURCE = Path(__file__).parents[2] / "src" / "evenhand"


def _words(path: Path) -> set[str]:
    """The names that are imported, read or called in a file."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    imported = {alias.name for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names}
    called = {
        f"{node.func.id}(" for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    attributes = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    return imported | called | attributes


def _files_with(word: str) -> set[str]:
    return {str(path.relative_to(SOURCE)) for path in SOURCE.rglob("*.py") if word in _words(path)}


def test_the_gate_alone_takes_the_seal():
    assert _files_with("_SEAL") == {"disclosure/gate.py"}


def test_the_gate_alone_makes_a_release():
    assert _files_with("Release(") == {"disclosure/gate.py"}


def test_a_release_made_elsewhere_is_no_release():
    empty = pa.table({})
    with pytest.raises(TypeError, match="only evenhand"):
        Release("m", "M", MEASURE.result, empty, {}, "open-data 1", "d", object())


def test_another_table_cannot_be_put_under_a_seal():
    types = [pa.string()] * 4 + [pa.date32()] * 2 + [pa.int64()] * 3
    result = pa.table(
        {name: pa.array([], kind) for name, kind in zip(MEASURE.result.names, types, strict=True)}
    )
    made = release(result, MEASURE, policy("open-data", reason="is published already"), (), "d")
    with pytest.raises((TypeError, ValueError), match="seal"):
        replace(made, table=pa.table({}))
    with pytest.raises(TypeError):
        made.cells["incidents"] = pa.array([])
