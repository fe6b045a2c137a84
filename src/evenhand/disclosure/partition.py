"""What adds up to what: the sums that anybody who knows the areas and the calendar can check."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass


class Everything:
    """The place on a dimension of a count that is over all its values."""

    def __repr__(self) -> str:
        """As the words of a sum show it."""
        return "all"


ALL = Everything()

Place = tuple[Hashable, ...]
"""A value on each of some dimensions, in their order."""

AREA, PERIOD = "area_code", "period"
"""The dimensions that areas and periods are on. A period is its first and last day."""


@dataclass(frozen=True)
class Partition:
    """Along `dimensions`, the whole is exactly the sum of the parts, all else being equal.

    A dimension is `area_code` (ONS codes), `period` (first and last day; and the number of months counted
    where those are not all), or a category's column. Whole and parts have a value on each, which is ALL
    where they are over everything; they need not be in a table. Parts may not overlap.
    """

    dimensions: tuple[str, ...]
    whole: Place
    parts: tuple[Place, ...]
    of_pieces: bool = False
    """Whether it stands for the sum of the smallest areas where no table has these: `pieces`."""

    @property
    def why(self) -> str:
        """The sum in words."""
        named = ", ".join(
            f"{name} {_words(value)}" for name, value in zip(self.dimensions, self.whole, strict=True)
        )
        return (
            f"{named} is the sum of {len(self.parts)} parts"
            if len(self.parts) > 1
            else f"{named} is its part"
        )


def _words(value: Hashable) -> str:
    """A place in words: a period is its days."""
    if isinstance(value, tuple):
        return " to ".join(str(each) for each in value[:2])
    return str(value)
