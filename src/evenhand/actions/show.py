"""Show: one measure's figures, for a person or a spreadsheet, after the gate."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute

from evenhand.actions.prepare import prepare
from evenhand.actions.releases import releases_of
from evenhand.disclosure.release import Release
from evenhand.engine.workspace import Workspace
from evenhand.errors import NotThere
from evenhand.needs import MEASURES
from evenhand.reports.data import shown

pc: Any = pyarrow.compute
"""PyArrow makes these functions as it is imported, so no type checker knows them."""


def show(workspace: Workspace, measure: str, areas: tuple[str, ...] = ()) -> tuple[Release, pa.Table]:
    """The measure's release and the rows of the areas asked for, as text a person reads.

    `areas` are codes, names or levels (`LAD`); none means every row. Raises NotThere for a measure or
    area that is not there.
    """
    if measure not in MEASURES:
        known = ", ".join(MEASURES)
        raise NotThere(f"there is no measure {measure!r}", next_step=f"use one of: {known}")
    with workspace.writing() as scratch:
        made = releases_of(prepare(workspace, Path(scratch)), (measure,), lambda _words: None)[measure]
    return made, _of_areas(shown(made), areas)


def _of_areas(rows: pa.Table, areas: tuple[str, ...]) -> pa.Table:
    if not areas or "area_code" not in rows.column_names:
        return rows
    wanted = pa.array([area.casefold() for area in areas])
    kept = [pc.is_in(pc.utf8_lower(rows[name]), wanted) for name in ("area_level", "area_code", "area_name")]
    found = rows.filter(pc.or_(pc.or_(kept[0], kept[1]), pc.fill_null(kept[2], False)))
    if not found.num_rows:
        raise NotThere(
            f"no figure is of {', '.join(areas)}",
            next_step="give a code (E08000021), a name (Newcastle upon Tyne) or a level (LAD)",
        )
    return found
