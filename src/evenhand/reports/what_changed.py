"""What changed, in words: a few short lines a publication, the same on the site and in the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from evenhand.reports import words
from evenhand.reports.about import ChangeNote, LargestNote, LatestNote, TableChange
from evenhand.reports.column_words import column_words

MOST_NAMED = 4
"""Months, and files supplied again, that are named; of more, how many."""


def short_lines(note: ChangeNote) -> tuple[str, ...]:
    """What the publication changed, a sentence or two a line."""
    lines = (*_months(note), _latest(note), _years(note), *_files(note), *note.reasons, *_moved(note))
    return tuple(line for line in lines if line)


def headlines(note: ChangeNote) -> tuple[str, ...]:
    """The short of it, for a page that is about something else."""
    if note.first:
        return tuple(_months(note))
    moved = [each for each in note.tables if each.moved]
    uncompared = [each for each in note.tables if each.uncompared]
    said = [*_months(note), _latest(note), *note.supplied_again[:1]]
    if moved:
        said.append(f"Older figures moved in {words.plural(len(moved), 'table', 'tables')}.")
    if uncompared:
        said.append(_uncompared(uncompared))
    if not moved and not uncompared:
        said.append(_nothing_moved(note))
    return tuple(line for line in said if line)


def named(notes: Sequence[ChangeNote], at: int) -> str:
    """The publication's day; where several were on one day, also which of them it was, the first as 1."""
    day = notes[at].published_on
    earlier = sum(note.published_on == day for note in notes[at + 1 :])
    several = sum(note.published_on == day for note in notes) > 1
    return words.day(day) + (f", publication {earlier + 1} of that day" if several else "")


def _nothing_moved(note: ChangeNote) -> str:
    if any(each.again for each in note.tables):
        return (
            "No older count or rate moved; averages and usual ranges were worked out again from all months."
        )
    return "No older figure moved."


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


def _latest(note: ChangeNote) -> str:
    """The figure that stands first on the site, where it is another than before; empty where it is not."""
    now, before = note.latest, note.latest_before
    if now is None or before is None or now == before:
        return ""
    count, counted = (words.number(int(each.incidents)) for each in (now, before))
    if (now.period_kind, now.period_to) == (before.period_kind, before.period_to):
        return f"The figure of {_period(now)} is now {count} incidents; it was {counted}."
    month = words.month(now.period_to)
    latest = (
        f"The latest year is now to {month}" if now.period_kind == "year" else f"The latest is now {month}"
    )
    return f"{latest}: {count} incidents ({_period(before)}: {counted})."


def _years(note: ChangeNote) -> str:
    """That every year in the tables is another than before: none of the older rows of years is there."""
    ends = [
        each.period_to for each in (note.latest, note.latest_before) if each and each.period_kind == "year"
    ]
    if len(ends) < 2 or ends[0].month == ends[1].month:
        return ""
    now, before = (words.month(end).split()[0] for end in ends)
    return f"All years in the tables now end in {now}. Those that end in {before} are in the tables before."


def _period(latest: LatestNote | LargestNote) -> str:
    last = words.month(latest.period_to)
    return last if latest.period_kind == "month" else f"the year to {last}"


def _files(note: ChangeNote) -> Iterator[str]:
    if note.first:
        return
    yield from note.supplied_again[:MOST_NAMED]
    if more := note.supplied_again[MOST_NAMED:]:
        yield f"{words.plural(len(more), 'more was', 'more were')} supplied again."
    if note.files_added:
        added = words.plural(len(note.files_added), "file was", "files were")
        yield f"{added} added to those that the figures are made from."
    if note.files_gone:
        gone = words.plural(len(note.files_gone), "file is", "files are")
        yield f"{gone} no longer among those that the figures are made from."


def _moved(note: ChangeNote) -> Iterator[str]:
    """Whether figures of periods that were published before are not what they were."""
    tables = [each for each in note.tables if each.entry_before is not None]
    moved = [each for each in tables if each.moved]
    again = [each for each in tables if each.again]
    uncompared = [each for each in tables if each.uncompared]
    still = [each for each in tables if not (each.moved or each.again or each.uncompared)]
    yield from (_moved_in(each) for each in moved)
    if uncompared:
        yield _uncompared(uncompared)
    yield from (_again_in(each, note) for each in again)
    if still:
        others = f" in {words.plural(len(still), 'other table', 'other tables')}"
        yield f"No older figure moved{others if len(still) < len(tables) else ''}."


def _uncompared(tables: list[TableChange]) -> str:
    whys = words.listed(sorted({each.uncompared for each in tables}))
    return f"Not compared: {words.plural(len(tables), 'table', 'tables')}, because {whys}."


def _moved_in(table: TableChange) -> str:
    most = f" The largest difference: {largest_words(table.largest)}." if table.largest else ""
    count, of = words.number(table.moved), words.number(table.compared)
    return f"{table.title}: {count} of {of} older figures moved.{most}"


def _again_in(table: TableChange, note: ChangeNote) -> str:
    """What rests on all months is worked out again with each: that moves it, and tells of no correction."""
    added = len(note.months_added)
    cause = f" with the new {'month' if added == 1 else 'months'}" if added else ""
    counts = "" if table.moved else " Its counts are as they were."
    said = f"{table.title}: averages, limits and marks rest on all months, and were worked out again"
    return f"{said}{cause}.{counts}"


def largest_words(largest: LargestNote) -> str:
    """`incidents in Gateshead, the year to February 2023: 312, before 310`."""
    where = f" in {largest.area}" if largest.area else ""
    name = column_words(largest.column, largest.meaning)
    return f"{name}{where}, {_period(largest)}: {_number(largest.after)}, before {_number(largest.before)}"


def _number(text: str) -> str:
    return words.number(float(text), 2 if "." in text else 0)
