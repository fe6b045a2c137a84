"""What a source is: who published a format, how to recognise it, and how its rows become a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ibis.expr.types import Table

from evenhand.tables.schema import Schema

Values = Any
"""An Ibis expression over a table's columns, by `ibis._`: Ibis has no public type for these."""
CARRIED = ("supply",)
"""Columns of the engine's that `conform` passes through beside the schema's own."""

OGL3 = "Open Government Licence v3.0"
OPEN_GATEWAY = "none needed: published as open data"


@dataclass(frozen=True)
class Head:
    """What can be known of a file before its rows are read."""

    columns: tuple[str, ...]
    """Header as supplied, byte order mark and outer blanks removed."""
    file: str
    """The file's name, for the few facts that a publisher puts nowhere else."""
    sheet: str = ""
    """Name of the worksheet, for workbooks."""


@dataclass(frozen=True)
class Layout:
    """A file recognised: which source, and what was learnt from its head."""

    source: Source
    facts: dict[str, str | int] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    """Columns the publisher always has and this file lacks: a file with any is refused."""
    note: str = ""
    """What a reader should know, such as a year taken from the file's name."""
    next_step: str = "ask for the file with every column, as first published"
    """What to do about what is missing."""


@dataclass(frozen=True)
class Source:
    """One published format.

    `recognise` gives a Layout for a head that is this format's, or None. `problem` is an
    expression over the raw table (every column text, named as in the header): null for a good row,
    else `column|what is wrong`. `conform` turns the good raw rows into the table, keeping `CARRIED`.
    Both are pure and run nothing.
    """

    name: str
    title: str
    publisher: str
    licence: str
    address: str
    cannot_say: str
    table: Schema
    recognise: Callable[[Head], Layout | None]
    problem: Callable[[Table, Layout], Values]
    conform: Callable[[Table, Layout], Table]
    part: Values = None
    """Over the conformed table: which part of the series a row belongs to. A later supply of the
    same part replaces it."""
    latest_by: tuple[str, ...] = ()
    """For sources without parts: of rows alike in these columns, the latest supply's hold."""
    row_for_row: bool = False
    """Does `conform` give one row for each good row? Such a file is checked and written in one pass."""
    gateway: str = OPEN_GATEWAY


def share_present(wanted: tuple[str, ...], head: Head) -> float:
    """Share of the wanted columns that the head has, 0 to 1."""
    return sum(name in head.columns for name in wanted) / len(wanted)


def absent(wanted: tuple[str, ...], head: Head) -> tuple[str, ...]:
    """The wanted columns that the head lacks, in the publisher's order."""
    return tuple(name for name in wanted if name not in head.columns)
