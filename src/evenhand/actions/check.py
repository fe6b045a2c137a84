"""Check: what a measure, a source or a rule still lacks, one line each, until it lacks nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from evenhand.actions import case_lacks, code_lacks
from evenhand.actions.scaffold import Part, contents, paths

_EDGE = r"(?<![a-z_])"
_REGISTERS = {Part.MEASURE: ("needs", "MEASURES"), Part.SOURCE: ("sources", "SOURCES")}
_TO_TEST = {
    Part.SOURCE: "a row that it must keep aside, and a value that it makes another",
    Part.RULE: "a count that it must hide, and one that it may show",
}


def lacks(kind: Part | str, name: str, root: Path) -> list[str]:
    """What the part of that name still lacks in the checkout `root`, a line each; empty when it is done."""
    part = Part(kind)
    absent = [f"{path}: write this file" for path in _needed(part, name) if not (root / path).exists()]
    code = root / paths(part, name)[0]
    if not code.exists():
        return absent
    try:
        found = list(_written(part, name, root))
    except Exception as trouble:  # whatever a half-written file does is what it lacks
        return [f"{code.relative_to(root)}: mend it: it cannot be read ({trouble})"]
    return [*found, *absent, *_page(part, name, root), *_listed(part, name, root)]


def _needed(part: Part, name: str) -> tuple[str, ...]:
    """The files a finished part has: which inputs a measure's case has, the measure says.

    What tests a measure is its golden folder: `tests/golden/test_golden.py` runs every one.
    """
    if part is Part.MEASURE:
        golden = (f"tests/golden/{name}/{file}" for file in ("case.md", "settings.toml", "expected.csv"))
        return (paths(part, name)[0], *golden, paths(part, name)[-1])
    return (paths(part, name)[0], paths(part, name)[-1])


def _written(part: Part, name: str, root: Path) -> Iterator[str]:
    """What its code and its test lack."""
    path = paths(part, name)[0]
    match part:
        case Part.MEASURE:
            module = code_lacks.module(root / path)
            yield from (f"{path}: {line}" for line in code_lacks.measure(module, name))
            yield from case_lacks.case(code_lacks.measure_of(module), name, root)
        case Part.SOURCE:
            yield from (f"{path}: {line}" for line in code_lacks.source(code_lacks.module(root / path)))
            yield from _tested(part, name, root)
            yield from _sample(name, root)
        case Part.RULE:
            yield from (f"{path}: {line}" for line in code_lacks.rule(root / path))
            yield from _tested(part, name, root)


def _tested(part: Part, name: str, root: Path) -> Iterator[str]:
    """A line where no test names the source or policy but the one that scaffold wrote, as it wrote it."""
    wanted = name if part is Part.SOURCE else f'"{name.replace("_", "-")}"'
    file = paths(part, name)[1]
    untouched = contents(part, name)[file]
    tests = (path.read_text("utf-8") for path in sorted((root / "tests").rglob("test_*.py")))
    if not any(text != untouched and re.search(rf"{_EDGE}{re.escape(wanted)}", text) for text in tests):
        yield f"{file}: write a test of it: {_TO_TEST[part]}"


def _sample(name: str, root: Path) -> Iterator[str]:
    """A line where a source's sample is there and has no rows."""
    sample = paths(Part.SOURCE, name)[2]
    if (root / sample).exists() and case_lacks.rows(root / sample) < 1:
        yield f"{sample}: put in the header and a few rows, as published"


def _page(part: Part, name: str, root: Path) -> Iterator[str]:
    """A line where the page of the manual is not written yet."""
    page = paths(part, name)[-1]
    if (root / page).exists() and not (root / page).read_text("utf-8").startswith("# "):
        yield f"{page}: run `make docs`, which writes it"


def _listed(part: Part, name: str, root: Path) -> Iterator[str]:
    """A line where the register of measures or sources has it not; policies need no register."""
    if part not in _REGISTERS:
        return
    package, register = _REGISTERS[part]
    listing = Path("src/evenhand") / package / "__init__.py"
    if not re.search(rf"\b{name}\b", (root / listing).read_text("utf-8")):
        yield f"{listing}: add {name} to {register}"
