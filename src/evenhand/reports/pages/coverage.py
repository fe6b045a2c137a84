"""What was supplied, month by month, and what is missing."""

from __future__ import annotations

from evenhand.reports import words
from evenhand.reports.about import About
from evenhand.reports.blocks import (
    Block,
    Page,
    Paragraph,
    Table,
)
from evenhand.reports.figures import Row
from evenhand.reports.gaps import gap, missing
from evenhand.reports.material import Material
from evenhand.reports.pages.trail import COVERAGE, HERE, INDEX


def coverage(material: Material) -> Page:
    """Which months were supplied and how much of each could be placed."""
    rows = sorted(material.figures["coverage"].rows(), key=lambda row: row["period_from"])
    counts = (
        ("incidents_supplied", "Rows supplied"),
        ("in_area", "In the area"),
        ("outside_area", "Outside the area"),
        ("no_location", "No place given"),
    )
    table = Table(
        "What was supplied, month by month",
        ("Month", *(title for _, title in counts)),
        tuple(
            ((words.period(row),), *((_covered(row, name, material.about),) for name, _ in counts))
            for row in rows
        ),
        numeric=frozenset(range(1, 5)),
        note=words.KEY_TO_WORDS,
    )
    return Page(
        COVERAGE,
        "Coverage",
        INDEX,
        (
            Paragraph((missing(material.about),), tone="inset"),
            Paragraph(
                (
                    "These are rows of every type, before any is counted as violence. Rows outside the "
                    "area or without a place are in no figure about an area.",
                )
            ),
            *_other_forces(material.about),
            *(() if "coverage" in material.withdrawn else (table,)),
            material.know("coverage"),
        ),
        trail=HERE,
        lead="What reached us, and what did not.",
    )


def _other_forces(about: About) -> tuple[Block, ...]:
    """What was read and is of no force of the area: without it, rows read and rows counted do not agree."""
    rows, names = about.other_forces
    if not names:
        return ()
    forces = "another force" if names == 1 else f"{words.number(names)} other forces"
    are = "is" if rows == 1 else "are"
    counted = "Rows" if rows is None else words.plural(rows, "row", "rows")
    said = f"{counted} of {forces}, by the name in “Reported by”, {are}"
    return (Paragraph((f"{said} in the files and in no figure here, and not in this table.",)),)


def _covered(row: Row, column: str, about: About) -> str:
    return words.cell(row, column) if row["supplied"] else gap(about, row["period_from"])
