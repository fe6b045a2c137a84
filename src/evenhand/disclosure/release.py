"""Release: a measure's result after the gate. Only the gate (`evenhand.disclosure.gate`) makes one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import InitVar, dataclass
from enum import Enum
from typing import Any

import pyarrow as pa
import pyarrow.compute

from evenhand.tables.schema import Schema

pc: Any = pyarrow.compute
"""PyArrow makes these functions as it is imported, so no type checker knows them."""


class Cell(Enum):
    """What a reader may know of one cell."""

    SHOWN = "shown"
    ROUNDED = "rounded"
    HIDDEN = "hidden"
    """Known to the partnership, withheld by the policy. Written [c], for confidential."""
    NOT_KNOWN = "not known"
    """Something it comes from was not supplied, or was left out. Written [x], for not available; never
    shown as 0."""
    NOT_APPLICABLE = "cannot be worked out"
    """All it comes from is known, and gives no number: a change in per cent of 0. Written [z], for not
    applicable."""


SHORTHAND = {Cell.HIDDEN: "[c]", Cell.NOT_KNOWN: "[x]", Cell.NOT_APPLICABLE: "[z]"}
"""Signs in place of a number, as the Government Analysis Function recommends for tables."""

_SEAL = object()
"""Held by the gate alone; `tests/architecture` checks that nothing else imports it."""


@dataclass(frozen=True)
class Release:
    """What may be published of one measure.

    `table` has the columns of `schema` in key order, with null wherever a cell is not a number.
    `cells` holds, for each count and derived column, a string array of `Cell` values, one a row.
    `seal` is proof that the gate made it: constructing one elsewhere raises. It is not kept, so that
    `dataclasses.replace` cannot put another table under it.
    """

    measure: str
    title: str
    schema: Schema
    table: pa.Table
    cells: Mapping[str, pa.Array]
    policy: str
    """Name and version of the disclosure policy, such as `open-data 1`."""
    definition: str
    """Identity of the local definition, such as `violence 1 (3f2a91c04b7d)`."""
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        """Refuse to exist unless the gate passed its own seal. Raises TypeError."""
        if seal is not _SEAL:
            raise TypeError("only evenhand.disclosure.gate.release makes a Release")

    def count(self, cell: Cell) -> int:
        """How many cells of the release are in that state."""
        same = (pc.equal(states, cell.value) for states in self.cells.values())
        return sum(pc.sum(one, min_count=0).as_py() for one in same)
