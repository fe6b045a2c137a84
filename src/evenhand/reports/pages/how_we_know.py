"""How we know: the definition, methods, sources, coverage and ledger behind every figure."""

from __future__ import annotations

from evenhand.reports import words
from evenhand.reports.blocks import (
    Code,
    Heading,
    Items,
    Link,
    Page,
    Paragraph,
)
from evenhand.reports.material import Material, method_page
from evenhand.reports.pages.coverage import coverage, missing
from evenhand.reports.pages.ledger import ledger
from evenhand.reports.pages.method import method
from evenhand.reports.pages.sources import sources
from evenhand.reports.pages.trail import COVERAGE, INDEX, LEDGER, SOURCES


def how_we_know(material: Material) -> list[Page]:
    """The contents page, one page a measure, and the sources, the coverage and the ledger."""
    methods = [method(material, note) for note in material.about.measures]
    return [_index(material), *methods, sources(material), coverage(material), ledger(material)]


def _index(material: Material) -> Page:
    about, definition = material.about, material.about.definition
    return Page(
        INDEX,
        "How we know",
        INDEX,
        (
            Heading("What counts as violence here", "definition"),
            Paragraph((definition.words,)),
            Items(tuple((kind,) for kind in definition.crime_types)),
            Paragraph(
                ("Definition ", Code(definition.identity), ". Every figure here uses it."), tone="source"
            ),
            Heading("Methods, one page for each question", "methods"),
            Items(
                tuple(
                    (Link(note.title, method_page(note.name)), f": {note.question}")
                    for note in about.measures
                )
            ),
            Heading("What was supplied, and what is missing", "supplied"),
            Paragraph(
                (
                    missing(material),
                    " ",
                    Link("Month by month", COVERAGE),
                    ". ",
                    Link("Every file, with its publisher and licence", SOURCES),
                    ".",
                )
            ),
            Heading("What we keep back", "policies"),
            *(Paragraph((Code(policy.name), f": {policy.words}")) for policy in about.policies),
            Paragraph((words.KEY_TO_WORDS,)),
            Heading("Check it yourself", "check"),
            Paragraph((Link("The ledger, and how to check that nothing was changed", LEDGER), ".")),
        ),
        lead="Where each figure comes from, how it was worked out, and what it cannot tell you.",
    )
