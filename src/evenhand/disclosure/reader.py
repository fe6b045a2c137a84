"""Reader: what anybody knows who has the publication and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from evenhand.disclosure.cells import Flags, Integers


@dataclass(frozen=True)
class Reader:
    """What a reader knows: that each cell lies from `low` to `high`, and that `matrix @ counts` is 0."""

    matrix: Any
    lean: Any
    """Rows of the matrix from which the others follow."""
    low: Integers
    high: Integers
    guarded: Flags
    protection: int
    unseen: Flags
    """Cells that nothing is shown of: which of them are small, a reader cannot tell."""
    largest_small: int
    """The largest count of such a cell that may not be worked out."""

    @property
    def loose(self) -> Flags:
        """The cells that the reader does not know exactly."""
        return self.low < self.high
