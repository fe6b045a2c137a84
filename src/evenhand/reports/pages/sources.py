"""The sources: every file that was read, its publisher, licence and hash."""

from __future__ import annotations

from evenhand.reports import words
from evenhand.reports.about import SupplyNote
from evenhand.reports.blocks import (
    Block,
    Code,
    Facts,
    Heading,
    Line,
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

UNUSED = "These files were read and checked, and no figure on this site is made from them:"
OUTCOMES = (
    "What happened after an incident is taken from the column “Last outcome category” of the street-level "
    "files. The publisher’s files of outcomes and of stop and search feed no figure yet."
)
ONLY_DRAWN = {"Boundaries": "Boundaries (which draw the maps)"}
"""Sources that are seen and not counted."""


def sources(material: Material) -> Page:
    """Every file that was read, by source."""
    by_title: dict[str, list[SupplyNote]] = {}
    for supply in material.about.supplies:
        by_title.setdefault(supply.title, []).append(supply)
    blocks: list[Block] = [Paragraph((MADE_UP,), tone="inset")] if material.about.synthetic else []
    used = frozenset(sha256 for entry in material.about.entries.values() for sha256 in entry.inputs)
    unused = [title for title, each in sorted(by_title.items()) if not used & {one.sha256 for one in each}]
    if unused:
        blocks.append(
            Paragraph(
                (f"{UNUSED} {words.listed(ONLY_DRAWN.get(title, title) for title in unused)}.",), tone="inset"
            )
        )
    blocks.append(Paragraph((OUTCOMES,)))
    for title, supplies in sorted(by_title.items()):
        blocks += _source(title, supplies, title in unused)
    return Page(
        SOURCES,
        "Sources",
        INDEX,
        tuple(blocks),
        trail=HERE,
        lead="Every file that was read: who published it, under which licence, and what it cannot say.",
    )


def _span(supplies: list[SupplyNote]) -> tuple[tuple[str, Line], ...]:
    """The months that the files tell of, from the first to the last; nothing where they name none."""
    first = min((each.period_from for each in supplies if each.period_from), default=None)
    last = max((each.period_to for each in supplies if each.period_to), default=None)
    if first is None or last is None:
        return ()
    ends = [words.month(first), words.month(last)]
    return (("Period of the files", (ends[0] if ends[0] == ends[1] else " to ".join(ends),)),)


def _source(title: str, supplies: list[SupplyNote], unused: bool) -> list[Block]:
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
                *_span(supplies),
                ("Used in figures", ("No" if unused else "Yes",)),
            )
        ),
        Table(
            f"Files read: {title}",
            ("File", "Period", "Rows read", "Accepted", "Kept aside", "SHA-256"),
            tuple(
                (
                    (Code(each.file),),
                    (each.period,),
                    (_rows(each.rows_read),),
                    (_rows(each.accepted),),
                    (_rows(each.quarantined),),
                    (Code(each.sha256),),
                )
                for each in sorted(supplies, key=lambda supply: supply.file)
            ),
            numeric=frozenset({2, 3, 4}),
            closed=len(supplies) > 12,
        ),
    ]


def _rows(count: int | None) -> str:
    return words.WITHHELD if count is None else words.number(count)
