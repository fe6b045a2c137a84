"""What a table is held to: its columns, their meanings and units, and how each may be handled."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Handling(Enum):
    """Who may see a column's values, row by row."""

    OPEN = "open"
    """Already public, or harmless row by row."""
    GROUPED = "grouped"
    """Only as a group: counts, rates, means, after the gate."""
    IDENTIFYING = "identifying"
    """Points at a person; never leaves the store."""


class Kind(Enum):
    """The type of a column's values."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    DATE = "date"
    INSTANT = "instant"
    FLAG = "flag"


class Role(Enum):
    """What a column is to the disclosure gate, in the result of a measure."""

    DIMENSION = "dimension"
    """Says which cell a row is: area, period, category. Shown as it is."""
    COUNT = "count"
    """How many incidents or people: what the gate protects."""
    DERIVED = "derived"
    """Worked out from counts of the same row (`derived_from`): hidden when one of them is."""
    MAGNITUDE = "magnitude"
    """A sum over bodies or people, such as money by recipient, which the gate hides where one or two of them
    make up nearly all of it (`contributions`), or too few have a part in it (`derived_from`: their count)."""
    CONTRIBUTION = "contribution"
    """One of the largest parts of a magnitude: for the gate alone, never in a release."""
    REFERENCE = "reference"
    """Published by somebody else already (a population, a rank), or says only how the row was made."""


@dataclass(frozen=True)
class Counted:
    """What a count is a count of, so that the gate knows the same count in another table.

    Two cells of one area, period and category that count the same are one number, and are hidden
    together or not at all.
    """

    of: str
    """What is counted, in a word or two: `incidents`."""
    years_before: int = 0
    """How many years before the row's period it was."""
    months: str = ""
    """Column of the months of the period that are counted; empty where all are."""


@dataclass(frozen=True)
class Column:
    """One column. `unit` is what one unit of its value is; null is never 0."""

    name: str
    kind: Kind
    meaning: str
    handling: Handling
    unit: str = ""
    nullable: bool = False
    choices: tuple[str, ...] = ()
    role: Role | None = None
    derived_from: tuple[str, ...] = ()
    derived_over: tuple[str, ...] = ()
    """Columns of the key whose other rows it is worked out from too: `period_from` for the mean of a
    series."""
    from_parts: bool = False
    """Whether it is worked out from the counts of smaller areas or periods too."""
    known_with: tuple[str, ...] = ()
    """Columns of the same row without which it is not known; the counts behind it where none is named.
    Where they are all known and it is null, it cannot be worked out."""
    sum_of: tuple[str, ...] = ()
    """Count columns of the same row that add up to this one."""
    contributions: tuple[str, ...] = ()
    """For a magnitude: the columns of its largest parts, largest first; 0 or null where there are fewer."""
    counted: Counted | None = None
    """For a count or magnitude: of what. The gate refuses one that does not say."""


@dataclass(frozen=True)
class Schema:
    """A table's name, what a row is, its columns in order and the columns that identify a row."""

    name: str
    row: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    def column(self, name: str) -> Column:
        """The column of that name. Raises KeyError where there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name} has no column {name}")

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names, in order."""
        return tuple(column.name for column in self.columns)

    def with_role(self, role: Role) -> tuple[Column, ...]:
        """The columns that play `role` before the gate, in order."""
        return tuple(column for column in self.columns if column.role is role)
