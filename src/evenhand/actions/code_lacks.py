"""Code lacks: what the file of a measure, a source or a rule still lacks, in words after the file's name."""

from __future__ import annotations

import importlib.util
import inspect
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import ModuleType

from evenhand.measure import Measure
from evenhand.sources.source import Source
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
_AT_THE_TOP = ("Publisher", "Licence", "Address", "Cannot say")


def module(code: Path) -> ModuleType:
    """The Python file, run, whether or not it is part of the installed package. Raises what it raises."""
    specification = importlib.util.spec_from_file_location(f"checked_{code.stem}", code)
    if specification is None or specification.loader is None:
        raise ImportError(f"{code} is no Python file")
    made = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(made)
    return made


def measure_of(code: ModuleType) -> Measure | None:
    """The measure that a file defines, or None."""
    found = getattr(code, "MEASURE", None)
    return found if isinstance(found, Measure) else None


def measure(code: ModuleType, name: str) -> Iterator[str]:
    """What the file of the measure of that name lacks."""
    found = measure_of(code)
    if found is None:
        yield "define MEASURE"
        return
    yield from _opened_and_written(code)
    yield from _empty(found, _MEASURE_FIELDS)
    if found.question and not found.question.endswith("?"):
        yield "end its question with a question mark"
    if found.name != name:
        yield f"name it {name}, as its file is"
    yield from _result(found)


def _result(found: Measure) -> Iterator[str]:
    """What the schema of a measure's result lacks."""
    if not found.result.row:
        yield "say what one row of its result is"
    if not any(column.role in (Role.COUNT, Role.DERIVED) for column in found.result.columns):
        yield "add the counts to the columns of its result, and what is derived from them"
    yield from (f"give the column {column.name} a role" for column in found.result.columns if not column.role)


def source(code: ModuleType) -> Iterator[str]:
    """What the file of a source lacks."""
    found = [value for value in vars(code).values() if isinstance(value, Source)]
    if not found:
        yield "define its Source"
    yield from _opened_and_written(code)
    lines = [line.partition(":") for line in (code.__doc__ or "").splitlines()]
    said = {word for word, _, words in lines if words.strip()}
    yield from (f"say at the top: {word}" for word in _AT_THE_TOP if word not in said)
    for each in found:
        yield from _empty(each, _SOURCE_FIELDS)
        if each.part is None and not each.latest_by:
            yield f"give {each.name} part or latest_by: what of it a later supply replaces"


def rule(code: Path) -> Iterator[str]:
    """What the TOML file of a policy lacks."""
    versions = tomllib.loads(code.read_text("utf-8")).get("version", [])
    if not versions:
        yield "add a version, with the day it came into force"
    for version in versions:
        number = f"version {version.get('version')}"
        for field, meaning in _RULE_FIELDS.items():
            if not version.get(field):
                yield f"{number}: write {field}, {meaning}"
        if version.get("in_force_from", date.min).year < 1970:
            yield f"{number}: write in_force_from, the day it came into force"


def _opened_and_written(code: ModuleType) -> Iterator[str]:
    """A line for a docstring, and one for an expression, that are still to write."""
    if not (code.__doc__ or "").strip():
        yield "open it with its question, or what it is, as the docstring"
    if "NotImplementedError" in inspect.getsource(code):
        yield "write its expression in place of NotImplementedError"


def _empty(thing: Measure | Source, fields: dict[str, str]) -> Iterator[str]:
    """The fields that say nothing yet."""
    return (
        f"write {field}, {meaning}" for field, meaning in fields.items() if not getattr(thing, field).strip()
    )
