"""How we know: the definition, methods, sources, coverage and ledger behind every figure."""

from __future__ import annotations

from evenhand.reports import words
from evenhand.reports.blocks import (
    Block,
    Code,
    Facts,
    Heading,
    Items,
    Link,
    Page,
    Paragraph,
)
from evenhand.reports.gaps import missing
from evenhand.reports.material import Material, method_page
from evenhand.reports.pages.changes import changes
from evenhand.reports.pages.coverage import coverage
from evenhand.reports.pages.ledger import ledger
from evenhand.reports.pages.method import method
from evenhand.reports.pages.sources import sources
from evenhand.reports.pages.trail import CHANGES, COVERAGE, INDEX, LEDGER, SOURCES


def how_we_know(material: Material) -> list[Page]:
    """The contents page, one page a measure, and the sources, the coverage, what changed and the ledger."""
    methods = [method(material, note) for note in material.about.measures]
    return [
        _index(material),
        *methods,
        sources(material),
        coverage(material),
        changes(material),
        ledger(material),
    ]


def _index(material: Material) -> Page:
    about = material.about
    return Page(
        INDEX,
        "How we know",
        INDEX,
        (
            *_definition(material),
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
                    missing(material.about),
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
            Heading("What changed", "changes"),
            Paragraph((Link("What each publication added, and which older figures moved", CHANGES), ".")),
            Heading("Check it yourself", "check"),
            Paragraph((Link("The ledger, and how to check that nothing was changed", LEDGER), ".")),
        ),
        lead="Where each figure comes from, how it was worked out, and what it cannot tell you.",
    )


def _definition(material: Material) -> tuple[Block, ...]:
    """The words of the definition beside what is counted: nothing can check that the two agree."""
    definition = material.about.definition
    every = words.listed(note.title.lower() for note in material.about.measures if not note.by_definition)
    kinds = (
        ("In words", (definition.words,)),
        ("What is counted", ("; ".join(definition.crime_types),)),
        ("What is not", ("; ".join(definition.not_counted) or "nothing: every type is counted",)),
    )
    exception = f", but for {every}: that is of every type" if every else ""
    return (
        Heading("What counts as violence here", "definition"),
        Facts(kinds),
        Paragraph(
            (
                "The figures follow the list of types, as the police name them. The words tell a reader "
                "what the list means. No program can check one against the other: where they differ, "
                "the list holds.",
            )
        ),
        Paragraph(
            ("Definition ", Code(definition.identity), f". Every figure here uses it{exception}."),
            tone="source",
        ),
    )
