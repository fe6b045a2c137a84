"""What a month of the control chart is marked as: by which rule, which way, in which words and shape.

A mark above or below says on which side of the average the month stands. A rise or a fall says where
its months went, whatever side they are on, and has marks of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from evenhand.disclosure.release import Cell
from evenhand.reports import words
from evenhand.reports.blocks import Key, Line
from evenhand.reports.charts.marks import COLOURS, KEY_OUTLINES, Mark
from evenhand.reports.figures import Row

RUN = 7
"""Months that make a run or a trend, as `evenhand.stats.spc` has it."""


class Rule(Enum):
    """The rules that mark a month, by their name in the data file."""

    OUTSIDE = "outside"
    TREND = "trend"
    TWO_IN_THREE = "two in three"
    RUN = "run"


@dataclass(frozen=True)
class Signal:
    """The rule that marks a month and the mark it has."""

    rule: Rule
    mark: Mark


WORDS = {
    (Rule.OUTSIDE, Mark.ABOVE): "higher than the usual range",
    (Rule.OUTSIDE, Mark.BELOW): "lower than the usual range",
    (Rule.TWO_IN_THREE, Mark.ABOVE): "one of two months out of three near the top of the usual range",
    (Rule.TWO_IN_THREE, Mark.BELOW): "one of two months out of three near the bottom of the usual range",
    (Rule.RUN, Mark.ABOVE): "one of seven or more months in a row above the average",
    (Rule.RUN, Mark.BELOW): "one of seven or more months in a row below the average",
    (Rule.TREND, Mark.RISING): "part of a rise: seven or more months in a row, each higher than the last",
    (Rule.TREND, Mark.FALLING): "part of a fall: seven or more months in a row, each lower than the last",
    (Rule.TREND, Mark.ONE_WAY): "one of seven or more months in a row that all went the same way",
}
KEYS = {
    Mark.ABOVE: "higher than usual",
    Mark.BELOW: "lower than usual",
    Mark.RISING: "part of a rise",
    Mark.FALLING: "part of a fall",
    Mark.ONE_WAY: "part of months that all went one way",
}
RULES: tuple[Line, ...] = (
    ("A month is outside the dashed lines.",),
    (
        "Seven or more months in a row are each higher than the one before (a rise), or each lower (a fall). "
        "Its first months may still be on the other side of the average.",
    ),
    (
        "Of three months in a row on one side of the average, two or all three are near the dashed line "
        "on that side.",
    ),
    ("Seven or more months in a row are on one side of the average.",),
)
"""Every rule in plain words, in the order in which they mark a month: the first that applies."""


def signal(rows: list[Row], at: int) -> Signal | None:
    """What marks a month, None where nothing does."""
    row = rows[at]
    if row.cell("signal") is not Cell.SHOWN or row["signal"] == "none":
        return None
    rule = Rule(row["signal"])
    return Signal(rule, _way(rows, at) if rule is Rule.TREND else Mark(row["side"]))


def _way(rows: list[Row], at: int) -> Mark:
    """Where the months of a trend went: the side of the average says nothing of it."""
    for first in range(max(at - RUN + 1, 0), at + 1):
        values = [row["incidents"] for row in rows[first : first + RUN]]
        if len(values) == RUN and None not in values:
            steps = [after - before for before, after in pairwise(values)]
            if all(step > 0 for step in steps):
                return Mark.RISING
            if all(step < 0 for step in steps):
                return Mark.FALLING
    return Mark.ONE_WAY


def said(rows: list[Row], at: int, found: Signal) -> str:
    """What a marked month shows; of one in a rise or a fall also the side of the average it is on."""
    told = WORDS[found.rule, found.mark]
    if found.rule is Rule.TREND and rows[at].cell("side") is Cell.SHOWN:
        return f"{told}; itself {rows[at]['side']} the average"
    return told


def keys(marks: list[Mark], judged: bool) -> tuple[Key, ...]:
    """The marks that a chart has, in words: those of usual months where any month could be judged."""
    usual = (Key(KEY_OUTLINES[Mark.USUAL], COLOURS[Mark.USUAL], "usual"),) if judged else ()
    return usual + tuple(
        Key(KEY_OUTLINES[mark], COLOURS[mark], told) for mark, told in KEYS.items() if mark in marks
    )


def counted(marks: list[Mark]) -> str:
    """How many months have each mark, as a sentence for those who do not see the chart."""
    found = [
        f"{words.plural(marks.count(mark), 'month is', 'months are')} {told}"
        for mark, told in KEYS.items()
        if mark in marks
    ]
    return f"{words.listed(found)}." if found else "No month is marked as unusual."
