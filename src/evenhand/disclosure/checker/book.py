"""The book: all counts of a publication, what is shown of each, and what adds up to what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from evenhand.disclosure.checker.policies import UNBOUNDED, Range, Unsafe, behind, guards

NOTHING = (0, UNBOUNDED)
"""What is known of a count of which nothing was shown."""
Cell = tuple["str | None", ...]
"""A place on each dimension; None is everything."""
Place = tuple[tuple[str, ...], Cell]
"""Some dimensions, and a place on each."""
Whole = tuple[str, Cell, str]
"""A measure, the count over all kinds, and the category that they are of."""


@dataclass(frozen=True)
class Summed:
    """What one column of one table shows of sums, such as money by recipient."""

    which: tuple[str, str]
    """The measure and the column."""
    entry: int
    """The entry that released the table; 0 for today's."""
    sums: dict[Cell, str]
    levels: set[str]
    """The kinds of areas in the table."""
    adds_up: list[str]
    """Over what its sums may add up within it."""


@dataclass
class Book:
    """All counts of a publication: what is shown of each, and what adds up to what."""

    dimensions: list[str]
    policy: dict[str, Any]
    shown: dict[Cell, str] = field(default_factory=dict[Cell, str])
    kinds: dict[tuple[int, Cell], bool] = field(default_factory=dict[tuple[int, Cell], bool])
    """Places of which some kind is in a table: the number of the dimension, and the place over all kinds."""
    sums: list[list[Cell]] = field(default_factory=list[list[Cell]])
    """Each the whole and its parts."""
    wholes: dict[Whole, dict[Cell, None]] = field(default_factory=dict[Whole, dict[Cell, None]])
    """The parts of each whole over the kinds of one measure."""
    before: dict[Cell, Range] = field(default_factory=dict[Cell, "Range"])
    """What earlier tables leave of each count that they have."""
    gone: dict[Cell, Range] = field(default_factory=dict[Cell, "Range"])
    """What counts were that are said to be revised."""
    sides: dict[Cell, str] = field(default_factory=dict[Cell, str])
    """Of hidden ones, whether they are below or above that."""
    kept: dict[Cell, dict[str, Any]] = field(default_factory=dict[Cell, "dict[str, Any]"])
    """Counts that no table has today, and that earlier ones hid: under which policy."""
    differs: dict[Cell, set[Range]] = field(default_factory=dict[Cell, "set[Range]"])
    """What earlier tables showed of counts that are another now."""
    once_inexact: set[Cell] = field(default_factory=set[Cell])
    """Counts that any earlier table hid or rounded."""
    left_out: dict[Cell, set[int]] = field(default_factory=lambda: defaultdict[Cell, "set[int]"](set))
    """Counts that earlier tables left out beside others of their places: the entries of these."""
    beside: dict[Cell, Range] = field(default_factory=dict[Cell, Range])
    """What revised figures leave of counts that are rounded with all others: they are not what they were."""
    lost: set[Cell] = field(default_factory=set[Cell])
    """Counts of which no earlier figure is said to hold."""
    narrow: set[Cell] = field(default_factory=set[Cell])
    """Counts that another policy hid, and of which less is open than today's would have to leave."""
    periods: set[str | None] = field(default_factory=set["str | None"])
    """Those of which earlier tables tell anything, be they tied to today's or not."""
    levels: dict[str, str] = field(default_factory=dict[str, str])
    """The level of each area in today's tables."""
    filled: dict[Place, int] = field(default_factory=dict[Place, int])
    """Of how many small areas a table says that a place is made up."""
    of_parts: dict[Cell, str] = field(default_factory=dict[Cell, str])
    """Counts beside which a figure is shown that is worked out from their parts, and its column."""
    not_known: dict[Cell, str] = field(default_factory=dict[Cell, str])
    """Counts that a table says are not known, and a figure that it shows beside them."""
    summed: dict[str, list[Summed]] = field(default_factory=lambda: defaultdict[str, "list[Summed]"](list))
    """The columns that sum something, by what they sum."""
    derived: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    """The measures and columns that are said to be worked out from counts."""
    unsaid: set[str] = field(default_factory=set[str])
    """Columns of which nothing says that they are worked out from counts."""

    def add(self, cell: Cell, text: str) -> None:
        """Take in a count. Raises Unsafe where another table shows it otherwise."""
        held = self.shown.get(cell, "[x]")
        if held == "[x]":
            self.shown[cell] = text
        elif text not in ("[x]", held):
            raise Unsafe(f"{name_of(cell)} is {self.shown[cell]} in one table and {text} in another")
        self.has_kinds(cell)

    def has_kinds(self, cell: Cell) -> None:
        """Keep in mind that there is a count of some kind at this place."""
        for over_all in over_kinds(cell):
            self.kinds[over_all] = True

    def told_now(self, cell: Cell) -> bool:
        """Whether today's tables tell anything of the count."""
        return self.shown.get(cell, "[x]") != "[x]"

    def told(self, cell: Cell) -> bool:
        """Whether any table tells anything of the count, or did."""
        return self.told_now(cell) or self.before.get(cell, NOTHING) != NOTHING or cell in self.differs

    def unknown(self, cell: Cell) -> bool:
        """Whether no table tells anything of the count, and it need not be 0."""
        return not self.told(cell) and self.known(cell)[1] > 0

    def none_by_now(self, cell: Cell) -> bool:
        """Whether a count that no table has is 0: tables have other kinds of the same place."""
        return any(over_all in self.kinds for over_all in over_kinds(cell))

    def as_shown(self, cell: Cell) -> Range:
        """The smallest and largest count that the cell may have for all that today's tables show of it."""
        text = self.shown.get(cell)
        if text == "[c]":
            return (self.policy["hide_from"] or 0, UNBOUNDED)
        if text is None or text == "[x]":
            none = text is None and cell not in self.before and self.none_by_now(cell)
            return (0, 0) if none else (0, UNBOUNDED)
        return behind(int(text), self.policy)

    def known(self, cell: Cell) -> Range:
        """The smallest and largest count that the cell may have for all that was ever shown of it."""
        low, high = both(self.as_shown(cell), self.before.get(cell, NOTHING))
        low, high = both((low, high), self.beside.get(cell, NOTHING))
        if self.shown.get(cell) == "[c]" and cell in self.gone:
            # That it is not what it was may be known, and on which side of that it is.
            least, most = self.gone[cell]
            return (low, min(high, least - 1)) if self.sides[cell] == "below" else (max(low, most + 1), high)
        return low, high

    def none(self, cell: Cell) -> bool:
        """Whether an earlier table told that the count is 0, by leaving it out."""
        return cell in self.left_out and self.before[cell] == (0, 0)

    def guarded(self, cell: Cell) -> bool:
        """Whether the policy promises that the count cannot be worked out."""
        text = self.shown.get(cell)
        near = guards(text, self.as_shown(cell), self.policy) and (text == "[c]" or not self.none(cell))
        return near or cell in self.kept

    @property
    def to_prove(self) -> list[Cell]:
        """All guarded counts."""
        return [
            cell for cell in dict.fromkeys([*self.shown, *sorted(self.kept, key=str)]) if self.guarded(cell)
        ]


def over_kinds(cell: Cell) -> Iterator[tuple[int, Cell]]:
    """The places over all of each kind that a cell is one of, with the number of the dimension."""
    for number in range(3, len(cell)):
        if cell[number] is not None:
            yield number, (*cell[:number], None, *cell[number + 1 :])


def both(one: Range, other: Range) -> Range:
    """What is left of a range where another one is known too."""
    return max(one[0], other[0]), min(one[1], other[1])


def put_at(cell: Cell, numbers: tuple[int, ...], place: Cell) -> Cell:
    """The cell at another place on some dimensions, by number."""
    changed = list(cell)
    for number, value in zip(numbers, place, strict=True):
        changed[number] = value
    return tuple(changed)


def name_of(cell: Cell) -> str:
    """A cell in words."""
    return " ".join(part for part in cell if part is not None)
