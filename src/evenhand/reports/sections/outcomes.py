"""What happened after the police recorded violence?"""

from __future__ import annotations

from evenhand.reports import words
from evenhand.reports.blocks import Block, Chart, Heading, Paragraph, Table
from evenhand.reports.charts.bars import Bar, outcome_bars
from evenhand.reports.charts.drawing import Frame
from evenhand.reports.figures import Row
from evenhand.reports.material import Area, Material

LATEST = (
    "These are the outcomes given with each incident in the police’s street-level files, the latest known "
    "when a file was made. Recent incidents have had less time."
)


def outcomes(material: Material, area: Area) -> tuple[Block, ...]:
    """The section: a sentence, bars and the table, the most frequent outcome first."""
    found = material.rows("outcomes_recorded", area)
    rows = sorted(found, key=lambda row: (-(row["percent"] or 0), row["outcome"]))
    if not rows:
        return ()
    return (
        Heading("What happened next?", "outcomes"),
        Paragraph((outcomes_sentence(rows),)),
        *([_chart(material, area, rows)] if any(words.known(row, "percent") for row in rows) else []),
        _table(area, rows),
        Paragraph((LATEST,)),
        material.know("outcomes_recorded"),
    )


def outcomes_sentence(rows: list[Row]) -> str:
    """The most frequent outcome of the period."""
    if not words.known(rows[0], "percent"):
        return f"What happened next {words.is_absent(rows[0], 'percent')}."
    said = rows[0]["outcome"]
    return (
        f"The most frequent outcome of incidents in {words.period(rows[0])} was “{said}”: "
        f"{words.cell(rows[0], 'percent', 1)}%."
    )


def _chart(material: Material, area: Area, rows: list[Row]) -> Chart:
    bars = [Bar(row["outcome"], row["percent"], None, None, _percent(row)) for row in rows]
    synthetic = "Synthetic data. " if material.about.synthetic else ""
    height = 46 * len(bars)
    return Chart(
        name="outcomes",
        title=f"Outcomes of incidents, share of the total, {area.name}, {words.period(rows[0])}",
        words=f"{synthetic}Bar chart of outcomes in {area.name}. {outcomes_sentence(rows)} "
        "Every figure is in the table below.",
        wide=outcome_bars(bars, Frame(width=600, height=height, left=4, right=120, text=14, narrow=False)),
        narrow=outcome_bars(bars, Frame(width=260, height=height, left=4, right=78, text=12, narrow=True)),
    )


def _percent(row: Row) -> str:
    return f"{words.cell(row, 'percent', 1)}%" if words.known(row, "percent") else words.cell(row, "percent")


def _table(area: Area, rows: list[Row]) -> Table:
    return Table(
        caption=f"Outcomes of incidents, {area.name}: table",
        head=("Outcome", "Incidents", "Share"),
        rows=tuple(((row["outcome"],), (words.cell(row, "incidents"),), (_percent(row),)) for row in rows),
        numeric=frozenset({1, 2}),
        closed=True,
        note=words.KEY_TO_WORDS,
    )
