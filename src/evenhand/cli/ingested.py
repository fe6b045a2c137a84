"""What an ingest did, in print: a line a source, why rows were kept aside, and what is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from evenhand.cli.printing import add_row, how_many, print_table, say, table

_NAMED = 8
"""Files named in one line; the rest are counted."""
_COLUMNS = ("#read", "#accepted", "#quarantined", ">period")


def print_report(report: Any, each: bool) -> None:
    """Everything a person has to know; `each` gives each file its own line, however many there are."""
    from evenhand.actions.ingest_report import Fate

    read = [file for file in report.files if file.fate is Fate.READ]
    unknown = [file.file for file in report.files if file.fate is Fate.UNKNOWN_FORMAT]
    if read:
        print_table(_by_file(read) if each else _by_source(read))
    for remark in [words for file in report.files for words in _remarks(file)]:
        say(remark, whole=True)
    if read:
        _print_sum(read, each)
    else:
        say(_why_nothing(report, unknown))
    _print_left(unknown, each)
    print_missing(report)


def print_missing(found: Any) -> None:
    """The area, what it lacks, and what has no figures for another reason; of an ingest or a status."""
    if found.area:
        say(found.area)
    for line in found.missing:
        say(f"Missing: {line}")
    for line in found.remarks:
        say(line)


def _by_source(read: list[Any]) -> Any:
    """A line a source: the one file's name, or how many there are."""
    made = table("Read", "source and files", *_COLUMNS)
    for source, files in _sources(read).items():
        what = how_many(len(files)) if len(files) > 1 else _short(files[0].file)
        add_row(made, f"{source}: {what}", *_numbers(files), _period(files))
    return made


def _by_file(read: list[Any]) -> Any:
    """A line a file, below its source."""
    made = table("Read", "source and file", *_COLUMNS)
    for source, files in _sources(read).items():
        add_row(made, source, style="bold")
        for file in files:
            add_row(made, _short(file.file), *_numbers([file]), _period([file]))
    return made


def _sources(read: list[Any]) -> dict[str, list[Any]]:
    """Files by the title of their source, in order of title."""
    found: dict[str, list[Any]] = {}
    for file in sorted(read, key=lambda file: file.source):
        found.setdefault(file.source, []).append(file)
    return found


def _numbers(files: list[Any]) -> tuple[str, str, str]:
    read = sum(file.rows_read for file in files)
    accepted = sum(file.rows_accepted for file in files)
    aside = sum(file.rows_quarantined for file in files)
    return (f"{read:,}", f"{accepted:,}", f"{aside:,}")


def _period(files: list[Any]) -> str:
    days = [day[:7] for file in files for day in (file.period_from, file.period_to) if day]
    return " to ".join(sorted({min(days), max(days)})) if days else ""


def _short(label: str) -> str:
    """A file's name, of a member with its archive; the folders in between are in the JSON."""
    archive, mark, member = label.rpartition("!")
    return f"{archive}!…/{Path(member).name}" if mark else Path(label).name


def _print_sum(read: list[Any], each: bool) -> None:
    rows, accepted, aside = _numbers(read)
    say()
    say(f"{rows} rows read = {accepted} accepted + {aside} quarantined, in {how_many(len(read))}.")
    if aside != "0":
        say("`evenhand status --quarantine` lists each row kept aside, with file, line and reason.")
    if len(read) > len(_sources(read)) and not each:
        say("`evenhand ingest --each` names each file as it is read.")


def _why_nothing(report: Any, unknown: list[str]) -> str:
    if report.nothing_there and not report.refused:
        return "incoming/ is empty: put files there. docs/how-to/bring-a-file-in.md says which, from where."
    if report.refused or unknown:
        return "No rows were read."
    return "Nothing new: everything in incoming/ was read before."


def _print_left(left: list[str], each: bool) -> None:
    if not left:
        return
    shown = left if each else left[:_NAMED]
    more = f" and {len(left) - _NAMED} more" if len(shown) < len(left) else ""
    say(f"{len(left)} of no format Evenhand reads, left as they are: {', '.join(shown)}{more}")
    say("`evenhand status --left` lists each file that was left or refused, with the reason.")


def _remarks(file: Any) -> list[str]:
    """Why rows were kept aside, what was replaced, and what to know: a line each."""
    from evenhand.actions.ingest_report import Fate

    if file.fate in (Fate.REFUSED, Fate.UNKNOWN_FORMAT):
        return [file.note] if file.note else []
    why = [f"{rows:,} quarantined: {reason}" for reason, rows in file.why.items()]
    return [f"{file.file}: {words}" for words in (*why, *file.replaces, *([file.note] if file.note else []))]
