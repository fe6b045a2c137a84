"""What changed, in words: a few short lines a publication, the same on the site and in the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from evenhand.reports import words
from evenhand.reports.about import ChangeNote, LargestNote, TableChange

MOST_NAMED = 4
"""Months, and files supplied again, that are named; of more, how many."""


def short_lines(note: ChangeNote) -> tuple[str, ...]:
    """What the publication changed, a sentence or two a line."""
    return tuple(line for line in (*_months(note), *_files(note), *note.reasons, *_moved(note)) if line)


def headlines(note: ChangeNote) -> tuple[str, ...]:
    """The short of it, for a page that is about something else."""
    if note.first:
        return tuple(_months(note))
    moved = [each for each in note.tables if each.moved]
    uncompared = [each for each in note.tables if each.uncompared]
    said = [*_months(note), *note.supplied_again[:1]]
    if moved:
        said.append(f"Older figures moved in {words.plural(len(moved), 'table', 'tables')}.")
    if uncompared:
        said.append(_uncompared(uncompared))
    return tuple(said) if moved or uncompared else (*said, "No older figure moved.")


def _months(note: ChangeNote) -> Iterator[str]:
    if note.first:
        yield f"The first publication, with {_these(note.months)}."
        return
    if note.months_added:
        yield f"{_these(note.months_added)} {_was(note.months_added)} added."
    if note.months_gone:
        yield f"{_these(note.months_gone)} {_was(note.months_gone)} taken out."


def _these(months: tuple[date, ...]) -> str:
    if len(months) <= MOST_NAMED:
        return words.listed(words.month(each) for each in months) or "no month"
    return f"{words.number(len(months))} months from {words.month(months[0])} to {words.month(months[-1])}"


def _was(months: tuple[date, ...]) -> str:
    return "was" if len(months) == 1 else "were"


def _files(note: ChangeNote) -> Iterator[str]:
    if note.first:
        return
    yield from note.supplied_again[:MOST_NAMED]
    if more := note.supplied_again[MOST_NAMED:]:
        yield f"{words.plural(len(more), 'more was', 'more were')} supplied again."
    if note.files_added:
        yield f"{words.plural(len(note.files_added), 'file was', 'files were')} added."
    if note.files_gone:
        yield f"{words.plural(len(note.files_gone), 'file is', 'files are')} no longer used."


def _moved(note: ChangeNote) -> Iterator[str]:
    """Whether figures of periods that were published before are not what they were."""
    tables = [each for each in note.tables if each.entry_before is not None]
    moved = [each for each in tables if each.moved]
    still = [each for each in tables if not each.moved and not each.uncompared]
    uncompared = [each for each in tables if each.uncompared]
    yield from (_moved_in(each) for each in moved)
    if uncompared:
        yield _uncompared(uncompared)
    if still:
        others = f" in {words.plural(len(still), 'other table', 'other tables')}"
        yield f"No older figure moved{others if moved or uncompared else ''}."


def _uncompared(tables: list[TableChange]) -> str:
    whys = words.listed(sorted({each.uncompared for each in tables}))
    return f"Not compared: {words.plural(len(tables), 'table', 'tables')}, because {whys}."


def _moved_in(table: TableChange) -> str:
    most = f" The largest: {largest_words(table.largest)}." if table.largest else ""
    count, of = words.number(table.moved), words.number(table.compared)
    return f"{table.title}: {count} of {of} older cells differ.{most}"


def largest_words(largest: LargestNote) -> str:
    """`incidents in Gateshead, the year to February 2023: 312, before 310`."""
    last = words.month(largest.period_to)
    period = last if largest.period_kind == "month" else f"the year to {last}"
    where = f" in {largest.area}" if largest.area else ""
    name = largest.column.replace("_", " ")
    return f"{name}{where}, {period}: {_number(largest.after)}, before {_number(largest.before)}"


def _number(text: str) -> str:
    return words.number(float(text), 2 if "." in text else 0)
