"""Write docs/reference from the code: `python docs/build.py` (`make docs`).

Tables, measures, sources, rules, commands and errors are described once, where they are defined; these
pages repeat it. A test fails where a page is not what this writes.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from types import ModuleType

import commands
import rule_pages
from markdown import NOTE, code, demoted, grid, page

from evenhand import errors
from evenhand.measure import Measure
from evenhand.needs import MEASURES
from evenhand.sources.source import Source
from evenhand.tables import PREPARED, STORED
from evenhand.tables.schema import Column, Schema

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
MODULES = "<!-- Below this line `make docs` writes. -->"
LAYERS = (
    *("cli", "actions", "synthetic", "reports", "engine", "needs", "sources", "disclosure", "ledger"),
    *("stats", "rules", "measure", "tables", "errors"),
)
TABLES_INTRO = """# Tables

A file's rows become rows of one of these. *Handling* says who may see a column row by row: **open** (already
public, or harmless), **grouped** (only as counts, rates and means, after the gate), **identifying** (points
at a person; never leaves the store). An empty cell means not supplied, never 0."""
ERRORS_INTRO = """# Errors and exit codes

An error is one line: where, what, and what to do next. Its exit code tells a script the kind of trouble.
Nothing is left half done."""


def pages() -> dict[str, str]:
    """Every page that is written from the code, by its path below docs."""
    return {
        "map.md": _map(),
        "reference/README.md": _contents(),
        "reference/tables.md": _tables(),
        "reference/errors.md": _errors(),
        "reference/commands.md": commands.page(NOTE),
        **{f"reference/measures/{name}.md": _measure(measure) for name, measure in MEASURES.items()},
        **{f"reference/sources/{name}.md": _source(name) for name in source_names()},
        **rule_pages.pages(),
    }


def _map() -> str:
    """The map: what people wrote, and below it every module with the first line of its docstring."""
    written = (DOCS / "map.md").read_text("utf-8").partition(MODULES)[0]
    layers = "\n\n".join(_layer(name) for name in LAYERS)
    return f"{written}{MODULES}\n\n{layers}\n"


def _layer(name: str) -> str:
    source = ROOT / "src" / "evenhand"
    files = sorted((source / name).rglob("*.py")) or [source / f"{name}.py"]
    shown = [path for path in files if path.name != "__init__.py"]
    lines = [
        f"- [{path.relative_to(source)}](../src/evenhand/{path.relative_to(source)}): {_opening(path)}"
        for path in shown
    ]
    package = source / name / "__init__.py"
    return f"### {name}\n\n{_opening(package if package.exists() else files[0])}\n\n" + "\n".join(lines)


def _opening(path: Path) -> str:
    """The first sentence of a module's docstring."""
    text = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    return " ".join(text.partition("\n\n")[0].split())


def source_names() -> list[str]:
    """The modules that hold sources, one a publication, in order."""
    files = (ROOT / "src" / "evenhand" / "sources").glob("*.py")
    return sorted(path.stem for path in files if path.stem not in {"__init__", "source", "police_uk"})


def _contents() -> str:
    measures = (
        f"- [{measure.title}](measures/{name}.md): {measure.question}" for name, measure in MEASURES.items()
    )
    sources = (f"- [{_first_line(_module(name))}](sources/{name}.md)" for name in source_names())
    policies = (f"- [{name}](rules/{name}.md): {title}" for name, title in rule_pages.policy_titles().items())
    parts = (
        NOTE.format(source="the code"),
        "# Reference\n\nWritten from the code, so true of it.",
        "- [Commands](commands.md)\n- [evenhand.toml](evenhand-toml.md)\n- [Tables](tables.md)\n"
        "- [Errors and exit codes](errors.md)\n- [Police forces](rules/police-forces.md)",
        "## Measures\n\n" + "\n".join(measures),
        "## Sources\n\n" + "\n".join(sources),
        "## Disclosure policies\n\n" + "\n".join(policies),
    )
    return page(parts)


def _tables() -> str:
    """Every schema, with what each column means."""
    return page(
        (
            NOTE.format(source="src/evenhand/tables"),
            TABLES_INTRO,
            "## Kept in the store",
            *(_table(schema) for schema in STORED.values()),
            "## Worked out before the measures",
            *(_table(schema) for schema in PREPARED.values()),
        )
    )


def _table(schema: Schema) -> str:
    key = f" Its key: {', '.join(f'`{name}`' for name in schema.key)}." if schema.key else ""
    return f"### {schema.name}\n\n{schema.row}{key}\n\n{_columns(schema.columns)}"


def _columns(columns: Iterable[Column]) -> str:
    rows = [
        (
            f"`{column.name}`",
            column.kind.value,
            column.unit,
            column.meaning + (f" ({', '.join(column.choices)})" if column.choices else ""),
            "yes" if column.nullable else "no",
            column.handling.value,
        )
        for column in columns
    ]
    return grid(("column", "kind", "unit", "meaning", "may be empty", "handling"), rows)


def _measure(measure: Measure) -> str:
    """One measure: its question, method, limits, columns and the case worked out by hand."""
    roles = [
        (f"`{column.name}`", column.role.value if column.role else "", _from(column))
        for column in measure.result.columns
    ]
    folder = f"tests/golden/{measure.name}"
    case = (ROOT / folder / "case.md").read_text("utf-8").partition("\n")[2].strip()
    return page(
        (
            NOTE.format(source=f"src/evenhand/needs/{measure.name}.py"),
            f"# {measure.title}\n\n**{measure.question}**",
            f"## Method\n\n{measure.method}",
            f"## What it cannot say\n\n{measure.limits}",
            f"## Takes\n\nTables: {code(measure.inputs)}. Settings: {code(measure.settings) or 'none'}.",
            f"## Result\n\n{measure.result.row} Its key: {code(measure.result.key)}. "
            "Where this page says null, published files have `[x]`, or `[z]` where it is not applicable.\n\n"
            + _columns(measure.result.columns),
            "## Before the gate\n\n" + grid(("column", "role", "worked out from"), roles),
            f"## A case worked out by hand\n\n{demoted(case)}\n\nIts files, checked by a test: `{folder}/`.",
        )
    )


def _from(column: Column) -> str:
    parts = [code(column.derived_from)] if column.derived_from else []
    parts += [f"over {code(column.derived_over)}"] if column.derived_over else []
    parts += [f"not known without {code(column.known_with)}"] if column.known_with else []
    parts += [f"sum of {code(column.sum_of)}"] if column.sum_of else []
    return ", ".join(parts)


def _module(name: str) -> ModuleType:
    return import_module(f"evenhand.sources.{name}")


def _first_line(module: ModuleType) -> str:
    return (module.__doc__ or "").strip().partition("\n")[0].rstrip(".")


def _source(name: str) -> str:
    """One publication: who publishes it, what it cannot say, and which formats and tables it gives."""
    module = _module(name)
    about = (module.__doc__ or "").strip().partition("\n")[2].strip()
    formats = [value for value in vars(module).values() if isinstance(value, Source)]
    rows = [
        (
            f"`{one.name}`",
            one.title,
            one.publisher,
            one.licence,
            one.gateway,
            f"[{one.table.name}](../tables.md#{one.table.name})",
        )
        for one in formats
    ]
    cannot = "\n".join(f"- `{one.name}`: {one.cannot_say}" for one in formats)
    heads = ("format", "title", "publisher", "licence", "gateway", "becomes")
    return page(
        (
            NOTE.format(source=f"src/evenhand/sources/{name}.py"),
            f"# {_first_line(module)}",
            "\n".join(f"- {line}" for line in _facts(about)),
            "## Formats\n\n" + grid(heads, rows),
            f"## What each cannot say\n\n{cannot}",
        )
    )


def _facts(about: str) -> list[str]:
    """`Publisher: …` and its fellows, one each, however the docstring breaks its lines."""
    facts: list[str] = []
    for line in about.splitlines():
        begins = line.partition(":")[0] in {"Publisher", "Licence", "Address", "Cannot say"}
        if begins or not facts:
            facts.append(line.strip())
        elif line.strip():
            facts[-1] += f" {line.strip()}"
    return facts


def _errors() -> str:
    """Every kind of error with its exit code."""
    usual = [("0", "", "done"), ("2", "", "the command was typed wrongly; nothing was done")]
    rows = [(str(kind.exit_code), f"`{kind.__name__}`", kind.meaning) for kind in errors.family()]
    return page(
        (
            NOTE.format(source="src/evenhand/errors.py"),
            ERRORS_INTRO,
            grid(("code", "error", "meaning"), usual + rows),
        )
    )


def main() -> None:
    """Write every page, and remove those of things that are no more."""
    written = pages()
    for path in (DOCS / "reference").rglob("*.md"):
        if path.relative_to(DOCS).as_posix() not in written:
            path.unlink()
    for name, text in written.items():
        path = DOCS / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    print(f"docs: {len(written)} pages written from the code")


if __name__ == "__main__":
    main()
