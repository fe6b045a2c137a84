"""XmR control charts of many series at once, by the rules of NHS England's Making Data Count.

A series is a row, a point in time a column; NaN is a point that was not supplied. Nothing is carried over
a missing point: it has no moving range on either side, and it breaks runs and trends.
Formulae: Wheeler & Chambers 1992; NHS England, Making Data Count; as in the R package NHSRplotthedots.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from evenhand.stats.rates import Numbers

Flags: TypeAlias = npt.NDArray[np.bool_]
Codes: TypeAlias = npt.NDArray[np.int8]

LIMIT = 2.66
"""Process limits are this many average moving ranges from the mean (three sigma)."""
NEAR = LIMIT * 2 / 3
"""Near limits: two sigma."""
SCREEN = 3.267
"""A moving range of this many average moving ranges or more is out of the ordinary."""
RUN = 7


class Signal(IntEnum):
    """What a point is: special cause by which rule, or common cause. The first that applies is given."""

    NOT_JUDGED = -1
    """Not supplied, or the series has no limits."""
    NONE = 0
    OUTSIDE = 1
    TREND = 2
    TWO_IN_THREE = 3
    RUN = 4


@dataclass(frozen=True)
class Limits:
    """One number a series: its mean, limits and how many points they are based on; NaN is not known."""

    mean: Numbers
    lower_limit: Numbers
    upper_limit: Numbers
    lower_near: Numbers
    upper_near: Numbers
    points: npt.NDArray[np.int64]


def limits(series: npt.ArrayLike, *, screen: bool = False) -> Limits:
    """Mean ± 2.66 average moving ranges (near limits two thirds of that), one of each a series.

    Moving ranges are between neighbouring points that were both supplied. With `screen`, those of 3.267
    averages or more are left out and the average is taken once more (off in the Making Data Count
    workbook, on in NHSRplotthedots); a moving range of 0 is never left out. The series are counts, so no
    limit is below 0; no count is below 0 either, so that moves no signal. A series whose points are all
    equal has limits equal to its mean. A series without two neighbouring points, or whose neighbours are
    all equal though the points are not, says nothing of its variation: its limits are NaN.
    """
    points = np.array(series, dtype=np.float64)
    mean, number = _mean(points)
    spread = _average_moving_range(points, screen)
    spread = np.where((spread == 0) & ~_all_equal(points), np.nan, spread)
    return Limits(
        mean=mean,
        lower_limit=np.maximum(mean - LIMIT * spread, 0),
        upper_limit=mean + LIMIT * spread,
        lower_near=np.maximum(mean - NEAR * spread, 0),
        upper_near=mean + NEAR * spread,
        points=number,
    )


def sides(series: npt.ArrayLike, chart: Limits) -> Codes:
    """1 for a point above the mean of its series, -1 below, 0 on it or not supplied."""
    points = np.array(series, dtype=np.float64)
    centre = chart.mean[:, np.newaxis]
    return (points > centre).astype(np.int8) - (points < centre).astype(np.int8)


def signals(series: npt.ArrayLike, chart: Limits) -> Codes:
    """One `Signal` a point. All points that make up a signal carry it.

    Outside: above the upper or below the lower limit. Trend: seven neighbours each higher, or each lower,
    than the one before; a tie breaks it. Two in three: of three neighbours on one side of the mean, two
    or three between the near limit and the limit; these two or three carry it (as NHSRplotthedots).
    Run: seven neighbours on one side of the mean; a point on the mean breaks it.
    """
    points = np.array(series, dtype=np.float64)
    upper, lower = chart.upper_limit[:, np.newaxis], chart.lower_limit[:, np.newaxis]
    above, below = sides(points, chart) == 1, sides(points, chart) == -1
    high = (points > chart.upper_near[:, np.newaxis]) & (points <= upper)
    low = (points < chart.lower_near[:, np.newaxis]) & (points >= lower)
    found = np.zeros(points.shape, dtype=np.int8)
    # The last written stands, so the rules come in reverse order of precedence.
    found[_in_row(above, RUN) | _in_row(below, RUN)] = Signal.RUN
    found[_two_in_three(above, high) | _two_in_three(below, low)] = Signal.TWO_IN_THREE
    found[_trend(points) | _trend(-points)] = Signal.TREND
    found[(points > upper) | (points < lower)] = Signal.OUTSIDE
    found[np.isnan(points) | np.isnan(upper)] = Signal.NOT_JUDGED
    return found


def _mean(points: Numbers) -> tuple[Numbers, npt.NDArray[np.int64]]:
    known = ~np.isnan(points)
    number = known.sum(axis=1)
    total = np.where(known, points, 0).sum(axis=1)
    mean = np.divide(total, number, out=np.full(len(points), np.nan), where=number > 0)
    # Sums of equal fractions can miss their own value by a rounding; the mean of equals is that value.
    first = points[np.arange(len(points)), known.argmax(axis=1)] if points.shape[1] else mean
    return np.where(_all_equal(points), first, mean), number


def _all_equal(points: Numbers) -> Flags:
    # fmax and fmin pass over NaN and, unlike nanmax, say nothing of a row of them.
    highest = np.fmax.reduce(points, axis=1, initial=-np.inf)
    return highest == np.fmin.reduce(points, axis=1, initial=np.inf)


def _average_moving_range(points: Numbers, screen: bool) -> Numbers:
    moving = np.abs(np.diff(points, axis=1))
    average = _mean(moving)[0]
    if not screen:
        return average
    ordinary = (moving < SCREEN * average[:, np.newaxis]) | (moving == 0)
    return _mean(np.where(ordinary, moving, np.nan))[0]


def _all_of(flags: Flags, width: int) -> Flags:
    """For each window of `width` columns, by its first: are all flagged?"""
    windows = max(flags.shape[1] - width + 1, 0)
    every = np.ones((flags.shape[0], windows), dtype=np.bool_)
    for step in range(width):
        every &= flags[:, step : step + windows]
    return every


def _spread(windows: Flags, width: int, columns: int) -> Flags:
    """Flag all columns of each flagged window."""
    flags = np.zeros((windows.shape[0], columns), dtype=np.bool_)
    for step in range(width):
        flags[:, step : step + windows.shape[1]] |= windows
    return flags


def _in_row(flags: Flags, width: int) -> Flags:
    return _spread(_all_of(flags, width), width, flags.shape[1])


def _trend(points: Numbers) -> Flags:
    rises = np.diff(points, axis=1) > 0
    return _spread(_all_of(rises, RUN - 1), RUN, points.shape[1])


def _two_in_three(side: Flags, near: Flags) -> Flags:
    columns = side.shape[1]
    windows = _all_of(side, 3)
    width = windows.shape[1]
    number = np.zeros(windows.shape, dtype=np.int8)
    for step in range(3):
        number += near[:, step : step + width]
    return _spread(windows & (number >= 2), 3, columns) & near
