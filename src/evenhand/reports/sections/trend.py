"""Is recorded violence going up or down, month by month?"""

from __future__ import annotations

from evenhand.disclosure.release import Cell
from evenhand.reports import words
from evenhand.reports.about import About
from evenhand.reports.blocks import Block, Chart, Heading, Items, Paragraph, Table
from evenhand.reports.charts.control import Line, Point, axis, control_chart
from evenhand.reports.charts.drawing import Frame
from evenhand.reports.charts.marks import Mark
from evenhand.reports.figures import Row
from evenhand.reports.gaps import LEFT_OUT, NOT_SUPPLIED, gap
from evenhand.reports.material import Area, Material
from evenhand.reports.sections.signals import RULES, counted, keys, said, signal

NO_CHART = (
    "There are not two months that can be shown, so there is no chart, and whether it is going up cannot "
    "be said yet."
)
RANGE = (
    "The line across the middle is the average of all months, and the dashed lines show the usual range. A "
    "month is marked where chance is an unlikely reason:"
)
MEANING = "A mark can mean more or less violence, or a change in how much is reported or how it is recorded."
WIDE = Frame(width=640, height=300, left=58, right=112, text=14, narrow=False)
NARROW = Frame(width=208, height=270, left=44, right=92, text=12, narrow=True)

TOO_FEW = "too few incidents to say"
USUAL = "within the usual range"
NO_RANGE = {state: f"the usual range {words.is_so(state)}" for state in words.ABSENT}
FEWEST = 2
"""Months that are known: one alone makes no line, and says nothing of change."""


def shows(rows: list[Row], at: int) -> str:
    """What a month shows, in words: usual, unusual and how, or that it cannot be said."""
    row = rows[at]
    if not words.known(row, "incidents"):
        return words.cell(row, "incidents")
    marked = signal(rows, at)
    if marked is not None:
        return said(rows, at, marked)
    if words.known(row, "upper_limit"):
        return USUAL
    return TOO_FEW if row["limits_status"] == "too few incidents" else NO_RANGE[row.cell("upper_limit")]


def trend_sentence(rows: list[Row]) -> str:
    """What the latest month that is known shows."""
    latest = [at for at, row in enumerate(rows) if words.known(row, "incidents")]
    if not latest:
        return f"How it changes from month to month {words.is_absent(rows[-1], 'incidents')}."
    row, shown = rows[latest[-1]], shows(rows, latest[-1])
    counted = f"In {words.period(row)} there were {words.cell(row, 'incidents')} incidents"
    if shown == TOO_FEW:
        return f"{counted}. There are too few each month to say what is usual."
    return f"{counted}: {shown}."


def trend(material: Material, area: Area) -> tuple[Block, ...]:
    """The section: a sentence, the control chart and its table; of a single month no chart."""
    rows = material.figures["violence_control_chart"].of(area.level, area.code, "month")
    if not rows:
        return ()
    drawn = sum(words.known(row, "incidents") for row in rows) >= FEWEST
    return (
        Heading("Is it going up?", "trend"),
        Paragraph((trend_sentence(rows),)),
        *([_chart(material, area, rows)] if drawn else [Paragraph((NO_CHART,))]),
        _table(area, rows),
        *_trial(rows),
        *(_explained() if _lines(rows) else ()),
        material.know("violence_control_chart"),
    )


def _explained() -> tuple[Block, ...]:
    """Every rule by which a month is marked, and what a mark can mean."""
    return (
        Paragraph((RANGE,)),
        Items(RULES),
        Paragraph((MEANING,)),
    )


def _trial(rows: list[Row]) -> tuple[Block, ...]:
    if rows[-1]["limits_status"] != "trial":
        return ()
    return (
        Paragraph((f"The usual range rests on {rows[-1]['points']} months only, so it may still move.",)),
    )


def _chart(material: Material, area: Area, rows: list[Row]) -> Chart:
    points = [_point(rows, at, material.about) for at in range(len(rows))]
    lines = _lines(rows)
    return Chart(
        name="trend",
        title=f"Incidents recorded each month, {area.name}",
        words=_in_words(rows, points, lines, area, material.about.synthetic),
        wide=control_chart(points, lines, WIDE),
        narrow=control_chart(points, lines, NARROW),
        key=keys(_marks(points), judged=bool(lines)),
        note=_scale(points, lines),
    )


def _scale(points: list[Point], lines: list[Line]) -> str:
    """What a reader must know of the scale: its height tells change, not how much."""
    if axis(points, lines)[0] == 0:
        return ""
    return "The scale does not start at 0, so that unusual months can be seen: read heights off the scale."


def _point(rows: list[Row], at: int, about: About) -> Point:
    first, marked = rows[at]["period_from"], signal(rows, at)
    label = f"{words.month(first)[:3]} {first.year}"
    mark = marked.mark if marked else Mark.USUAL
    return Point(label, rows[at]["incidents"], mark, _gap(rows[at], about))


def _gap(row: Row, about: About) -> str:
    """Why a month has no figure: not supplied, left out, or kept back. Empty where it has one."""
    if row.cell("incidents") is Cell.NOT_KNOWN:
        return gap(about, row["period_from"])
    return words.absent(row, "incidents")


def _marks(points: list[Point]) -> list[Mark]:
    return [point.mark for point in points if point.value is not None]


def _lines(rows: list[Row]) -> list[Line]:
    """The average and the limits that hold in the latest month that has them."""
    having = [row for row in rows if words.known(row, "mean", "lower_limit", "upper_limit")]
    if not having:
        return []
    row = having[-1]
    return [
        Line(f"Average\n{words.cell(row, 'mean')}", row["mean"], dashed=False),
        Line(f"Highest usual\n{words.cell(row, 'upper_limit')}", row["upper_limit"], dashed=True),
        Line(f"Lowest usual\n{words.cell(row, 'lower_limit')}", row["lower_limit"], dashed=True),
    ]


def _in_words(rows: list[Row], points: list[Point], lines: list[Line], area: Area, synthetic: bool) -> str:
    """The chart's text alternative."""
    parts = [
        "Synthetic data." if synthetic else "",
        f"Line chart of incidents each month in {area.name}, "
        f"{words.period(rows[0])} to {words.period(rows[-1])}.",
        trend_sentence(rows),
        counted(_marks(points)) if lines else "",
        *(_gone(rows, points, why) for why in (NOT_SUPPLIED, LEFT_OUT, words.WITHHELD)),
        _scale(points, lines),
        "Every figure is in the table below.",
    ]
    return " ".join(part for part in parts if part)


def _gone(rows: list[Row], points: list[Point], why: str) -> str:
    months = [words.period(row) for row, point in zip(rows, points, strict=True) if point.gap == why]
    return f"{why.capitalize()}: {words.listed(months)}." if months else ""


def _table(area: Area, rows: list[Row]) -> Table:
    return Table(
        caption=f"Incidents recorded each month, {area.name}: table",
        head=("Month", "Incidents", "What it shows"),
        rows=tuple(
            ((words.period(row),), (words.cell(row, "incidents"),), (shows(rows, at).capitalize(),))
            for at, row in enumerate(rows)
        ),
        numeric=frozenset({1}),
        closed=True,
        note=words.KEY_TO_WORDS,
    )
