"""The page that a second person reads before they approve. It is never published."""

from __future__ import annotations

from evenhand.reports import review, words
from evenhand.reports.blocks import Block, Code, Command, Facts, Heading, Items, Line, Page, Paragraph, Table
from evenhand.reports.review import ReviewNote


def review_page(note: ReviewNote, command: str) -> Page:
    """What is shown, what is hidden and why, what could be worked out, what was gained and lost.

    `command` is what the second person types to approve.
    """
    return Page(
        "index.html",
        "Review before publication",
        "",
        (
            Facts(_facts(note)),
            Heading("What is shown, what is hidden and why", "shown"),
            _tallies(note),
            Paragraph((review.KEY,)),
            Heading("The policy", "policy"),
            Paragraph((Code(note.policy.name), f": {note.policy.words}")),
            Heading("What could be worked out", "attack"),
            *_paragraphs(review.attack(note)),
            Heading("What was gained", "gained"),
            Items(tuple((line,) for line in review.gained(note))),
            Heading("What was lost", "lost"),
            *_paragraphs(review.lost(note)),
            _losses(note),
            Heading("The tables themselves", "tables"),
            Paragraph(("As they would be published, in the folder ", Code("data"), " beside this page:")),
            Items(tuple((f"{each.title}: ", Code(f"data/{each.measure}.csv")) for each in note.tallies)),
            *_certificate(note),
            *_withdrawn(note),
            Heading("To approve", "approve"),
            Paragraph((review.to_approve(note),)),
            *([Command(command)] if note.needs_approval else []),
        ),
        lead="What would be published, what is hidden and why, and what anybody could work out from it.",
    )


def _certificate(note: ReviewNote) -> tuple[Block, ...]:
    """How the reader checks for themselves that what is hidden stays so."""
    if not note.certificate:
        return ()
    where, command = Code("data/certificate.json"), Code("python3 check_hidden.py")
    return (Paragraph(("The certificate is ", where, ". In this folder, ", command, " checks it.")),)


def _withdrawn(note: ReviewNote) -> tuple[Block, ...]:
    lines = _paragraphs(review.withdrawn(note))
    return (Heading("What was withdrawn", "withdrawn"), *lines) if lines else ()


def _facts(note: ReviewNote) -> tuple[tuple[str, Line], ...]:
    facts: list[tuple[str, Line]] = [
        ("Area", (note.area_name,)),
        ("Made by", (note.maker,)),
        ("Reviewed on", (words.day(note.reviewed_on),)),
        ("Digest of all that would be published", (Code(note.digest),)),
    ]
    if note.certificate:
        facts.append(("SHA-256 of the certificate", (Code(note.certificate),)))
    return tuple(facts)


def _paragraphs(lines: tuple[str, ...]) -> tuple[Block, ...]:
    return tuple(Paragraph((line,)) for line in lines)


def _tallies(note: ReviewNote) -> Table:
    return Table(
        "Cells of each table",
        ("Table", *review.COLUMNS),
        tuple(((each.title,), *((number,) for number in review.numbers(each))) for each in note.tallies),
        numeric=frozenset(range(1, len(review.COLUMNS) + 1)),
        stacked=True,
    )


def _losses(note: ReviewNote) -> Table:
    return Table(
        "Share of each table that is hidden",
        ("Table", "Of its counts", "Of all that it counts, by smallest area"),
        tuple(
            (
                (each.title,),
                (review.share(each.hidden / each.known if each.known else 0),),
                (review.share(each.lost),),
            )
            for each in note.tallies
        ),
        numeric=frozenset({1, 2}),
        note="The second share is worked out from what is published alone; – where a table is not by "
        "smallest area.",
    )
