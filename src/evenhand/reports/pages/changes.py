"""What changed: a publication at a time, the latest first, with the way back to what was there before."""

from __future__ import annotations

from evenhand.reports import words
from evenhand.reports.about import ChangeNote, TableChange
from evenhand.reports.blocks import Block, Code, Heading, Items, Line, Link, Page, Paragraph, Table, Text
from evenhand.reports.material import Material, method_page
from evenhand.reports.pages.method import corrected_and_withdrawn
from evenhand.reports.pages.trail import CHANGES, HERE, INDEX, LEDGER
from evenhand.reports.what_changed import largest_words, short_lines

MOST_FILES = 12
"""Files that are named; of more, how many: the ledger names them all."""


def changes(material: Material) -> Page:
    """What each publication of figures added, and which older figures it moved."""
    notes = material.about.changes
    return Page(
        CHANGES,
        "What changed",
        INDEX,
        (
            Paragraph(
                (
                    "A figure that was published stays as a file, also when a later one takes its place. "
                    "“Older cells” are those of periods and areas that both tables have. Averages and limits "
                    "that are worked out from all months move with every month that is added. ",
                    Link("The ledger", LEDGER),
                    " has every table ever published here.",
                )
            ),
            *corrected_and_withdrawn(material.about),
            *(block for note in notes for block in _publication(note)),
        ),
        trail=HERE,
        lead="What each publication added, which older figures moved, and why.",
    )


def _publication(note: ChangeNote) -> tuple[Block, ...]:
    first = min(each.entry for each in note.tables)
    blocks: list[Block] = [
        Heading(words.day(note.published_on), f"from-entry-{first}"),
        Items(tuple((line,) for line in short_lines(note))),
    ]
    if not note.first:
        blocks += [*_files("Files added", note.files_added), *_files("No longer used", note.files_gone)]
        blocks += _tables(note)
    return tuple(blocks)


def _files(title: str, files: tuple[str, ...]) -> tuple[Block, ...]:
    if not files:
        return ()
    more = len(files) - MOST_FILES
    named: list[Text] = []
    for file in files[:MOST_FILES]:
        named += ["; " if named else f"{title}: ", Code(file)]
    return (Paragraph((*named, f" and {words.number(more)} more." if more > 0 else "."), tone="source"),)


def _tables(note: ChangeNote) -> tuple[Block, ...]:
    """The tables that are not what they were, each with the one before it."""
    tables = [each for each in note.tables if not each.same]
    if not tables:
        return ()
    head = ("Table", "Older cells that differ", "The largest difference", "The table before", "Entry")
    title = f"Tables that are new since {words.day(note.published_on)}"
    return (Table(title, head, tuple(_row(each) for each in tables)),)


def _row(table: TableChange) -> tuple[Line, ...]:
    return (
        (Link(table.title, method_page(table.measure)),),
        (_moved(table),),
        (largest_words(table.largest) if table.largest else "none in numbers" if table.moved else "",),
        (Link(f"CSV of entry {table.entry_before}", f"../{table.table_before}"),)
        if table.table_before
        else ("new",),
        (Link(f"Entry {table.entry}", f"{LEDGER}#entry-{table.entry}"),),
    )


def _moved(table: TableChange) -> str:
    if table.entry_before is None:
        return "new"
    if table.uncompared:
        return f"not compared: {table.uncompared}"
    return f"{words.number(table.moved) if table.moved else 'none'} of {words.number(table.compared)}"
