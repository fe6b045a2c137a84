"""The sources: every file that was read, its publisher, licence and hash."""

from __future__ import annotations

from evenhand.reports import words
from evenhand.reports.about import SupplyNote
from evenhand.reports.blocks import (
    Block,
    Code,
    Facts,
    Heading,
    Link,
    Page,
    Paragraph,
    Table,
)
from evenhand.reports.material import Material
from evenhand.reports.pages.trail import HERE, INDEX, SOURCES

MADE_UP = (
    "No publisher named here published these files. The software made them up, in the publishers’ formats."
)


def sources(material: Material) -> Page:
    """Every file that was read, by source."""
    by_title: dict[str, list[SupplyNote]] = {}
    for supply in material.about.supplies:
        by_title.setdefault(supply.title, []).append(supply)
    blocks: list[Block] = [Paragraph((MADE_UP,), tone="inset")] if material.about.synthetic else []
    for title, supplies in sorted(by_title.items()):
        blocks += _source(title, supplies)
    return Page(
        SOURCES,
        "Sources",
        INDEX,
        tuple(blocks),
        trail=HERE,
        lead="Every file that was read: who published it, under which licence, and what it cannot say.",
    )


def _source(title: str, supplies: list[SupplyNote]) -> list[Block]:
    first = supplies[0]
    return [
        Heading(title, words.slug(title)),
        Facts(
            (
                ("Publisher", (first.publisher,)),
                ("Licence", (first.licence,)),
                (
                    "Where it is published",
                    (Link(first.address, first.address),)
                    if first.address.startswith("http")
                    else (first.address,),
                ),
                ("What it cannot say", (first.cannot_say,)),
            )
        ),
        Table(
            f"Files read: {title}",
            ("File", "Period", "Rows read", "Accepted", "Kept aside", "SHA-256"),
            tuple(
                (
                    (each.file,),
                    (each.period,),
                    (words.number(each.rows_read),),
                    (words.number(each.accepted),),
                    (words.number(each.quarantined),),
                    (Code(each.sha256),),
                )
                for each in sorted(supplies, key=lambda supply: supply.file)
            ),
            numeric=frozenset({2, 3, 4}),
            closed=len(supplies) > 12,
        ),
    ]
