"""How does recorded violence differ between more and less deprived small areas?"""

from __future__ import annotations

from evenhand.reports import words
from evenhand.reports.blocks import Block, Chart, Heading, Paragraph, Table
from evenhand.reports.charts.bars import Bar, bar_chart
from evenhand.reports.charts.drawing import Frame
from evenhand.reports.figures import Row
from evenhand.reports.material import Area, Material
from evenhand.reports.sections.where import with_range

BAND = 33
"""Height of one bar with its space, in pixels."""

UNRANKED = 11
"""Place in line of the areas that the indices do not rank (in Wales, say): after the last tenth."""

_RANKED = (
    "A small area has about 1,500 people. Each is ranked against all of England on income, work, "
    "health, schooling, housing and crime. "
)
_NOT_SUPPLIED = "How it differs with deprivation is not known: no indices of deprivation were supplied."
_WHERE = (
    "Incidents are counted where they happened, so town centres count visitors’ incidents but only "
    "residents as people."
)


def deprivation_sentence(rows: list[Row]) -> str:
    """The rates of the most and the least deprived tenth that the area has, side by side."""
    ranked = [row for row in rows if row["decile"] is not None]
    if not ranked:
        return "How it differs with deprivation is not known: none of the small areas here is ranked."
    if len(ranked) < 2:
        return f"All small areas here are in the {tenth(ranked[0]['decile'])}: there is nothing to compare."
    known = sorted((row for row in ranked if words.known(row, "per_1000")), key=lambda row: row["decile"])
    if len(known) < 2:
        lacking = next(row for row in ranked if not words.known(row, "per_1000"))
        return f"How it differs with deprivation {words.is_absent(lacking, 'per_1000')}."
    most, least = known[0], known[-1]
    return (
        f"In the {tenth(most['decile'])} there were {words.cell(most, 'per_1000', 1)} incidents for every "
        f"1,000 people. In the {tenth(least['decile'])} there were {words.cell(least, 'per_1000', 1)}."
    )


def tenth(decile: int) -> str:
    """A tenth of England in words."""
    ends = {1: "most deprived tenth of small areas", 10: "least deprived tenth of small areas"}
    return ends.get(decile, f"tenth of small areas ranked {decile} of 10 (1 is the most deprived)")


def deprivation(material: Material, area: Area) -> tuple[Block, ...]:
    """The section: a sentence, bars with limits and the table."""
    found = material.rows("violence_by_deprivation", area)
    rows = sorted(found, key=lambda row: row["decile"] or UNRANKED)
    heading = Heading("Is it the same in poorer and richer places?", "deprivation")
    if not rows and material.figures["violence_by_deprivation"].release.table.num_rows:
        return ()
    if not rows:
        return heading, Paragraph((_NOT_SUPPLIED,)), material.know("violence_by_deprivation")
    ranked = [row for row in rows if row["decile"] is not None]
    return (
        heading,
        Paragraph((deprivation_sentence(rows),)),
        *([_chart(material, area, rows)] if any(words.known(row, "per_1000") for row in ranked) else []),
        _table(area, rows),
        Paragraph((_RANKED + _WHERE if ranked else _WHERE,)),
        material.know("violence_by_deprivation"),
    )


def _label(decile: int | None) -> str:
    if decile is None:
        return "not ranked"
    return {1: "1 most deprived", 10: "10 least deprived"}.get(decile, str(decile))


def _chart(material: Material, area: Area, rows: list[Row]) -> Chart:
    bars = [
        Bar(
            _label(row["decile"]),
            row["per_1000"],
            row["lower_95"],
            row["upper_95"],
            words.cell(row, "per_1000", 1),
        )
        for row in rows
    ]
    synthetic = "Synthetic data. " if material.about.synthetic else ""
    return Chart(
        name="deprivation",
        title=f"Incidents for every 1,000 people, by tenth of deprivation, {area.name}, "
        f"{words.period(rows[0])}",
        words=f"{synthetic}Bar chart of rates by tenth of deprivation in {area.name}. "
        f"{deprivation_sentence(rows)} Every figure is in the table below.",
        wide=bar_chart(
            bars, Frame(width=500, height=BAND * len(bars), left=150, right=90, text=14, narrow=False)
        ),
        narrow=bar_chart(
            bars, Frame(width=170, height=BAND * len(bars), left=120, right=52, text=12, narrow=True)
        ),
    )


def _table(area: Area, rows: list[Row]) -> Table:
    return Table(
        caption=f"Incidents by tenth of deprivation, {area.name}: table",
        head=("Tenth", "For every 1,000 people (range)", "Incidents", "People", "Small areas"),
        rows=tuple(
            (
                (_label(row["decile"]),),
                with_range(row),
                (words.cell(row, "incidents"),),
                (words.cell(row, "population"),),
                (words.cell(row, "lsoas"),),
            )
            for row in rows
        ),
        numeric=frozenset(range(1, 5)),
        closed=True,
        note=words.KEY_TO_WORDS,
    )
