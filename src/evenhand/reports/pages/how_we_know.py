"""How we know: the definition, methods, sources, coverage and ledger behind every figure."""

from __future__ import annotations

from evenhand.disclosure.release import Cell
from evenhand.reports import words
from evenhand.reports.about import EntryNote, MeasureNote, SupplyNote
from evenhand.reports.blocks import (
    Block,
    Code,
    Command,
    Facts,
    Heading,
    Items,
    Line,
    Link,
    Page,
    Paragraph,
    Table,
)
from evenhand.reports.figures import Row
from evenhand.reports.material import Material, data_file, method_page
from evenhand.reports.prose import prose

INDEX = "how-we-know/index.html"
SOURCES = "how-we-know/sources.html"
COVERAGE = "how-we-know/coverage.html"
LEDGER = "how-we-know/ledger.html"
HERE = (Link("How we know", INDEX),)


def how_we_know(material: Material) -> list[Page]:
    """The contents page, one page a measure, and the sources, the coverage and the ledger."""
    measures = [_measure(material, note) for note in material.about.measures]
    return [_index(material), *measures, _sources(material), _coverage(material), _ledger(material)]


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
                    _missing(material),
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


def _missing(material: Material) -> str:
    gone = [words.month(first) for first in material.about.missing_months]
    if not gone:
        return "Every month of the period was supplied."
    return f"{words.listed(gone)} {'was' if len(gone) == 1 else 'were'} not supplied. Not supplied does not mean none."


def _measure(material: Material, note: MeasureNote) -> Page:
    release = material.releases.get(note.name)
    blocks: list[Block] = [
        Heading("How it is worked out", "method"),
        *prose(note.method),
        Heading("What it cannot say", "limits"),
        *prose(note.limits),
    ]
    if release is not None:
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
                    ("Definition", (Code(release.definition),)),
                    *_entry_facts(material.about.entries.get(note.name)),
                )
            ),
        ]
    blocks += [Heading("Columns of the data file", "columns"), _columns(note), *_inputs(material, note)]
    return Page(method_page(note.name), note.title, INDEX, tuple(blocks), trail=HERE, lead=note.question)


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
                "Each file is known by its SHA-256. Take the file from its publisher, work out its SHA-256, "
                "and compare. ",
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


def _sources(material: Material) -> Page:
    by_title: dict[str, list[SupplyNote]] = {}
    for supply in material.about.supplies:
        by_title.setdefault(supply.title, []).append(supply)
    blocks: list[Block] = []
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


def _coverage(material: Material) -> Page:
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
        tuple(((words.period(row),), *((_covered(row, name),) for name, _ in counts)) for row in rows),
        numeric=frozenset(range(1, 5)),
        note=words.KEY_TO_WORDS,
    )
    return Page(
        COVERAGE,
        "Coverage",
        INDEX,
        (
            Paragraph((_missing(material),), tone="inset"),
            Paragraph(
                (
                    "These are rows of every type, before any is counted as violence. Rows outside the area or "
                    "without a place are in no figure about an area.",
                )
            ),
            table,
            material.know("coverage"),
        ),
        trail=HERE,
        lead="What reached us, and what did not.",
    )


def _covered(row: Row, column: str) -> str:
    return words.cell(row, column) if row["supplied"] else "not supplied"


def _ledger(material: Material) -> Page:
    about = material.about
    entries = sorted(about.entries.items(), key=lambda item: item[1].number)
    return Page(
        LEDGER,
        "Ledger",
        INDEX,
        (
            Paragraph(
                (
                    "Each published table has an entry in a ledger. An entry holds the hash of the table, of the "
                    "files behind it, and of the entry before it. If anything is changed later, the hashes no "
                    "longer fit.",
                )
            ),
            Heading("Check it yourself", "check"),
            Paragraph(
                (
                    "You need the whole publication as a folder, and Python. You need no network. In the folder, type:",
                )
            ),
            Command("python3 verify.py"),
            Paragraph(
                (
                    "It says how many entries hold, or names the first that does not. ",
                    Link("The verifier", about.verifier_file),
                    " is one file that you can read. ",
                    Link("The ledger", about.ledger_file),
                    " is one line for each entry.",
                )
            ),
            Paragraph(
                (
                    "The head now is ",
                    Code(about.head),
                    ". It is at the foot of every page. Write it down: "
                    "if it is still part of the ledger next year, nothing before it was changed.",
                )
            ),
            Heading("Entries of this publication", "entries"),
            *(block for measure, entry in entries for block in _entry(material, measure, entry)),
        ),
        trail=HERE,
        lead="How anyone can check that no figure was changed after it was published.",
    )


def _entry(material: Material, measure: str, entry: EntryNote) -> tuple[Block, ...]:
    facts: list[tuple[str, Line]] = [
        ("Measure", (Link(material.note(measure).title, method_page(measure)),)),
        ("Hash of the entry", (Code(entry.hash),)),
        (
            "Files behind it",
            (
                Link(words.plural(len(entry.inputs), "file", "files"), f"{method_page(measure)}#inputs")
                if entry.inputs
                else "none",
            ),
        ),
    ]
    if entry.data_sha256:
        facts.insert(2, ("SHA-256 of the CSV file", (Code(entry.data_sha256),)))
    return (Heading(f"Entry {entry.number}", f"entry-{entry.number}", level=3), Facts(tuple(facts)))
