"""Show: one measure's figures, for a person or a spreadsheet, after the gate."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute

from evenhand.actions.area import AREA_LEVELS
from evenhand.actions.near import did_you_mean
from evenhand.actions.prepare import prepare
from evenhand.actions.releases import judged
from evenhand.disclosure.release import Release
from evenhand.engine.workspace import Workspace
from evenhand.errors import NotThere
from evenhand.needs import MEASURES
from evenhand.reports.data import rows_csv, shown
from evenhand.tables.area import LEVELS

pc: Any = pyarrow.compute
"""PyArrow makes these functions as it is imported, so no type checker knows them."""


@dataclass(frozen=True)
class Shown:
    """A measure's release, and the rows of the areas asked for, as text a person reads."""

    release: Release
    rows: pa.Table
    remarks: tuple[str, ...]
    """Where a name asked for is that of areas of several levels: which one was taken."""


def measures() -> dict[str, str]:
    """The question of every measure, by name."""
    return {name: measure.question for name, measure in MEASURES.items()}


def show(workspace: Workspace, measure: str, areas: tuple[str, ...] = ()) -> Shown:
    """The measure's figures, of the areas asked for.

    `areas` are codes, names or levels (`LAD`); none means every row. Raises NotThere for a measure or
    area that is not there.
    """
    if measure not in MEASURES:
        known = ", ".join(MEASURES)
        raise NotThere(
            f"there is no measure {measure!r}",
            next_step=did_you_mean(measure, MEASURES)
            + f"use one of: {known}; `evenhand show` alone lists them with their questions",
        )
    with workspace.writing() as scratch:
        made = judged(prepare(workspace, Path(scratch)), workspace.root, lambda _words: None).releases[
            measure
        ]
    return Shown(made, *of_areas(shown(made), areas))


def as_csv(found: Shown) -> str:
    """The rows as the published CSV file writes them: no text that a spreadsheet would run."""
    return rows_csv(found.release, found.rows).decode()


def of_areas(rows: pa.Table, areas: tuple[str, ...]) -> tuple[pa.Table, tuple[str, ...]]:
    """The rows of the areas, and what to say of names that are of several levels."""
    if not areas or "area_code" not in rows.column_names:
        return rows, ()
    found = [_of_area(rows, area) for area in areas]
    wanted = found[0][0]
    for kept, _remark in found[1:]:
        wanted = pc.or_(wanted, kept)
    return rows.filter(wanted), tuple(remark for _kept, remark in found if remark)


def _of_area(rows: pa.Table, area: str) -> tuple[Any, str]:
    """Which rows are of the level, code or name; of areas that share a name, those of one level.

    Raises NotThere where none is.
    """
    wanted = area.strip().casefold()
    for column in ("area_level", "area_code"):
        kept = pc.equal(pc.utf8_lower(rows[column]), wanted)
        if pc.any(kept).as_py():
            return kept, ""
    named = pc.fill_null(pc.equal(pc.utf8_lower(rows["area_name"]), wanted), False)
    order = (*AREA_LEVELS, *LEVELS)
    held = rows.filter(named).select(["area_level", "area_code"]).to_pylist()
    codes = {(row["area_level"], row["area_code"]) for row in held}
    if not codes:
        raise NotThere(
            f"no figure is of {area}",
            next_step=did_you_mean(area, filter(None, rows["area_name"].unique().to_pylist()))
            + "give a code (E08000021), a name (Newcastle upon Tyne) or a level (LAD)",
        )
    level = min((level for level, _code in codes), key=order.index)
    others = sorted(each for each in codes if each[0] != level)
    kept = pc.and_(named, pc.equal(rows["area_level"], level))
    return kept, _remark(area, level, others) if others else ""


def _remark(name: str, level: str, others: list[tuple[str, str]]) -> str:
    also = ", ".join(f"{LEVELS[level]} (--area {code})" for level, code in others)
    return f"{name} is taken as the {LEVELS[level]}; also so named: {also}"
