"""Checking: every row of a file against its source's own rules; the bad ones are named and set aside.

A file is checked as fast as the engine reads. Where that finds anything, the file is gone through record
by record (`delimited.from_csv`) and checked again, so that each row kept aside is named to its line.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import duckdb
from ibis.backends.duckdb import Backend
from ibis.expr.types import Table

from evenhand.engine import session
from evenhand.engine.loaded import Loaded
from evenhand.engine.plain import LINE, texts
from evenhand.engine.quarantine import Quarantined
from evenhand.engine.reading import Ready
from evenhand.engine.supplied import supplied
from evenhand.errors import BadData

MOST_BAD = 250_000
"""Rows kept aside of one file: beyond, it is the file that is wrong, not its rows."""


def checked(engine: Backend, group: list[Ready]) -> Table:
    """The rows of a group as supplied, each with its problem: column, bar and reason, or null."""
    layout = group[0].layout
    raw = supplied(engine, group)
    return raw.mutate(problem=layout.source.problem(raw, layout))


def good(engine: Backend, group: list[Ready]) -> Table:
    """The rows of a group as supplied, without those that have a problem."""
    rows = checked(engine, group)
    return rows.filter(rows["problem"].isnull())


def check_fast(engine: Backend, group: list[Ready], results: dict[str, Loaded]) -> list[str]:
    """Count every row of files read as supplied; gives the supplies that must be read record by record.

    Those are the ones in which a row is bad, and those whose lines the reader does not account for one
    by one: a blank line, a field of two lines, or a row that it passed over without a word.
    """
    rows = checked(engine, group)
    try:
        counts = _counted(engine, rows)
    except duckdb.Error:
        if len(group) == 1:
            return [group[0].delivered.supply]
        half = len(group) // 2
        return check_fast(engine, group[:half], results) + check_fast(engine, group[half:], results)
    sound = {supply: count["rows"] for supply, count in counts.items() if not count["bad"]}
    dirty: list[str] = []
    for file in group:
        supply = file.delivered.supply
        results[supply].rows_read = sound.get(supply, 0)
        if results[supply].rows_read != file.delivered.lines - 1:
            dirty.append(supply)
    return dirty


def check_by_record(engine: Backend, group: list[Ready], results: dict[str, Loaded]) -> list[BadData]:
    """Count the rows of files made plain and set aside each bad one, torn or against the rules.

    Gives why a file was refused after all: more is wrong with it than memory holds, or the reader does
    not give back the rows that were written for it.
    """
    rows = checked(engine, group)
    try:
        counts = _counted(engine, rows)
    except duckdb.Error:
        if len(group) > 1:
            return [each for file in group for each in check_by_record(engine, [file], results)]
        counts = {}
    refused: list[BadData] = []
    for file in group:
        if trouble := _unfit(file, counts.get(file.delivered.supply)):
            refused.append(trouble)
            del results[file.delivered.supply]
    taken = [file for file in group if file.delivered.supply in results]
    problems = _problems(engine, rows, [file.delivered.supply for file in taken])
    for file in taken:
        if file.plain:
            result, bad = results[file.delivered.supply], problems[file.delivered.supply]
            result.rows_read = file.plain.rows
            result.quarantined = [*file.plain.torn, *_set_aside(file, bad)]
    return refused


def _counted(engine: Backend, rows: Table) -> dict[str, dict[str, Any]]:
    """How many rows each supply has, and how many of them are bad."""
    counted = rows.group_by("supply").agg(rows=rows.count(), bad=rows["problem"].count())
    return {count["supply"]: count for count in session.rows(engine, counted)}


def _problems(engine: Backend, rows: Table, supplies: list[Any]) -> dict[str, dict[int, str]]:
    """The problem of each bad row, by supply and line."""
    found: dict[str, dict[int, str]] = defaultdict(dict)
    if supplies:
        bad = rows.filter(rows["problem"].notnull(), rows["supply"].isin(supplies))
        for row in session.rows(engine, bad.select("supply", LINE, "problem")):
            found[row["supply"]][int(row[LINE])] = row["problem"]
    return found


def _unfit(file: Ready, counted: dict[str, Any] | None) -> BadData | None:
    """Why the file cannot be taken after all, or None."""
    rows, bad = (counted["rows"], counted["bad"]) if counted else (0, 0)
    label = file.delivered.label
    if file.plain and rows != file.plain.rows - len(file.plain.torn):
        what = f"has {file.plain.rows:,} rows, of which the reader gives {rows:,}"
        return BadData(what, where=label, next_step="report it, with the file")
    if bad > MOST_BAD:
        what = f"has {bad:,} rows that cannot be what its publisher says, of {rows:,}"
        return BadData(what, where=label, next_step="check what was sent")
    return None


def _set_aside(file: Ready, problems: dict[int, str]) -> list[Quarantined]:
    if not problems or file.plain is None:
        return []
    label = file.delivered.label
    as_sent = texts(file.plain, file.delivered.path, label, set(problems))
    return [
        Quarantined(label, line, column, reason, as_sent[line])
        for line, problem in problems.items()
        for column, _, reason in [problem.partition("|")]
    ]
