"""Commands that make and fill a workspace: init, ingest, status."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from evenhand.cli.printing import Folder, Json, add_row, print_json, print_table, reading_bar, say, table
from evenhand.errors import BadData

_HERE = Path()
_NAMED = 8
"""Files named in one line; the rest are counted."""


def init(
    folder: Annotated[Path, typer.Argument(help="The folder to make a workspace of.", metavar="DIR")],
    area: Annotated[str, typer.Option(help="ONS code or name of the area you answer for.")] = "",
    name: Annotated[str, typer.Option(help="What the partnership is called.")] = "",
    police_force: Annotated[
        list[str] | None,
        typer.Option(
            help="Force whose records count, as in the column 'Reported by'. The area's own, when not given. "
            "May be repeated.",
            metavar="NAME",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Make a workspace, with an evenhand.toml to fill in.

    It asks nothing and overwrites nothing.
    """
    from evenhand.actions import init as action

    about = action.NewPartnership(name or action.DEFAULT_NAME, area, (), tuple(police_force or ()))
    made = action.init(folder, about)
    if as_json:
        print_json({"workspace": made.root, "config": made.config_file, "incoming": made.incoming})
        return
    say(f"Made {made.config_file} and {made.incoming}/", whole=True)
    wanted = [*([] if area else ["your area"]), *([] if name else ["your partnership's name"]), "whom to ask"]
    say(f"1. Open evenhand.toml and fill in {_listed(wanted)}; every line there says what it is for.")
    say("2. Put the publishers' files into incoming/: docs/how-to/bring-a-file-in.md says which, from where.")
    say(f"3. evenhand ingest --workspace {folder}", whole=True)
    say("keys/ holds the key that signs what you publish: keep a copy where nobody else reads it.")
    if area and not action.is_code(area):
        say(f"{area!r} is looked up when ONS's lookups between areas are read; a slip is named then.")


def _listed(words: list[str]) -> str:
    """Words as a sentence lists them."""
    return " and ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)


def ingest(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Files or folders to copy into incoming/ first; without any, what is there.",
            metavar="FILE",
        ),
    ] = None,
    workspace: Folder = _HERE,
    each: Annotated[bool, typer.Option("--each", help="Name each file, however many.")] = False,
    as_json: Json = False,
) -> None:
    """Read what is new in incoming/.

    Files are recognised by their columns. Each row is accepted, or kept aside with its reason. Running it
    again changes nothing; killed, it carries on the next time.
    """
    from evenhand.actions import ingest as action
    from evenhand.engine.workspace import Workspace

    with reading_bar(as_json) as progress:
        report = action.ingest(Workspace(workspace), files or (), progress)
    if as_json:
        print_json(report)
    else:
        _print_report(report, each)
    if report.refused:
        raise BadData(
            f"{_files(len(report.refused))} could not be taken, each named with the reason",
            next_step="mend or remove, and run it again; everything else was taken",
        )


def _print_report(report: Any, each: bool) -> None:
    from evenhand.actions.ingest_report import Fate

    made = table("Files by source", "source and file", "#read", "#accepted", "#quarantined", "#period")
    for source, lines in _lines(report, each).items():
        add_row(made, source, style="bold")
        for line in lines:
            add_row(made, *line)
    if made.row_count:
        print_table(made)
    for file in report.files:
        for remark in _remarks(file):
            say(remark, whole=True)
    read = [file for file in report.files if file.fate is Fate.READ]
    if read:
        rows, accepted, aside = _numbers(read)
        say()
        say(f"{rows} rows read = {accepted} accepted + {aside} quarantined, in {len(read)} files.")
        if aside != "0":
            say("`evenhand status --quarantine` lists each row kept aside, with file, line and reason.")
    elif report.refused or any(file.fate is Fate.UNKNOWN_FORMAT for file in report.files):
        say("No rows were read.")
    else:
        say("Nothing new: everything in incoming/ was read before.")
    _print_left([file.file for file in report.files if file.fate is Fate.UNKNOWN_FORMAT], each)
    if report.area:
        say(report.area)
    for line in report.missing:
        say(f"Missing: {line}")


def _lines(report: Any, each: bool) -> dict[str, list[tuple[str, ...]]]:
    """By source, a line a file that was read; plain files of a folder or archive share one."""
    from evenhand.actions.ingest_report import Fate

    plain: dict[tuple[str, str], list[Any]] = {}
    lines: dict[str, list[tuple[str, ...]]] = {}
    for file in report.files:
        if file.fate is Fate.READ and not file.rows_quarantined and not each:
            plain.setdefault((file.source, _holder(file.file)), []).append(file)
        elif file.fate is Fate.READ:
            lines.setdefault(file.source, []).append((_short(file.file), *_numbers([file]), _period([file])))
    for (source, holder), files in plain.items():
        name = f"{holder} ({len(files)} files)" if len(files) > 1 else _short(files[0].file)
        lines.setdefault(source, []).append((name, *_numbers(files), _period(files)))
    return dict(sorted(lines.items()))


def _holder(label: str) -> str:
    """The archive a member is in, or the folder a file is in."""
    archive, _, _ = label.rpartition("!")
    return archive or str(Path(label).parent).removeprefix(".") + "/"


def _numbers(files: list[Any]) -> tuple[str, str, str]:
    read = sum(file.rows_read for file in files)
    accepted = sum(file.rows_accepted for file in files)
    aside = sum(file.rows_quarantined for file in files)
    return (f"{read:,}", f"{accepted:,}", f"{aside:,}")


def _print_left(left: list[str], each: bool) -> None:
    if not left:
        return
    shown = left if each else left[:_NAMED]
    more = f" and {len(left) - _NAMED} more" if len(shown) < len(left) else ""
    say(f"{len(left)} of no format Evenhand reads, left as they are: {', '.join(shown)}{more}")
    say("`evenhand status --left` lists each file that was left or refused, with the reason.")


def _files(number: int) -> str:
    return f"{number:,} file{'s' if number != 1 else ''}"


def _period(files: list[Any]) -> str:
    days = [day[:7] for file in files for day in (file.period_from, file.period_to) if day]
    if not days:
        return ""
    first, last = min(days), max(days)
    return first if first == last else f"{first} to {last}"


def _short(label: str) -> str:
    """A file's name, of a member with its archive; the folders in between are in the JSON."""
    archive, mark, member = label.rpartition("!")
    return f"{archive}!…/{Path(member).name}" if mark else Path(label).name


def _remarks(file: Any) -> list[str]:
    """Why rows were kept aside, what was replaced, and what to know: a line each."""
    from evenhand.actions.ingest_report import Fate

    if file.fate in (Fate.REFUSED, Fate.UNKNOWN_FORMAT):
        return [file.note] if file.note else []
    why = [f"{rows:,} quarantined: {reason}" for reason, rows in file.why.items()]
    return [f"{file.file}: {words}" for words in (*why, *file.replaces, *([file.note] if file.note else []))]


def status(
    workspace: Folder = _HERE,
    quarantine: Annotated[bool, typer.Option("--quarantine", help="List every row kept aside.")] = False,
    left: Annotated[
        bool, typer.Option("--left", help="List every file that was refused or not recognised.")
    ] = False,
    as_json: Json = False,
) -> None:
    """What the workspace holds, what is missing, what is published."""
    from evenhand.actions import status as action
    from evenhand.engine.workspace import Workspace

    place = Workspace(workspace)
    if quarantine:
        _print_list(action.quarantined(place), "No row is quarantined.", as_json)
        return
    found = action.status(place)
    if left:
        _print_list([*found.refused, *found.not_recognised], "No file was left.", as_json)
    elif as_json:
        print_json(found)
    else:
        _print_status(found)


def _print_list(lines: list[Any], none: str, as_json: bool) -> None:
    """Things one to a line, each whole; `none` says that there is not one."""
    if as_json:
        print_json(lines)
        return
    for line in lines or [none]:
        say(str(line), whole=True)


def _print_status(found: Any) -> None:
    made = table("In the store", "source", "#files", "#rows read", "#accepted", "#quarantined", "period")
    for held in found.holdings:
        numbers = (held.files, held.rows_read, held.rows_accepted, held.rows_quarantined)
        days = [f"{day:%Y-%m}" for day in (held.period_from, held.period_to) if day]
        period = " to ".join(dict.fromkeys(days))
        add_row(made, held.title, *[f"{number:,}" for number in numbers], period)
    if found.holdings:
        print_table(made)
    else:
        say("The store is empty: put files into incoming/ and run `evenhand ingest`.")
    replaced = sum(held.replaced for held in found.holdings)
    if replaced:
        say(f"{replaced} parts were replaced by later supplies.")
    for line in found.missing:
        say(f"Missing: {line}")
    if found.new_files:
        say(f"New in incoming/: {_files(found.new_files)}, not read yet: run `evenhand ingest`.")
    if found.refused:
        say(f"Refused: {_files(len(found.refused))}. `evenhand status --left` says why; mend or remove them.")
    if found.not_recognised:
        say(f"Of no format Evenhand reads: {_files(len(found.not_recognised))}, listed by --left.")
    if found.entries:
        say(f"Published: {found.entries} entries in the ledger, head {found.head}")
    else:
        say("Nothing is published yet.")
