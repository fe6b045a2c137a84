"""Tally: what became of one measure's cells at the gate, in numbers, for the partnership's own review."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute
from numpy.typing import NDArray

from evenhand.disclosure.release import Cell, Release
from evenhand.tables.schema import Role

pc: Any = pyarrow.compute
"""PyArrow makes these functions as it is imported, so no type checker knows them."""
Flags = NDArray[np.bool_]
_AREA = ("area_level", "area_code")


@dataclass(frozen=True)
class Tally:
    """One measure in numbers of cells: its counts by state, its derived cells that are withheld, its loss."""

    measure: str
    title: str
    rows: int
    shown: int
    rounded: int
    small: int
    """Counts hidden because the policy hides so small a count."""
    others: int
    """Counts hidden so that no other can be worked out."""
    not_known: int
    withheld: int
    """Derived cells that are withheld, since they would give a count away."""
    lost: float | None = None
    """Share of the total count, from 0 to 1, that stands in hidden counts of the smallest areas; None where
    the table is not by area, or shows no count of the whole area."""

    @property
    def hidden(self) -> int:
        """Counts that are hidden, for either reason."""
        return self.small + self.others

    @property
    def known(self) -> int:
        """Counts that the partnership knows."""
        return self.shown + self.rounded + self.hidden


def tally(release: Release, small: Mapping[str, Flags], lowest: str, whole: tuple[str, str]) -> Tally:
    """The release in numbers. `small` says, for each count column, which rows the policy itself hides.

    `lowest` is the level of the smallest areas, `whole` level and code of the area that they fill.
    """
    counts = [column.name for column in release.schema.with_role(Role.COUNT)]
    derived = [column.name for column in release.schema.with_role(Role.DERIVED)]
    hidden = {name: _are(release, name, Cell.HIDDEN) for name in counts}
    because_small = sum(int((hidden[name] & small[name]).sum()) for name in counts if name in small)
    return Tally(
        measure=release.measure,
        title=release.title,
        rows=release.table.num_rows,
        shown=_count(release, counts, Cell.SHOWN),
        rounded=_count(release, counts, Cell.ROUNDED),
        small=because_small,
        others=sum(int(flags.sum()) for flags in hidden.values()) - because_small,
        not_known=_count(release, counts, Cell.NOT_KNOWN),
        withheld=_count(release, derived, Cell.HIDDEN),
        lost=_lost(release, counts, lowest, whole),
    )


def _are(release: Release, column: str, cell: Cell) -> Flags:
    return np.asarray(pc.equal(release.cells[column], cell.value))


def _count(release: Release, columns: list[str], cell: Cell) -> int:
    return sum(int(_are(release, column, cell).sum()) for column in columns)


def _lost(release: Release, counts: list[str], lowest: str, whole: tuple[str, str]) -> float | None:
    """The share of the whole area's counts that the shown ones of the smallest areas do not add up to.

    From what is published alone, so that it tells nobody anything about a hidden count.
    """
    if not set(_AREA) <= set(release.schema.key):
        return None
    below = release.table.filter(pc.equal(release.table["area_level"], lowest))
    kinds = below["period_kind"].unique().to_pylist()
    if not kinds:
        return None
    # Years hold the same counts again.
    kind = "month" if "month" in kinds else kinds[0]
    above = release.table
    for name, value in (*zip(_AREA, whole, strict=True), ("period_kind", kind)):
        above = above.filter(pc.equal(above[name], value))
    below = below.filter(pc.equal(below["period_kind"], kind))
    key = [name for name in release.schema.key if name not in _AREA]
    totals = [_totals(above, below, key, column) for column in counts]
    total, shown = (sum(each[part] for each in totals) for part in (0, 1))
    return max(0.0, 1 - shown / total) if total else None


def _totals(above: pa.Table, below: pa.Table, key: list[str], column: str) -> tuple[int, int]:
    """The whole area's count where it is shown, over all periods and kinds, and what is shown of it below."""
    shown = {
        tuple(row[name] for name in key): row[f"{column}_sum"] or 0
        for row in below.group_by(key).aggregate([(column, "sum")]).to_pylist()
    }
    totals = {
        tuple(row[name] for name in key): row[column] for row in above.to_pylist() if row[column] is not None
    }
    return sum(totals.values()), sum(shown.get(each, 0) for each in totals)
