"""What changed: a publication at a time, the latest first, with the way back to what was there before."""

from __future__ import annotations

from evenhand.reports import words
from evenhand.reports.about import ChangeNote, TableChange
from evenhand.reports.blocks import Block, Code, Heading, Items, Line, Link, Page, Paragraph, Table, Text
from evenhand.reports.material import Material, method_page
from evenhand.reports.pages.method import corrected_and_withdrawn
from evenhand.reports.pages.trail import CHANGES, HERE, INDEX, LEDGER
from evenhand.reports.what_changed import largest_words, named, short_lines

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
                    "“Older figures” are those of periods and areas that the tables before and after both "
                    "have. Averages, limits and marks are worked out again from all months with every month "
                    "that is added. A publication that changed the words of pages alone is not listed here: ",
                    Link("the ledger", LEDGER),
                    " has every publication, and every table ever published here.",
                )
            ),
            *corrected_and_withdrawn(material.about),
            *(block for at, note in enumerate(notes) for block in _publication(note, named(notes, at))),
        ),
        trail=HERE,
        lead="What each publication added, which older figures moved, and why.",
    )


def _publication(note: ChangeNote, name: str) -> tuple[Block, ...]:
    first = min(each.entry for each in note.tables)
    blocks: list[Block] = [
        Heading(name, f"from-entry-{first}"),
        Items(tuple((line,) for line in short_lines(note))),
    ]
    if not note.first:
        blocks += [*_files("Files added to those counted", note.files_added)]
        blocks += [*_files("No longer counted", note.files_gone), *_tables(note, name)]
    return tuple(blocks)


def _files(title: str, files: tuple[str, ...]) -> tuple[Block, ...]:
    if not files:
        return ()
    more = len(files) - MOST_FILES
    named: list[Text] = []
    for file in files[:MOST_FILES]:
        named += ["; " if named else f"{title}: ", Code(file)]
    return (Paragraph((*named, f" and {words.number(more)} more." if more > 0 else "."), tone="source"),)


def _tables(note: ChangeNote, name: str) -> tuple[Block, ...]:
    """The tables that are not what they were, each with the one before it."""
    tables = [each for each in note.tables if not each.same]
    if not tables:
        return ()
    most = any(each.moved for each in tables)
    head = ("Table", "Older figures that moved", *(["The largest difference"] if most else []))
    rows = tuple(_row(each, most) for each in tables)
    return (Table(f"Tables that changed: {name}", (*head, "The table before", "Entry"), rows),)


def _row(table: TableChange, most: bool) -> tuple[Line, ...]:
    """The table's row, with its largest difference where some table of the publication has one."""
    before: Line = ("new",)
    if table.table_before:
        before = (Link(f"CSV of entry {table.entry_before}", f"../{table.table_before}"),)
    return (
        (Link(table.title, method_page(table.measure)),),
        (_moved(table),),
        *([(_largest(table),)] if most else []),
        before,
        (Link(f"Entry {table.entry}", f"{LEDGER}#entry-{table.entry}"),),
    )


def _largest(table: TableChange) -> str:
    if table.largest:
        return largest_words(table.largest)
    return "none in numbers" if table.moved else "none"


def _moved(table: TableChange) -> str:
    if table.entry_before is None:
        return "new"
    if table.uncompared:
        return f"not compared: {table.uncompared}"
    moved = words.number(table.moved) if table.moved else "none"
    said = [
        f"{words.number(table.again)} worked out again" if table.again else "",
        f"{words.plural(table.rows_added, 'row', 'rows')} new" if table.rows_added else "",
        f"{words.plural(table.rows_gone, 'row', 'rows')} gone" if table.rows_gone else "",
    ]
    return "; ".join([f"{moved} of {words.number(table.compared)}", *filter(None, said)])
