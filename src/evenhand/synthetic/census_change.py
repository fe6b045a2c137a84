"""What the census of 2021 changed: most LSOAs kept, some split, some merged, one pair redrawn.

Change codes are ONS's: U unchanged, S split, M merged, X irregular.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from evenhand.synthetic.tessellation import Array, Cells, bisected, kilometres

SPLIT_EVERY = 22
MERGE_EVERY = 75
IRREGULAR = 10
"""The LSOA (by its place in the list) that is redrawn together with its neighbour."""


@dataclass(frozen=True)
class Small:
    """What is needed of the LSOAs of 2011; `middle` in kilometres."""

    code: list[str]
    name: list[str]
    msoa: Array
    middle: Array
    of_cell: Array


@dataclass
class Later:
    """The LSOAs of 2021."""

    of_cell: Array
    """The LSOA of 2021 of each cell."""
    code: list[str] = field(default_factory=list)
    name: list[str] = field(default_factory=list)
    earlier: list[list[int]] = field(default_factory=list)
    """The LSOAs of 2011 each lies in, that with most of it first."""
    links: list[tuple[int, str, int]] = field(default_factory=list)
    """LSOA of 2011, change code, LSOA of 2021: a row of ONS's lookup each."""
    letters: dict[int, int] = field(default_factory=dict)

    def add(self, small: Small, earlier: list[int], kind: str) -> int:
        """A further LSOA of 2021, in the place of `earlier`; returns its number."""
        number = len(self.code)
        first = earlier[0]
        self.code.append(small.code[first] if kind == "U" else f"E01{950_001 + number:06d}")
        self.name.append(small.name[first] if kind == "U" else self._new_name(small, first))
        self.earlier.append(earlier)
        self.links.extend((one, kind, number) for one in earlier)
        return number

    def _new_name(self, small: Small, first: int) -> str:
        msoa = int(small.msoa[first])
        last = self.letters.get(msoa, int(np.count_nonzero(small.msoa == msoa)) - 1)
        self.letters[msoa] = last + 1
        return f"{small.name[first][:-1]}{chr(66 + last)}"


def later(cells: Cells, small: Small) -> Later:
    """The LSOAs of 2021, from those of 2011."""
    found = Later(small.of_cell.copy())
    done: set[int] = set()
    for one in range(len(small.code)):
        if one in done:
            continue
        partner = _partner(small, one, done)
        if one == IRREGULAR and partner is not None:
            _redraw(found, cells, small, (one, partner))
            done.add(partner)
        elif one % MERGE_EVERY == MERGE_EVERY // 2 and partner is not None:
            found.of_cell[np.isin(small.of_cell, [one, partner])] = found.add(small, [one, partner], "M")
            done.add(partner)
        elif one % SPLIT_EVERY == SPLIT_EVERY - 1:
            for part in _halves(cells, small, one):
                found.of_cell[part] = found.add(small, [one], "S")
        else:
            found.of_cell[small.of_cell == one] = found.add(small, [one], "U")
    found.links.sort()
    return found


def _redraw(found: Later, cells: Cells, small: Small, pair: tuple[int, int]) -> None:
    """Half of the first becomes an LSOA of its own, the other half joins the second."""
    one, partner = pair
    alone, joining = _halves(cells, small, one)
    found.of_cell[alone] = found.add(small, [one], "X")
    found.of_cell[np.concatenate([joining, np.flatnonzero(small.of_cell == partner)])] = found.add(
        small, [partner, one], "X"
    )


def _halves(cells: Cells, small: Small, one: int) -> list[Array]:
    members = np.flatnonzero(small.of_cell == one)
    return [members[part] for part in bisected(kilometres(cells.points[members]), 2)]


def _partner(small: Small, one: int, done: set[int]) -> int | None:
    """The nearest later LSOA of the same MSOA that has not been dealt with, if there is one."""
    others = [i for i in np.flatnonzero(small.msoa == small.msoa[one]).tolist() if i > one and i not in done]
    away = np.hypot(*(small.middle[others] - small.middle[one]).T)
    return others[int(away.argmin())] if others else None
