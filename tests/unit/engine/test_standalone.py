"""The programs that a stranger takes away: all of the modules that they are joined of, and nothing else."""

from __future__ import annotations

import ast
import sys
from importlib.resources import files

import pytest

from evenhand.engine.standalone import CHECKER, VERIFIER, checker_file, verifier_file

PROGRAMS = pytest.mark.parametrize(
    ("program", "made_of"), [(verifier_file, VERIFIER), (checker_file, CHECKER)], ids=["verifier", "checker"]
)


def _names(source: bytes | str) -> list[str]:
    """What is defined at the top."""
    found: list[str] = []
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.append(node.name)
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found += [ast.unparse(target) for target in targets]
    return found


@PROGRAMS
def test_everything_of_every_module_is_in_it_under_a_name_of_its_own(program, made_of):
    package, names = made_of
    sources = [(files("evenhand") / package / f"{name}.py").read_text("utf-8") for name in names]
    defined = [name for source in sources for name in _names(source)]
    assert _names(program()) == defined
    assert len(set(defined)) == len(defined)


@pytest.mark.parametrize("program", [verifier_file, checker_file])
def test_it_needs_the_standard_library_only(program):
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(program()))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or "."]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported <= sys.stdlib_module_names
    assert program().isascii()


@pytest.mark.parametrize("made_of", [VERIFIER, CHECKER], ids=["verifier", "checker"])
def test_each_module_uses_only_those_before_it(made_of):
    package, names = made_of
    for number, name in enumerate(names):
        tree = ast.parse((files("evenhand") / package / f"{name}.py").read_text("utf-8"))
        ours = [node.module for node in tree.body if isinstance(node, ast.ImportFrom) and node.module]
        uses = {each for each in ours if each.startswith("evenhand")}
        before = {f"evenhand.{package}.{each}".replace("/", ".") for each in names[:number]}
        assert uses <= before, name


def test_the_verifier_reads_as_python_3_9():
    ast.parse(verifier_file(), feature_version=(3, 9))
