"""The ledger of this publication, and how anyone can check it."""

from __future__ import annotations

from evenhand.reports import words
from evenhand.reports.about import About, EntryNote, LineNote
from evenhand.reports.blocks import (
    Block,
    Code,
    Command,
    Facts,
    Heading,
    Line,
    Link,
    Page,
    Paragraph,
    Table,
)
from evenhand.reports.material import Material, method_page
from evenhand.reports.pages.method import corrected_and_withdrawn
from evenhand.reports.pages.trail import HERE, INDEX, LEDGER


def ledger(material: Material) -> Page:
    """The entries of this publication, and how to check them."""
    about = material.about
    entries = sorted(about.entries.items(), key=lambda item: item[1].number)
    return Page(
        LEDGER,
        "Ledger",
        INDEX,
        (
            Paragraph(
                (
                    "Each published table has an entry in a ledger. An entry holds the hash of the table "
                    "and of the files behind it. All entries together have one hash, the root. If anything "
                    "is changed later, the root is another.",
                )
            ),
            _signed(about),
            Heading("Check it yourself", "check"),
            Paragraph(
                (
                    "You need the whole publication as a folder, and Python. You need no network. "
                    "In the folder, or in the unpacked ",
                    Link("offline pack", "downloads/index.html#whole"),
                    ", type:",
                )
            ),
            Command("python3 verify.py"),
            Paragraph(
                (
                    "Its first line says how many entries hold, or names the first that does not. ",
                    Link("The verifier", about.verifier_file),
                    " is one file that you can read. ",
                    Link("The ledger", about.ledger_file),
                    " is one line for each entry. ",
                    Link("The checkpoint", about.checkpoint_file),
                    " is how many there are, and the root, in the form that transparency logs share.",
                )
            ),
            *_hidden(about),
            Paragraph(
                (
                    "The head now is ",
                    Code(about.head),
                    ": how many entries these pages are made from, and the root over them. It is at the foot "
                    "of every page. Keep a page, or write the short head down: ",
                    Code(about.short_head),
                    ". Next year, with ",
                    Code("--against A-PAGE.html"),
                    " or ",
                    Code("--head HEAD"),
                    " after the command above, it shows if the ledger grew from here or was written anew.",
                )
            ),
            *corrected_and_withdrawn(about),
            Heading("Entries of the tables on this site", "entries"),
            *(block for measure, entry in entries for block in _entry(material, measure, entry)),
            *_earlier(about),
            Heading("Entries that cannot be on this page", "after"),
            Paragraph(
                (
                    "Each publication has two entries of its own: one holds the hash of the list of all its "
                    "files, this page among them, and one the hash of the offline pack. Their own hashes "
                    f"cannot be on a page that they seal. Those after entry {_last(about)} are the last "
                    "lines of ",
                    Link("the ledger", about.ledger_file),
                    ".",
                )
            ),
        ),
        trail=HERE,
        lead="How anyone can check that no figure was changed after it was published.",
    )


def _hidden(about: About) -> tuple[Block, ...]:
    """How anyone checks that hidden counts cannot be worked out; nothing where none are hidden."""
    if not about.checker_file:
        return ()
    return (
        Paragraph(("Counts are hidden or rounded here. That nobody can work them out is checked by:",)),
        Command("python3 check_hidden.py"),
        Paragraph(
            (
                "It says how many hidden counts are proved safe, and what it takes on trust. ",
                Link("The checker", about.checker_file),
                " is one file too, and shares no code with what hid them.",
            )
        ),
    )


def _signed(about: About) -> Paragraph:
    """With which key the ledger is signed, or that it is not."""
    if not about.key:
        return Paragraph(
            (
                "This ledger is not signed: its publisher has no key. It can be checked against a page that "
                "somebody kept, and nothing shows who wrote it.",
            ),
            tone="inset",
        )
    return Paragraph(
        (
            "The checkpoint is signed with the key ",
            Code(about.key),
            ". Ask the publisher for their key in another way than this site, and compare.",
        )
    )


def _last(about: About) -> int:
    return max((line.number for line in about.lines), default=len(about.entries))


def _earlier(about: About) -> tuple[Block, ...]:
    """Every other line up to the head: tables that later ones took the place of, and what sealed them."""
    lines = [line for line in reversed(about.lines) if not line.current]
    if not lines:
        return ()
    return (
        Heading("Earlier entries", "earlier"),
        Table(
            "Earlier entries, the latest first",
            ("Entry", "What it is", "Day", "Hash of the entry"),
            tuple(
                ((words.number(line.number),), _what(line), (words.day(line.made_on),), (Code(line.hash),))
                for line in lines
            ),
            closed=len(lines) > 24,
            anchors=tuple(f"entry-{line.number}" for line in lines),
        ),
    )


def _what(line: LineNote) -> Line:
    if line.kind == "figure":
        return (f"{line.title}: ", Link(f"CSV of entry {line.number}", f"../{line.table}"))
    match line.kind:
        case "correction" | "withdrawal":
            return (f"{line.title}: a {line.kind}. {line.reason}",)
        case "key":
            return (
                "The key that signs from here on: ",
                Code(line.key),
                f". {line.reason}" if line.reason else "",
            )
        case "checkpoint":
            return ("The key before it signed for the new one",)
        case "publication":
            return ("A publication: the list of all its files",)
        case _:
            return ("Its offline pack",)


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
    if entry.approved_by:
        facts.append(("Approved by", (entry.approved_by,)))
    return (Heading(f"Entry {entry.number}", f"entry-{entry.number}", level=3), Facts(tuple(facts)))
