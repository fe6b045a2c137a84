"""How one measure is worked out, what it cannot say, and the trail to the files behind it."""

from __future__ import annotations

from evenhand.disclosure.release import Cell, Release
from evenhand.reports import words
from evenhand.reports.about import About, EntryNote, MeasureNote, NoticeNote
from evenhand.reports.blocks import (
    Block,
    Code,
    Facts,
    Heading,
    Items,
    Line,
    Link,
    Page,
    Paragraph,
    Table,
    Text,
)
from evenhand.reports.material import Material, data_file, method_page
from evenhand.reports.pages.trail import HERE, INDEX, LEDGER, SOURCES
from evenhand.reports.prose import prose


def method(material: Material, note: MeasureNote) -> Page:
    """The page of one measure: method, limits, data, ledger entry and the files behind it."""
    release = material.releases.get(note.name)
    blocks: list[Block] = [
        *notices(material, note.name),
        Heading("How it is worked out", "method"),
        *prose(note.method),
        Heading("What it cannot say", "limits"),
        *prose(note.limits),
    ]
    if release is not None and note.name not in material.withdrawn:
        states = ", ".join(f"{words.number(release.count(cell))} {cell.value}" for cell in Cell)
        blocks += [
            Heading("The figures", "figures"),
            Facts(
                (
                    (
                        "Data",
                        (
                            Link("CSV", data_file(note.name, "csv")),
                            " or ",
                            Link("JSON", data_file(note.name, "json")),
                        ),
                    ),
                    ("Rows", (words.number(release.table.num_rows),)),
                    ("Cells", (states,)),
                    ("Kept safe by policy", (Code(release.policy),)),
                    _counted_by(note, release),
                    ("Worked out by", (_module(note),)),
                    *_entry_facts(material.about.entries.get(note.name)),
                )
            ),
        ]
    blocks += [Heading("Columns of the data file", "columns"), _columns(note), *_inputs(material, note)]
    return Page(method_page(note.name), note.title, INDEX, tuple(blocks), trail=HERE, lead=note.question)


def notices(material: Material, measure: str) -> tuple[Block, ...]:
    """What was said of the measure's figures: each correction and withdrawal, the latest first."""
    return tuple(
        Paragraph(said(notice), tone="inset")
        for notice in material.about.notices
        if notice.measure == measure
    )


def corrected_and_withdrawn(about: About) -> tuple[Block, ...]:
    """Every correction and withdrawal of any figure, with its reason, the latest first."""
    if not about.notices:
        return ()
    lines = tuple((f"{notice.title}. ", *said(notice)) for notice in about.notices)
    return (Heading("Corrected and withdrawn", "notices"), Items(lines))


def said(notice: NoticeNote) -> Line:
    """A correction or withdrawal in words, with the way to the figure before it and to its entry."""
    entry = Link(f"Entry {notice.number}", f"{LEDGER}#entry-{notice.number}")
    before = Link(f"as entry {notice.was} released it", f"../{notice.table_before}")
    day = words.day(notice.made_on)
    if notice.withdraws:
        now = " There is no figure in its place." if notice.stands else " It was released again since."
        return (
            f"Withdrawn on {day}: {notice.reason}{now} It stays to be checked, ",
            before,
            ". ",
            entry,
            ".",
        )
    then = "It is the figure that was withdrawn" if notice.same else "The figure before it"
    return (f"{notice.what} on {day}: {notice.reason} {then}, ", before, ". ", entry, ".")


def _counted_by(note: MeasureNote, release: Release) -> tuple[str, Line]:
    if note.by_definition:
        return ("Definition", (Code(release.definition),))
    return ("Definition", ("none: it counts every crime type",))


def _module(note: MeasureNote) -> Text:
    """The measure's file in the project's source, of the version that the entry names."""
    return Link(note.module, note.module_address) if note.module_address else Code(note.module)


def _entry_facts(entry: EntryNote | None) -> tuple[tuple[str, Line], ...]:
    if entry is None:
        return ()
    facts: list[tuple[str, Line]] = [
        (
            "Ledger entry",
            (Link(f"Entry {entry.number}", f"{LEDGER}#entry-{entry.number}"), " ", Code(entry.hash)),
        ),
    ]
    if entry.data_sha256:
        facts.append(("SHA-256 of the CSV file", (Code(entry.data_sha256),)))
    if entry.code:
        facts.append(("Program", (Code(entry.code),)))
    if entry.approved_by:
        facts.append(("Approved by", (entry.approved_by,)))
    return tuple(facts)


def _columns(note: MeasureNote) -> Table:
    return Table(
        f"Columns of {note.name}",
        ("Column", "Meaning", "Unit"),
        tuple(((Code(column.name),), (column.meaning,), (column.unit,)) for column in note.columns),
    )


def _inputs(material: Material, note: MeasureNote) -> tuple[Block, ...]:
    """The files that the measure was worked out from, with their hashes: the end of the trail."""
    entry = material.about.entries.get(note.name)
    if entry is None or not entry.inputs:
        return ()
    files = {supply.sha256: supply.file for supply in material.about.supplies}
    rows = sorted((files.get(sha256, "a file of an earlier publication"), sha256) for sha256 in entry.inputs)
    return (
        Heading("The files it was worked out from", "inputs"),
        Paragraph(
            (
                "Each file is known by the SHA-256 of its content, unpacked if it was packed. Take the file "
                "from its publisher, work out the same, and compare. ",
                Link("About the sources", SOURCES),
                ".",
            )
        ),
        Table(
            f"Files behind {note.title.lower()}",
            ("File", "SHA-256"),
            tuple(((file,), (Code(sha256),)) for file, sha256 in rows),
            closed=len(rows) > 12,
        ),
    )
