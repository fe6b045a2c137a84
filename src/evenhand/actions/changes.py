"""Changes: what each publication changed, from its lines of the ledger and the tables they released.

The catalogue of the store adds only which months those files had supplied before. No clock or setting goes
into it, so that publishing the same again says the same.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from evenhand.actions.supplied_again import supplied_again
from evenhand.engine.comparison import Columns, Difference, Largest, difference, rows_where
from evenhand.engine.publication import Draft
from evenhand.engine.store import Catalogue
from evenhand.ledger import log as ledger
from evenhand.needs import MEASURES, by_definition
from evenhand.reports.about import ChangeNote, LargestNote, LatestNote, TableChange
from evenhand.reports.column_words import key_words
from evenhand.tables.schema import Role, Schema

Line = dict[str, Any]
HEADLINE = "recorded_violence"
"""The measure whose count of the whole area stands first on the site."""
_PLACE_AND_TIME = ("area_level", "area_code", "period_kind", "period_from", "period_to")
"""Of a table's key: what the words of the area and the period say."""
MOST_COMPARED = 6
"""Publications whose tables are compared cell by cell, the latest: a second or so each."""


@dataclass(frozen=True)
class _Step:
    """One publication of figures: each measure's line before it and after it."""

    lines: tuple[Line, ...]
    before: dict[str, Line]
    after: dict[str, Line]


def changes(draft: Draft, catalogue: Catalogue) -> tuple[ChangeNote, ...]:
    """A note for each publication that released figures, the latest first."""
    steps = _steps(draft.log.lines)[::-1]
    return tuple(_note(draft, catalogue, step, at < MOST_COMPARED) for at, step in enumerate(steps))


def _steps(lines: tuple[Line, ...]) -> list[_Step]:
    """Figures between publications go together; the last may not be sealed yet."""
    steps: list[_Step] = []
    held: dict[str, Line] = {}
    waiting: list[Line] = []
    for line in (*lines, {"entry": "publication"}):
        if line["entry"] == "figure":
            waiting.append(line)
        elif waiting:
            after = held | {each["measure"]: each for each in waiting}
            steps.append(_Step(tuple(waiting), held, after))
            held, waiting = after, []
    return steps


def _note(draft: Draft, catalogue: Catalogue, step: _Step, compared: bool) -> ChangeNote:
    months, earlier = _months(draft, step.after), _months(draft, step.before)
    files, files_before = _files(step.after), _files(step.before)
    latest = _both_latest(draft, step) if compared else (None, None)
    return ChangeNote(
        published_on=date.fromisoformat(max(line["made_on"] for line in step.lines)),
        months=tuple(sorted(months)),
        months_added=tuple(sorted(months - earlier)),
        months_gone=tuple(sorted(earlier - months)),
        supplied_again=supplied_again(catalogue, files_before.keys(), files.keys()),
        files_added=tuple(sorted(files[key] for key in files.keys() - files_before.keys())),
        files_gone=tuple(sorted(files_before[key] for key in files_before.keys() - files.keys())),
        reasons=_reasons(step) if step.before else (),
        tables=tuple(_table(draft, step.before.get(line["measure"]), line, compared) for line in step.lines),
        first=not step.before,
        latest=latest[0],
        latest_before=latest[1],
    )


def _both_latest(draft: Draft, step: _Step) -> tuple[LatestNote | None, LatestNote | None]:
    """The latest count of the whole area and the one before; neither where they are not to be compared."""
    before, now = step.before.get(HEADLINE), step.after.get(HEADLINE)
    if before is None or now is None or _uncompared(before, now) or HEADLINE in ledger.withdrawn(draft.log):
        return (None, None)
    return (_latest(draft, now), _latest(draft, before))


def _latest(draft: Draft, line: Line) -> LatestNote | None:
    """The latest year that is known, else the latest month: as the pages choose what they speak of."""
    mine = {"area_level": line["area_level"], "area_code": line["area_code"]}
    rows = [row for row in rows_where(draft.table(line), mine) if row["incidents"].isdigit()]
    years = [row for row in rows if row["period_kind"] == "year"]
    if not rows:
        return None
    row = max(years or rows, key=lambda row: row["period_to"])
    return LatestNote(row["period_kind"], date.fromisoformat(row["period_to"]), row["incidents"])


def _months(draft: Draft, lines: dict[str, Line]) -> set[date]:
    """The months with figures, as the table of coverage has them."""
    if "coverage" not in lines:
        return set()
    rows = csv.DictReader(draft.table(lines["coverage"]).decode().splitlines())
    return {date.fromisoformat(row["period_from"]) for row in rows if row["supplied"] == "true"}


def _files(lines: dict[str, Line]) -> dict[str, str]:
    """Name of each file that the figures were made from, by its hash."""
    return {each["sha256"]: each["file"] for line in lines.values() for each in line["inputs"]}


def _reasons(step: _Step) -> tuple[str, ...]:
    """What the figures were made from, files apart, that is not as it was."""
    said = [
        ("area_code", "The area is now {now}; it was {was}."),
        ("police_forces", "The police forces counted are now {now}; they were {was}."),
        ("definition", "The definition is now {now}; it was {was}. Figures under two are not compared."),
        ("rules", "The rules applied are now {now}; they were {was}."),
        ("code", "The program is now {now}; it was {was}."),
    ]
    found: list[str] = []
    for name, words in said:
        now, was = _values(step.after, name), _values(step.before, name)
        if now != was:
            found.append(words.format(now=now, was=was))
    return tuple(found)


def _values(lines: dict[str, Line], name: str) -> str:
    values = [line[name] for line in lines.values()]
    return ", ".join(
        sorted({word for each in values for word in (each if isinstance(each, list) else [each])})
    )


def _table(draft: Draft, before: Line | None, now: Line, compared: bool) -> TableChange:
    if before is None:
        return TableChange(now["measure"], now["title"], now["number"], None)
    why = _uncompared(before, now) or ("" if compared else "it is too long ago; both tables are kept")
    same = before["released"] == now["released"]
    found = Difference() if same or why else _difference(draft, before, now)
    # What was withdrawn is on no page, also not as a difference.
    largest = None if now["measure"] in ledger.withdrawn(draft.log) else found.largest
    return TableChange(
        measure=now["measure"],
        title=now["title"],
        entry=now["number"],
        entry_before=before["number"],
        table_before=draft.table_of(before),
        same=same,
        uncompared="" if same else why,
        compared=found.compared,
        moved=found.moved,
        again=found.again,
        rows_added=found.rows_added,
        rows_gone=found.rows_gone,
        largest=_largest(MEASURES[now["measure"]].result, largest) if largest else None,
    )


def _largest(schema: Schema, found: Largest) -> LargestNote:
    row = found.row
    return LargestNote(
        column=found.column,
        before=found.before,
        after=found.after,
        area=_place(schema, row),
        period_kind=row["period_kind"],
        period_to=date.fromisoformat(row["period_to"]),
        meaning=schema.column(found.column).meaning,
    )


def _place(schema: Schema, row: Mapping[str, str]) -> str:
    """The area, and what else of the key tells its row from others: `Eastham, tenth of deprivation 1`."""
    area = row.get("area_name") or row.get("area_code", "")
    others = [f"{key_words(key)} {row[key]}" for key in schema.key if key not in _PLACE_AND_TIME]
    return ", ".join(part for part in (area, *others) if part)


def _uncompared(before: Line, now: Line) -> str:
    measure = MEASURES.get(now["measure"])
    if measure is None:
        return "it is no longer made"
    if before["definition"] != now["definition"] and by_definition(measure):
        return "the definition changed"
    return "the area changed" if before["area_code"] != now["area_code"] else ""


def _difference(draft: Draft, before: Line, now: Line) -> Difference:
    return difference(
        draft.table(before), draft.table(now), compared_columns(MEASURES[now["measure"]].result)
    )


def compared_columns(schema: Schema) -> Columns:
    """The columns of a table whose older cells should stay, and those that are worked out from all months.

    The latter move with every month that is added, and so does a column that says how they were made.
    """
    # A name is no figure: an area that is called otherwise has not moved.
    figures = [column for column in schema.columns if column.role is not Role.DIMENSION]
    over = {column.name for column in figures if "period_from" in column.derived_over}
    if over:
        over |= {column.name for column in figures if column.role is Role.REFERENCE}
    return Columns(
        schema.key,
        tuple(column.name for column in figures if column.name not in over),
        tuple(column.name for column in figures if column.name in over),
    )
