"""What commands have in common: how they print, show progress, and end."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from evenhand.errors import UNPRINTABLE, printable

_out = Console(highlight=False, emoji=False)
_err = Console(stderr=True, highlight=False, emoji=False)

Folder = Annotated[
    Path, typer.Option("--workspace", "-w", help="The workspace: the folder that holds evenhand.toml.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program, and no progress.")]


def say(text: str = "", *, whole: bool = False) -> None:
    """Print a line, its words as they are; `whole` does not wrap it, for what is copied or searched."""
    _out.print(Text(printable(text)), soft_wrap=whole)


def warn(text: str) -> None:
    """Print a line where errors go."""
    _err.print(Text(printable(text)), soft_wrap=True)


def print_json(value: object) -> None:
    """A report as JSON: dataclasses as objects, dates in ISO form; what is unprintable, escaped."""
    # A line end here is JSON's own: in a text it is written as an escape already.
    for line in json.dumps(value, default=_plain, indent=2, ensure_ascii=False).split("\n"):
        sys.stdout.write(UNPRINTABLE.sub(_escape, line) + "\n")


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def _plain(value: object) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date | Path):
        return str(value)
    raise TypeError(f"no JSON for {type(value).__name__}")


def how_many(number: int) -> str:
    """How many files: `1 file`, `1,234 files`."""
    return f"{number:,} file{'s' if number != 1 else ''}"


_ROOMY, _NARROW = 100, 10
"""Characters of a terminal with room for every column; of a column that gives way in a smaller one."""


def table(title: str, *columns: str) -> Table:
    """A table that wraps rather than cuts.

    A column whose name begins with # holds numbers, one with > gives way first where there is little room.
    """
    words = Text(printable(title), style="bold")
    # Two blanks between columns, so that the names of most files are whole at 80 characters.
    made = Table(title=words, title_justify="left", padding=(0, 1, 0, 0), box=SIMPLE_HEAD)
    made.show_edge = made.pad_edge = False
    for column in columns:
        number = column.startswith("#")
        name = Text(printable(column.lstrip("#>")))
        most = _NARROW if column.startswith(">") and _out.width < _ROOMY else None
        side = "right" if number else "left"
        made.add_column(name, justify=side, overflow="fold", no_wrap=number, max_width=most)
    return made


def add_row(made: Table, *cells: str, style: str = "") -> None:
    """Add a row to a table, its words as they are."""
    made.add_row(*(Text(printable(cell), style=style) for cell in cells))


_WIDEST = 400
"""Columns of the widest table printed whole; no measure has as many."""


def print_table(made: Table, whole: bool = False) -> None:
    """Print a table, folded to the terminal's width; or `whole`, as wide as it is, with every column."""
    if whole:
        _out.width = max(_out.width, _out.measure(made, options=_out.options.update(width=_WIDEST)).maximum)
    _out.print(made, crop=not whole)


@contextmanager
def reading_bar(quiet: bool) -> Iterator[Any]:
    """A progress bar of bytes; gives what `ingest` calls with done, total and file."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=_err, disable=quiet or not _err.is_terminal, transient=True) as bar:
        task = bar.add_task("reading", total=None)

        def report(done: int, total: int, label: str) -> None:
            words = f"reading {label[-40:]}" if label else "reading"
            bar.update(task, completed=done, total=total, description=printable(words))

        yield report


@contextmanager
def steps(quiet: bool) -> Iterator[Any]:
    """A spinner with what is being done; gives what `publish` calls with words."""
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=_err, disable=quiet or not _err.is_terminal, transient=True) as bar:
        task = bar.add_task("starting", total=None)
        yield lambda words: bar.update(task, description=printable(words))
