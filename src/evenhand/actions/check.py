"""Check: what a measure, a source or a rule still lacks, one line each, until it lacks nothing."""

from __future__ import annotations

import csv
import importlib.util
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evenhand.actions.scaffold import Part, paths
from evenhand.tables.schema import Role

_RULE_FIELDS = {
    "authority": "who says so",
    "source_url": "the address where it says so",
    "effect": "what it does, in words",
}
_SOURCE_FIELDS = {
    "publisher": "who publishes it",
    "licence": "the licence it is published under",
    "address": "where it is published",
    "cannot_say": "what it cannot say",
}
_MEASURE_FIELDS = {
    "title": "its title",
    "question": "its question in words, ending in a question mark",
    "method": "how it is worked out",
    "limits": "what it cannot say",
}
_EDGE = r"(?<![a-z_])"
_TABLES = "docs/reference/tables.md"


def missing(kind: Part | str, name: str, root: Path) -> list[str]:
    """What the part of that name still lacks in the checkout `root`, a line each; empty when it is done."""
    part = Part(kind)
    absent = [f"{path}: write this file" for path in _needed(part, name) if not (root / path).exists()]
    code = root / paths(part, name)[0]
    if not code.exists():
        return absent
    look = {Part.MEASURE: _measure, Part.SOURCE: _source, Part.RULE: _rule}[part]
    page = root / paths(part, name)[-1]
    try:
        found = [f"{code.relative_to(root)}: {line}" for line in look(code)]
    except Exception as trouble:  # whatever a half-written file does is what it lacks
        return [f"{code.relative_to(root)}: mend it: it cannot be read ({trouble})"]
    golden = _golden(name, code, root) if part is Part.MEASURE else _tested(part, name, root)
    return [*found, *golden, *absent, *_page(page, root), *_listed(part, name, root)]


def _needed(part: Part, name: str) -> tuple[str, ...]:
    """The files a finished part has: which inputs a measure's case has, the measure says.

    What tests a measure is its golden folder: `tests/golden/test_golden.py` runs every one.
    """
    if part is Part.MEASURE:
        golden = (f"tests/golden/{name}/{file}" for file in ("case.md", "settings.toml", "expected.csv"))
        return (paths(part, name)[0], *golden, paths(part, name)[-1])
    return (paths(part, name)[0], paths(part, name)[-1])


def _constant(code: Path, constant: str) -> Any:
    """The constant of a Python file, whether or not the file is part of the installed package."""
    specification = importlib.util.spec_from_file_location(f"checked_{code.stem}", code)
    if specification is None or specification.loader is None:
        raise ImportError(f"{code} is no Python file")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module, getattr(module, constant, None)


def _measure(code: Path) -> Iterator[str]:
    module, measure = _constant(code, "MEASURE")
    if measure is None:
        yield "define MEASURE"
        return
    yield from _code(module, code)
    yield from _fields(measure, _MEASURE_FIELDS)
    if measure.question and not measure.question.endswith("?"):
        yield "end its question with a question mark"
    if measure.name != code.stem:
        yield f"name it {code.stem}, as its file is"
    if not measure.result.row:
        yield "say what one row of its result is"
    if not any(column.role in (Role.COUNT, Role.DERIVED) for column in measure.result.columns):
        yield "add the counts to the columns of its result, and what is derived from them"
    yield from (
        f"give the column {column.name} a role" for column in measure.result.columns if not column.role
    )


def _source(code: Path) -> Iterator[str]:
    module = _constant(code, "")[0]
    sources = [value for value in vars(module).values() if type(value).__name__ == "Source"]
    if not sources:
        yield "define its Source"
    yield from _code(module, code)
    heading = {
        line.partition(":")[0]
        for line in (module.__doc__ or "").splitlines()
        if line.partition(":")[2].strip()
    }
    for word in ("Publisher", "Licence", "Address", "Cannot say"):
        if word not in heading:
            yield f"say at the top: {word}"
    for source in sources:
        yield from _fields(source, _SOURCE_FIELDS)
        if source.part is None and not source.latest_by:
            yield f"give {source.name} part or latest_by: what of it a later supply replaces"


def _rule(code: Path) -> Iterator[str]:
    versions = tomllib.loads(code.read_text("utf-8")).get("version", [])
    if not versions:
        yield "add a version, with the day it came into force"
    for version in versions:
        for field, meaning in _RULE_FIELDS.items():
            if not version.get(field):
                yield f"version {version.get('version')}: write {field}, {meaning}"
        if version.get("in_force_from") is None or version["in_force_from"].year < 1970:
            yield f"version {version.get('version')}: write in_force_from, the day it came into force"


def _code(module: Any, code: Path) -> Iterator[str]:
    if not (module.__doc__ or "").strip():
        yield "open it with its question, or what it is, as the docstring"
    if "NotImplementedError" in code.read_text("utf-8"):
        yield "write its expression in place of NotImplementedError"


def _fields(thing: Any, fields: dict[str, str]) -> Iterator[str]:
    return (
        f"write {field}, {meaning}" for field, meaning in fields.items() if not getattr(thing, field).strip()
    )


def _golden(name: str, code: Path, root: Path) -> Iterator[str]:
    """What the case worked out by hand lacks, and what lies in its folder for nothing."""
    measure = _constant(code, "MEASURE")[1]
    if measure is None:
        return
    folder = Path("tests") / "golden" / name
    for table in measure.inputs:
        if _rows(root / folder / f"{table}.csv") < 1:
            yield f"{folder}/{table}.csv: write the case's rows of {table}, in its columns ({_TABLES})"
    for file in sorted((root / folder).glob("*.csv")):
        if file.stem not in (*measure.inputs, "expected"):
            yield f"{folder}/{file.name}: remove it: {file.stem} is none of the measure's inputs"
    yield from _settings(measure, root / folder / "settings.toml", folder)
    if _rows(root / folder / "expected.csv") < 1:
        yield f"{folder}/expected.csv: write the rows worked out by hand"
    case = root / folder / "case.md"
    if case.exists() and len(case.read_text("utf-8").split()) < 20:
        yield f"{folder}/case.md: write how a statistician would check it by hand"


def _settings(measure: Any, file: Path, folder: Path) -> Iterator[str]:
    if not file.exists():
        return
    given = set(tomllib.loads(file.read_text("utf-8")))
    for name in sorted(given ^ set(measure.settings)):
        do = "write" if name in measure.settings else "remove"
        yield f"{folder}/settings.toml: {do} {name}: the measure's settings are {', '.join(measure.settings)}"


def _tested(part: Part, name: str, root: Path) -> Iterator[str]:
    """Whether any test names the source or policy, and whether its sample has rows."""
    wanted = name if part is Part.SOURCE else f'"{name.replace("_", "-")}"'
    tests = (path.read_text("utf-8") for path in sorted((root / "tests").rglob("test_*.py")))
    if not any(re.search(rf"{_EDGE}{re.escape(wanted)}", text) for text in tests):
        yield f"{paths(part, name)[1]}: write a test of it"
    sample = root / paths(part, name)[2]
    if part is Part.SOURCE and sample.exists() and _rows(sample) < 1:
        yield f"{sample.relative_to(root)}: put in the header and a few rows, as published"


def _rows(file: Path) -> int:
    """Rows of a CSV file below its header; -1 where there is no file."""
    if not file.exists():
        return -1
    with file.open(encoding="utf-8", newline="") as lines:
        return sum(1 for _ in csv.reader(lines)) - 1


def _page(page: Path, root: Path) -> Iterator[str]:
    if page.exists() and not page.read_text("utf-8").startswith("# "):
        yield f"{page.relative_to(root)}: run `make docs`, which writes it"


def _listed(part: Part, name: str, root: Path) -> Iterator[str]:
    if part is Part.RULE:
        return
    package = "needs" if part is Part.MEASURE else "sources"
    listing, register = (
        Path("src/evenhand") / package / "__init__.py",
        "MEASURES" if part is Part.MEASURE else "SOURCES",
    )
    if not re.search(rf"\b{name}\b", (root / listing).read_text("utf-8")):
        yield f"{listing}: add {name} to {register}"
