"""What was supplied, month by month, and what is missing."""

from __future__ import annotations

from evenhand.reports import words
from evenhand.reports.about import About
from evenhand.reports.blocks import (
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
            *(() if "coverage" in material.withdrawn else (table,)),
            material.know("coverage"),
        ),
        trail=HERE,
        lead="What reached us, and what did not.",
    )


def _covered(row: Row, column: str, about: About) -> str:
    return words.cell(row, column) if row["supplied"] else gap(about, row["period_from"])
