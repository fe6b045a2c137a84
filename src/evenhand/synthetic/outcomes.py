"""What became of each crime: an outcome some months later, or none yet."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.random import Generator

from evenhand.synthetic import street
from evenhand.synthetic.county import FORCE
from evenhand.synthetic.street import Columns, Rows, SnapPoints
from evenhand.synthetic.tessellation import Array

KINDS: tuple[tuple[str, str, float], ...] = (
    ("Investigation complete; no suspect identified", "Investigation complete; no suspect identified", 0.40),
    ("Unable to prosecute suspect", "Unable to prosecute suspect", 0.38),
    ("Awaiting court outcome", "Suspect charged", 0.11),
    ("Local resolution", "Local resolution", 0.04),
    ("Offender given a caution", "Offender given a caution", 0.03),
    (
        "Further investigation is not in the public interest",
        "Further investigation is not in the public interest",
        0.02,
    ),
    ("Action to be taken by another organisation", "Action to be taken by another organisation", 0.02),
)
"""The words of the street file, the words of the outcomes file, and how often."""
SAME_MONTH = 0.55


@dataclass
class Pending:
    """Outcomes waiting for the month they are published in, by that month. Months count from the first."""

    last: int
    """The last month: an outcome after it is not published yet."""
    by_month: dict[int, list[tuple[str, ...]]] = field(default_factory=dict)

    def add(self, month: int, rows: list[tuple[str, ...]]) -> None:
        """Keep rows (without their month) for month number `month`."""
        self.by_month.setdefault(month, []).extend(rows)


def decide(rng: Generator, rows: Rows, points: SnapPoints, month: int, pending: Pending) -> Array:
    """Each row's last outcome as the street file says it; the outcomes go to `pending`."""
    size = len(rows.kind)
    kind = rng.choice(len(KINDS), size=size, p=[share for _, _, share in KINDS])
    due = month + rng.geometric(SAME_MONTH, size=size) - 1
    crime = rows.kind != street.ANTI_SOCIAL
    text = np.array([words for words, _, _ in KINDS], dtype=object)[kind]
    text[due > pending.last] = street.UNDER_INVESTIGATION
    text[~crime] = ""
    where = np.array(street.places(rows, points), dtype=object)
    words = np.array([words for _, words, _ in KINDS], dtype=object)[kind]
    for when in range(month, pending.last + 1):
        now = crime & (due == when)
        columns: Columns = [rows.crime_id[now].tolist(), *where[:, now].tolist(), words[now].tolist()]
        pending.add(when, list(zip(*columns, strict=True)))
    return text


def outcome_lines(month: str, waiting: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Lines of an outcomes file; `month` is the month of the outcome, as the publisher has it."""
    return [(row[0], month, FORCE, FORCE, *row[1:]) for row in waiting]
