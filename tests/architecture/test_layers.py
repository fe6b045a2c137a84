"""Section 4 of the design: who may import whom, who may execute, who may write."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "evenhand"
EXECUTING = {"execute", "to_pyarrow", "to_pyarrow_batches", "to_pandas", "to_polars", "to_parquet", "to_csv"}
WRITING = {
    "write_text",
    "write_bytes",
    "mkdir",
    "unlink",
    "rmtree",
    "touch",
    "symlink_to",
    "makedirs",
}
CHANGES_THINGS = ("actions", "engine", "synthetic")


def modules() -> list[Path]:
    return sorted(SOURCE.rglob("*.py"))


def layer(module: Path) -> str:
    return module.relative_to(SOURCE).parts[0].removesuffix(".py")


def nodes(module: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(module.read_text("utf-8"), str(module)))


def calls(module: Path) -> Iterator[tuple[str, ast.Call]]:
    """Every method call: its method's name and the call."""
    for node in nodes(module):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr, node


def where(module: Path, node: ast.AST) -> str:
    return f"{module.relative_to(SOURCE)}:{getattr(node, 'lineno', '?')}"


def test_contracts_of_the_layers_hold():
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command as go; go()",
        "--no-cache",
    ]
    # The last lines name each broken contract and the import that broke it.
    done = subprocess.run(
        command, cwd=SOURCE.parents[1], capture_output=True, text=True, env={**os.environ, "NO_COLOR": "1"}
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


def test_only_the_engine_executes():
    found = [
        f"{where(module, call)} .{name}("
        for module in modules()
        if layer(module) != "engine"
        for name, call in calls(module)
        if name in EXECUTING and not (layer(module) == "actions" and _asks_the_engine(call))
    ]
    assert found == []


def _asks_the_engine(call: ast.Call) -> bool:
    """An action may say `engine.to_pyarrow(expression)`; `expression.to_pyarrow()` would run by itself."""
    assert isinstance(call.func, ast.Attribute)
    return ast.unparse(call.func.value).split(".")[-1] == "engine"


def test_only_actions_and_the_engine_write_files():
    found = [
        f"{where(module, call)} .{name}("
        for module in modules()
        if layer(module) not in CHANGES_THINGS
        for name, call in calls(module)
        if name in WRITING or (name == "open" and _opens_for_writing(call))
    ]
    assert found == []


def _opens_for_writing(call: ast.Call) -> bool:
    modes = [*call.args, *(word.value for word in call.keywords if word.arg == "mode")]
    return any(
        isinstance(mode, ast.Constant) and isinstance(mode.value, str) and set(mode.value) & set("wax+")
        for mode in modes
        if isinstance(mode, ast.Constant) and len(str(mode.value)) <= 3
    )


def test_only_the_gate_holds_the_seal():
    found = {
        module.relative_to(SOURCE).as_posix() for module in modules() if "_SEAL" in module.read_text("utf-8")
    }
    assert found == {"disclosure/gate.py", "disclosure/release.py"}


def _names(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        assert node.level == 0, "imports are written out in full"
        return [node.module or ""]
    return [alias.name for alias in node.names]


def test_nothing_of_ours_is_imported_for_type_checking_alone():
    # Such an import hides a knot between modules; untie it instead. Another's heavy library may be.
    found = [
        where(module, inner)
        for module in modules()
        for node in nodes(module)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
        if isinstance(inner, (ast.Import, ast.ImportFrom))
        and any("evenhand" in name for name in _names(inner))
    ]
    assert found == []


@pytest.mark.parametrize("word", ["utils", "helpers", "common", "core", "services", "managers", "misc"])
def test_every_function_has_a_home(word):
    homeless = [
        str(path.relative_to(SOURCE))
        for path in modules()
        if word in path.relative_to(SOURCE).with_suffix("").parts
    ]
    assert homeless == []


def test_the_clock_and_chance_are_arguments():
    """Below the actions nothing asks what day it is."""
    core = {
        "needs",
        "sources",
        "disclosure",
        "ledger",
        "stats",
        "rules",
        "measure",
        "tables",
        "errors",
        "reports",
    }
    found = [
        f"{where(module, call)} .{name}("
        for module in modules()
        if layer(module) in core
        for name, call in calls(module)
        if name in {"today", "now", "utcnow", "urandom"} or (name == "default_rng" and not _seeded(call))
    ]
    assert found == []


def _seeded(call: ast.Call) -> bool:
    """Chance that begins with a seed is the same every time."""
    return bool(call.args) and not (isinstance(call.args[0], ast.Constant) and call.args[0].value is None)


def test_help_loads_nothing_heavy():
    # What makes `evenhand --help` instant: heavy libraries are imported inside the action that needs them.
    heavy = (
        "ibis",
        "duckdb",
        "pyarrow",
        "numpy",
        "scipy",
        "altair",
        "pandas",
        "httpx",
        "jinja2",
        "vl_convert",
    )
    program = f"import sys, evenhand.cli.main; print(*(set(sys.modules) & set({heavy!r})))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
