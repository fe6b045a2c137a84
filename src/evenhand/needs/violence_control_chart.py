"""Which months had more or less recorded violence than chance would explain?

The mean, the limits and the signals of a row are worked out from all months of its area, so they can tell
of other rows' counts: the gate must treat every derived cell as depending on the area's whole series.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
from ibis import _
from ibis.expr.types import Table
from numpy.typing import NDArray

from evenhand.measure import Measure
from evenhand.needs.columns import AREA_AND_PERIOD, INCIDENTS, KEY, derived, numbers, reference, with_numbers
from evenhand.stats import spc
from evenhand.tables.schema import Column, Kind, Schema

SIGNALS: dict[int, str] = {
    spc.Signal.NONE: "none",
    spc.Signal.OUTSIDE: "outside",
    spc.Signal.TREND: "trend",
    spc.Signal.TWO_IN_THREE: "two in three",
    spc.Signal.RUN: "run",
}
SIDES = {1: "above", -1: "below"}
LIMITS = ("lower_limit", "upper_limit", "lower_near", "upper_near")
SET, TRIAL, TOO_FEW, NO_LIMITS = "set", "trial", "too few incidents", "no limits"
"""No limits: no two neighbouring months were supplied, or neighbours never differ though the months do."""

FEWEST_INCIDENTS = 5
"""A mean below this: the counts are too lopsided for limits as far up as down."""
FEWEST_POINTS = 12
"""With fewer months the limits are on trial (Making Data Count)."""


def violence_control_chart(recorded_violence: Table) -> Table:
    """Incidents, one row an area and month; limits and signals follow in `with_chart`."""
    months = recorded_violence.filter(_.period_kind == "month")
    return months.select(*(column.name for column in AREA_AND_PERIOD), "incidents")


def with_chart(counted: pa.Table) -> pa.Table:
    """The table with the chart of each area's months added; null is not known, or not judged."""
    area, month = _place_in_series(counted)
    series = np.full((np.max(area, initial=-1) + 1, np.max(month, initial=-1) + 1), np.nan)
    series[area, month] = numbers(counted, "incidents")
    chart = spc.limits(series)
    status = _status(chart)
    chart = _only_where(status != TOO_FEW, chart)
    signal = spc.signals(series, chart)
    side = np.where(signal == spc.Signal.NOT_JUDGED, 0, spc.sides(series, chart))
    charted = with_numbers(counted, **{name: getattr(chart, name)[area] for name in ("mean", *LIMITS)})
    return (
        charted.append_column("signal", _words(SIGNALS, signal[area, month]))
        .append_column("side", _words(SIDES, side[area, month]))
        .append_column("points", pa.array(chart.points[area]))
        .append_column("limits_status", pa.array(status[area], pa.string()))
    )


def _place_in_series(counted: pa.Table) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Row and column of each count: its area, and its month counted from the first in the table."""
    level, code = (counted[name].to_numpy() for name in ("area_level", "area_code"))
    area = np.unique(level + " " + code, return_inverse=True)[1]
    # By the calendar, not by rows: a month that is in no row still parts its neighbours.
    month = counted["period_from"].to_numpy().astype("datetime64[M]").astype(np.int64)
    return area, month - np.min(month, initial=np.iinfo(np.int64).max)


def _status(chart: spc.Limits) -> NDArray[np.object_]:
    """What the limits of each area are worth: the first reason to doubt them."""
    return np.select(
        [chart.mean < FEWEST_INCIDENTS, np.isnan(chart.upper_limit), chart.points < FEWEST_POINTS],
        [TOO_FEW, NO_LIMITS, TRIAL],
        default=SET,
    ).astype(object)


def _only_where(kept: NDArray[np.bool_], chart: spc.Limits) -> spc.Limits:
    return replace(chart, **{name: np.where(kept, getattr(chart, name), np.nan) for name in LIMITS})


def _words(words: dict[int, str], codes: NDArray[np.int8]) -> pa.Array:
    return pa.array([words.get(code) for code in codes.tolist()], pa.string())


def _level(name: str, meaning: str) -> Column:
    return derived(
        name, f"{meaning}, from all months of the area", "incidents", "incidents", over=("period_from",)
    )


def _limit(name: str, meaning: str) -> Column:
    # With a mean there are months; limits that are not there then cannot be worked out from them.
    return replace(_level(name, meaning), known_with=("mean",))


def _choice(name: str, meaning: str, choices: tuple[str, ...]) -> Column:
    return replace(
        derived(name, meaning, "", "incidents", kind=Kind.TEXT, over=("period_from",)), choices=choices
    )


MEASURE = Measure(
    name="violence_control_chart",
    title="Month by month",
    question="Which months had more or less recorded violence than chance would explain?",
    method=(
        "An XmR chart for each area (Wheeler & Chambers 1992), by the rules of NHS England's Making Data "
        "Count. The limits are the mean of all months supplied, plus and minus 2.66 times the average moving "
        "range: the average step between two months next to each other that were both supplied. The near "
        "limits are two thirds of the way. No moving range is left out as an outlier. A limit that comes out "
        "below 0 is shown as 0, since no count is below 0.\n\n"
        "Four things are a signal, and the first that applies is given: a month outside the limits; seven "
        "months in a row each higher (or each lower) than the one before; of three months on one side of the "
        "mean, two or three between the near limit and the limit; seven months in a row on one side of the "
        "mean. A tie breaks a trend, a month equal to the mean breaks a run, and a month that was not "
        "supplied breaks both. Every month that makes up a signal carries it.\n\n"
        "With fewer than 12 months the limits are on trial. With a mean below 5 incidents a month the counts "
        "are too few for this chart, so no limits are shown and no month is judged."
    ),
    limits=(
        "A signal says that something changed; it does not say what, and it is not a verdict on anyone. "
        "Violence has seasons, which this chart takes for signals. Of a thousand ordinary months a few fall "
        "outside the limits, so among many areas some signals are chance. A lasting change, such as the end "
        "of a lockdown, pulls the mean with it until the limits are set anew. No signal does not mean that "
        "nothing changed."
    ),
    inputs=("recorded_violence",),
    settings=(),
    result=Schema(
        name="violence_control_chart",
        row="One area and one month. Derived cells depend on all months of the area.",
        columns=(
            *AREA_AND_PERIOD,
            INCIDENTS,
            _level("mean", "Mean of the months supplied"),
            _limit("lower_limit", "Lower process limit, not below 0"),
            _limit("upper_limit", "Upper process limit"),
            _limit("lower_near", "Lower near limit, not below 0"),
            _limit("upper_near", "Upper near limit"),
            _choice("signal", "Special cause by which rule; null where not judged", tuple(SIGNALS.values())),
            _choice(
                "side",
                "Side of the mean the month is on; null on the mean or not judged",
                tuple(SIDES.values()),
            ),
            reference("points", "Months the limits are based on", "months"),
            _choice("limits_status", "What the limits are worth", (SET, TRIAL, TOO_FEW, NO_LIMITS)),
        ),
        key=KEY,
    ),
    expression=violence_control_chart,
    statistics=with_chart,
    sums_over=("area_code", "period_from"),
)
